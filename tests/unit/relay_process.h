// SPDX-License-Identifier: MIT
// tests/system/smtp-server as a process of its own, in a temporary folder that also holds certificates.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/handle.h"

namespace ticketmilter::tests {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* tmp = std::getenv("TMPDIR");
    path_ = std::string(tmp != nullptr ? tmp : "/tmp") + "/ticket-milter-relay.XXXXXX";
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// The words of a command, found in PATH; its standard output goes to out, its standard error to ours or to err.
inline pid_t start(const std::vector<std::string>& words, int out, int err = 2) {
  std::vector<char*> argv;
  for (const auto& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  pid_t pid = -1;
  CHECK(posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

// NAME.cert and NAME.key, self-signed, for a name such as "IP:127.0.0.1".
inline void make_certificate(const TemporaryFolder& folder, const std::string& name, const std::string& subject) {
  const base::Fd quiet(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const pid_t pid = start({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                           "-nodes", "-days", "2", "-subj", "/CN=relay", "-addext", "subjectAltName=" + subject,
                           "-keyout", folder / (name + ".key"), "-out", folder / (name + ".cert")},
                          quiet.get(), quiet.get());
  int status = -1;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  REQUIRE(status == 0);
}

class RelayProcess {
 public:
  RelayProcess(const std::string& folder, const std::vector<std::string>& options) : folder_(folder) {
    std::vector<std::string> words = {"tests/system/smtp-server", "--folder", folder};
    words.insert(words.end(), options.begin(), options.end());
    int ends[2] = {-1, -1};
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const base::Fd in(ends[0]);
    {
      const base::Fd out(ends[1]);
      pid_ = start(words, out.get());
    }
    std::string line;
    for (char c = 0; read(in.get(), &c, 1) == 1 && c != '\n';) {
      line += c;
    }
    REQUIRE(line.starts_with("listening on "));
    port_ = line.substr(13);
  }
  ~RelayProcess() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  RelayProcess(const RelayProcess&) = delete;
  RelayProcess& operator=(const RelayProcess&) = delete;

  const std::string& port() const { return port_; }
  void set_mode(const std::string& mode) const { std::ofstream(folder_ + "/mode") << mode; }
  std::vector<nlohmann::json> transactions() const {
    std::vector<nlohmann::json> all;
    std::ifstream in(folder_ + "/log.jsonl");
    for (std::string line; std::getline(in, line);) {
      all.push_back(nlohmann::json::parse(line));
    }
    return all;
  }

 private:
  std::string folder_, port_;
  pid_t pid_ = -1;
};

}  // namespace ticketmilter::tests
