// SPDX-License-Identifier: MIT
// What a document of the index is found by: the terms and the value that index.cc writes and find.cc asks for. For these two alone.
#pragma once

#include <xapian.h>

#include <string>

#include "base/time.h"
#include "search/document.h"

namespace ticketmilter::search {

struct Prefix {
  Field field;
  const char* name;
  const char* term;
};
inline constexpr Prefix prefixes[] = {{Field::Subject, "subject", "S"},
                                      {Field::From, "from", "XF"},
                                      {Field::To, "to", "XT"},
                                      {Field::Owner, "owner", "XO"},
                                      {Field::Attachment, "attachment", "XA"}};
inline constexpr const char* queue_prefix = "XQ";
inline constexpr const char* status_prefix = "XS";
inline constexpr const char* id_prefix = "Q";
inline constexpr Xapian::valueno updated_slot = 0;

inline std::string time_value(base::Time time) {
  return Xapian::sortable_serialise(static_cast<double>(time.time_since_epoch().count()));
}

// The library's longest term is 245 bytes: of a queue's name, the beginning will do.
inline std::string term(const char* prefix, const std::string& value) {
  return prefix + value.substr(0, 200);
}

}  // namespace ticketmilter::search
