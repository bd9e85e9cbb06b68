// SPDX-License-Identifier: MIT
// From a location to its engine. There is one engine so far; a second one makes this the place of the choice.
#include "store/store.h"

#include <algorithm>

#include "base/error.h"
#include "store/lmdb/engine.h"

namespace ticketmilter::store {
namespace {

constexpr std::string_view lmdb_scheme = "lmdb:";

}  // namespace

std::string Store::folder(const std::string& location) {
  return location.starts_with(lmdb_scheme) ? location.substr(lmdb_scheme.size()) : std::string();
}

Store::Store(const Options& options) {
  const std::string path = folder(options.location);
  if (path.empty()) {
    throw base::Error(base::Kind::Config, "store location \"" + options.location + "\" is not of the form lmdb:FOLDER");
  }
  engine_ = std::make_unique<Engine>(options, path);
}

std::string_view header_of(std::string_view raw) {
  constexpr std::size_t most = 8192;
  const auto end = raw.substr(0, 1 << 20).find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : raw.substr(0, std::min(end + 2, most));
}

Store::~Store() = default;

void Store::read(const std::function<void(const Reader&)>& body) const {
  engine_->read(body);
}

void Store::write(const std::function<void(Writer&)>& body) {
  const auto answers = engine_->write_all({&body});
  if (answers[0]) {
    std::rethrow_exception(answers[0]);
  }
}

std::vector<std::exception_ptr> Store::write_all(const std::vector<const std::function<void(Writer&)>*>& bodies) {
  return engine_->write_all(bodies);
}

void Store::wait_for_notices(std::chrono::milliseconds most, int interrupt) {
  engine_->wait_for_notices(most, interrupt);
}

void Store::copy_to(const std::string& folder) const {
  engine_->copy_to(folder);
}

bool Store::full() const {
  return engine_->full();
}

void Store::check_readers() {
  engine_->check_readers();
}

}  // namespace ticketmilter::store
