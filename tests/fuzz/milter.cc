// SPDX-License-Identifier: MIT
// Bytes at the milter's socket, from somebody who speaks the protocol badly. The real door (libmilter, callbacks, intake, a store on disk) runs in this process, with the
// program's own calls to the system (milter/system_calls); each input is one connection. A first byte below 0x10 sends the rest as it stands, without macros;
// otherwise the input is a list of command, length and content, framed as the protocol wants it after a negotiation in order, so that it gets beyond the first packet. Macros come in pairs: libmilter looks for one beyond the end of a list of an odd number, which
// is why nobody but the MTA may reach the socket.
#include <libmilter/mfapi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/handle.h"
#include "base/log.h"
#include "config/load.h"
#include "fuzz.h"
#include "intake/intake.h"
#include "milter/callbacks.h"
#include "milter/listener.h"
#include "store/filer.h"

using namespace ticketmilter;
using fuzz::demand;
using namespace std::string_view_literals;

namespace {

class Server {
 public:
  Server()
      : folder_(make_folder()),
        policy_(make_policy(folder_)),
        store_(make_options(policy_.get()->config)),
        filer_(store_),
        intake_(store_, &filer_),
        listener_(policy_.get()->config.milter),
        door_{policy_, intake_, {}, {}} {
    std::signal(SIGPIPE, SIG_IGN);
    std::atexit([] { std::filesystem::remove_all(left_behind); });
    milter::open_door(door_);
    std::thread([] { smfi_main(); }).detach();
  }

  void talk(std::string_view bytes) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
    const base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    demand(static_cast<bool>(fd));
    while (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::usleep(1000);  // smfi_main is not there yet
    }
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        break;  // it has hung up
      }
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    ::shutdown(fd.get(), SHUT_WR);
    char answers[4096];
    pollfd ready{fd.get(), POLLIN, 0};
    constexpr int patience = 20'000;  // milliseconds
    do {
      int polled;
      do {
        polled = ::poll(&ready, 1, patience);
      } while (polled < 0 && errno == EINTR);  // the fuzzer looks at its own clock by a signal
      demand(polled == 1);
    } while (::recv(fd.get(), answers, sizeof answers, 0) > 0);
  }

 private:
  static std::string make_folder() {
    std::string name = "/dev/shm/ticket-milter-fuzz.XXXXXX";
    demand(::mkdtemp(name.data()) != nullptr);
    left_behind = name;
    milter::register_callbacks();
    return name;
  }
  static policy::PolicyPtr make_policy(const std::string& folder) {
    config::Loaded loaded = config::load_text(
        "[site]\nname = \"example.com\"\ndomain = \"tickets.example\"\nsecret_file = \"/x\"\n[milter]\nmode = "
        "\"on\"\nsocket = \"unix:" +
            folder + "/socket\"\nspool = \"" + folder +
            "\"\nsocket_group = \"\"\n[store]\nlocation = \"lmdb:" + folder +
            "\"\nmax_size = \"64MiB\"\nmin_free = \"0\"\n[[queue]]\nname = \"help\"\naddresses = "
            "[\"help@tickets.example\"]\n",
        "configuration");
    for (const auto& complaint : loaded.complaints) {
      std::fprintf(stderr, "%s\n", config::to_string(complaint).c_str());
    }
    demand(loaded.config.has_value());
    return std::make_shared<const policy::Policy>(std::move(*loaded.config),
                                                  config::Secrets{"0123456789abcdef0123456789abcdef", {}});
  }
  static store::Options make_options(const config::Config& config) {
    store::Options options = intake::store_options(config.store);
    options.create = true;
    return options;
  }
  std::string socket_path() const { return folder_ + "/socket"; }

  inline static std::string left_behind;
  const std::string folder_;
  milter::CurrentPolicy policy_;
  store::Store store_;
  store::Filer filer_;
  intake::Intake intake_;
  const milter::Listener listener_;
  milter::Door door_;
};

void add_packet(std::string& to, char command, std::string_view content) {
  const auto size = static_cast<std::uint32_t>(content.size() + 1);
  for (int shift = 24; shift >= 0; shift -= 8) {
    to += static_cast<char>(size >> shift);
  }
  to += command;
  to += content;
}

// The step's letter, then names and values.
std::string in_pairs(std::string_view macros) {
  std::string out(macros);
  if (out.size() > 1 && out.back() != '\0') {
    out += '\0';
  }
  if (std::count(out.begin() + (out.empty() ? 0 : 1), out.end(), '\0') % 2 != 0) {
    out += '\0';
  }
  return out;
}

std::string framed(std::string_view input) {
  std::string bytes;
  add_packet(bytes, 'O', "\0\0\0\6\0\0\1\xff\0\x1f\xff\xff"sv);
  while (input.size() >= 2) {
    const std::string_view content = input.substr(2, static_cast<std::uint8_t>(input[1]));
    add_packet(bytes, input[0], input[0] == 'D' ? in_pairs(content) : std::string(content));
    input.remove_prefix(2 + content.size());
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto* const server = new Server;  // libmilter's threads use it to the end
  const std::string_view input = fuzz::bytes_of(data, size);
  if (!input.empty() && data[0] < 0x10) {
    std::string bytes(input.substr(1));
    std::ranges::replace(bytes, 'D', 'd');
    server->talk(bytes);
  } else {
    server->talk(framed(input));
  }
  return 0;
}
