// SPDX-License-Identifier: MIT
// What signs our addresses is worth reading strictly: a short or public secret is no secret.
#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/load.h"

namespace ticketmilter::config {
namespace {

constexpr std::size_t min_secret = 16;
constexpr std::size_t max_secret = 64U << 10;

// A line break at the end is the editor's, not the secret's.
std::string read_secret(const char* key, const std::string& path) {
  const std::string where = std::string(key) + ": ";
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    throw base::system_error(base::Kind::Config, where + path, errno);
  }
  if ((file.st_mode & S_IROTH) != 0) {
    throw base::Error(base::Kind::Config, where + path + ": everybody may read it; expected mode 0640");
  }
  std::string secret;
  try {
    secret = base::read_file(path, max_secret);
  } catch (const base::Error& e) {
    throw base::Error(base::Kind::Config, where + e.what());
  }
  secret.resize(secret.find_last_not_of("\r\n") + 1);
  if (secret.size() < min_secret) {
    throw base::Error(base::Kind::Config, where + path + ": expected 16 bytes at least");
  }
  return secret;
}

}  // namespace

Secrets load_secrets(const Site& site) {
  Secrets secrets;
  secrets.current = read_secret("site.secret_file", site.secret_file);
  for (const std::string& path : site.former_secret_files) {
    secrets.former.push_back(read_secret("site.former_secret_files", path));
  }
  return secrets;
}

std::string load_password(const Notify& notify) {
  constexpr std::size_t longest = 1024;
  if (notify.password_file.empty()) {
    return "";
  }
  try {
    return std::string(base::trim(base::read_file(notify.password_file, longest)));
  } catch (const base::Error& e) {
    throw base::Error(base::Kind::Config, std::string("notify.password_file: ") + e.what());
  }
}

}  // namespace ticketmilter::config
