// SPDX-License-Identifier: MIT
// A store as JSON Lines and back. The store is read or written by one thread, in order, while others turn the pieces before and behind it into lines or
// lines into pieces.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include "base/error.h"
#include "cli/archive.h"
#include "cli/command.h"
#include "cli/desk.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using Pieces = std::vector<store::Piece>;

// What is in hand at once: a part has so many pieces or bytes, and each processor has two parts.
constexpr std::size_t most_pieces = 1000;
constexpr std::size_t most_bytes = 8 << 20;

// Work that is done by many and taken up in the order it was given out.
template <class Result>
class Line {
 public:
  explicit Line(std::function<void(Result&&)> take) : take_(std::move(take)) {}

  void add(std::function<Result()> work) {
    if (running_.size() >= most_) {
      take_first();
    }
    running_.push_back(std::async(std::launch::async, std::move(work)));
  }
  void finish() {
    while (!running_.empty()) {
      take_first();
    }
  }

 private:
  void take_first() {
    auto first = std::move(running_.front());
    running_.pop_front();
    take_(first.get());
  }

  const std::size_t most_ = 2 * std::max(1U, std::thread::hardware_concurrency());
  std::function<void(Result&&)> take_;
  std::deque<std::future<Result>> running_;
};

std::string to_lines(const Pieces& pieces) {
  std::string lines;
  for (const store::Piece& piece : pieces) {
    lines += to_line(piece);
  }
  return lines;
}

std::size_t size_of(const store::Piece& piece) {
  const auto* message = std::get_if<store::StoredMessage>(&piece);
  return message == nullptr ? 1000 : message->text.size() + message->raw.size();
}

void run_dump(const Shared& shared) {
  const auto store = open_store(load_config(shared));
  print(archive_head(base::now()));
  Line<std::string> line([](std::string&& lines) { print(lines); });
  Pieces part;
  std::size_t bytes = 0;
  const auto hand_on = [&] {
    line.add([pieces = std::make_shared<Pieces>(std::move(part))] { return to_lines(*pieces); });
    part = {};
    bytes = 0;
  };
  store->read([&](const store::Reader& reader) {
    reader.walk([&](store::Piece&& piece) {
      bytes += size_of(piece);
      part.push_back(std::move(piece));
      if (part.size() >= most_pieces || bytes >= most_bytes) {
        hand_on();
      }
    });
  });
  hand_on();
  line.finish();
}

struct Lines {
  std::size_t first = 0;  // its number
  std::vector<std::string> lines;
};

Pieces parse(Lines& part) {
  Pieces pieces;
  pieces.reserve(part.lines.size());
  for (std::string& line : part.lines) {
    try {
      pieces.push_back(parse_piece(std::move(line)));
    } catch (const Error& e) {
      throw Error(Kind::Permanent, fmt::format("line {}: {}", part.first + pieces.size(), e.what()));
    }
  }
  return pieces;
}

void check_head(std::istream& in) {
  std::string line;
  if (!std::getline(in, line) || !is_archive_head(line)) {
    throw Error(Kind::Permanent, "line 1: this is no dump, or one of another version");
  }
}

// Of a dump that ends in the middle, or goes wrong there, what came before stays, so that it can be looked at.
void run_restore(const Shared& shared) {
  const auto store = open_store(load_config(shared));
  std::ios::sync_with_stdio(false);
  check_head(std::cin);
  Line<Pieces> line([&](Pieces&& pieces) {
    store->write([&](store::Writer& writer) {
      for (const store::Piece& piece : pieces) {
        writer.restore(piece);
      }
    });
  });
  bool begun = false;
  std::size_t number = 2;
  for (bool more = true; more;) {
    Lines part{number, {}};
    std::size_t bytes = 0;
    std::string text;
    while (part.lines.size() < most_pieces && bytes < most_bytes && (more = bool(std::getline(std::cin, text)))) {
      bytes += text.size();
      part.lines.push_back(std::move(text));
    }
    number += part.lines.size();
    if (!begun && (part.lines.empty() || !part.lines.front().starts_with("{\"numbers\":"))) {
      throw Error(Kind::Permanent, "line 2: the numbers are wanted here");
    }
    begun = true;
    line.add([lines = std::make_shared<Lines>(std::move(part))] { return parse(*lines); });
  }
  line.finish();
}

}  // namespace

Run declare_dump(CLI::App&, const Shared& shared) {
  return [&shared] {
    run_dump(shared);
    return 0;
  };
}

Run declare_restore(CLI::App&, const Shared& shared) {
  return [&shared] {
    run_restore(shared);
    return 0;
  };
}

}  // namespace ticketmilter::cli
