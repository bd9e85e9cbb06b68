// SPDX-License-Identifier: MIT
// A copy of the store while mail comes in, that the programs can be started on.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/user.h"

namespace ticketmilter::cli {
namespace {

void run_backup(const Shared& shared, const std::string& folder) {
  const config::Config config = load_config(shared);
  const auto store = open_store(config);
  const bool made = !std::filesystem::exists(folder);
  store->copy_to(folder);
  if (::geteuid() != 0) {
    return;
  }
  const User user = find_user(config.milter.user);
  const std::string file = folder + "/data.mdb";
  if (::lchown(file.c_str(), user.uid, user.gid) != 0 || (made && ::lchown(folder.c_str(), user.uid, user.gid) != 0)) {
    throw base::system_error(base::Kind::Io, "give " + folder + " to " + user.name, errno);
  }
}

}  // namespace

Run declare_backup(CLI::App& app, const Shared& shared) {
  auto folder = std::make_shared<std::string>();
  app.add_option("DIR", *folder, "Folder for the copy, made if missing")->required();
  return [&shared, folder] {
    run_backup(shared, *folder);
    return 0;
  };
}

}  // namespace ticketmilter::cli
