// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "config/load.h"

using namespace ticketmilter;

namespace {

// A folder of our own with the files of one case.
struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "secrets-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0640) const {
    std::string file = path + "/" + name;
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
    return file;
  }
  std::string path;
};

// What the Error says, "" = none. Every one is the operator's to mend.
std::string fault(const std::string& current, const std::string& former = "") {
  config::Site site;
  site.secret_file = current;
  if (!former.empty()) {
    site.former_secret_files = {former};
  }
  try {
    config::load_secrets(site);
    return "";
  } catch (const base::Error& e) {
    CHECK(e.kind() == base::Kind::Config);
    return e.what();
  }
}

}  // namespace

TEST_CASE("secrets are read without the line break at their end") {
  const Folder folder;
  config::Site site;
  site.secret_file = folder.write("now", "0123456789abcdef\n");
  site.former_secret_files = {folder.write("then", "fedcba9876543210")};
  const config::Secrets secrets = config::load_secrets(site);
  CHECK(secrets.current == "0123456789abcdef");
  CHECK(secrets.former == std::vector<std::string>{"fedcba9876543210"});
}

TEST_CASE("a secret that is none is said so") {
  const Folder folder;
  const std::string good = folder.write("good", "0123456789abcdef");
  CHECK(fault(good) == "");
  CHECK(fault(folder.path + "/nosuch").find("No such file") != std::string::npos);
  CHECK(fault(folder.write("short", "0123456789abcde\n")).find("16 bytes") != std::string::npos);
  CHECK(fault(folder.write("empty", "")).find("16 bytes") != std::string::npos);
  CHECK(fault(folder.write("public", "0123456789abcdef", 0644)).find("everybody") != std::string::npos);
  CHECK(fault(folder.write("huge", std::string(1U << 20, 'x'))).find("65536") != std::string::npos);
  CHECK(fault(good, folder.path + "/nosuch").find("site.former_secret_files") == 0);
}
