// SPDX-License-Identifier: MIT
// Addresses: of header fields, of paths, of queues with what their extension says, and the marks in them that only we can make. Nobody who does not have the secret makes one.
#include "mail/address.h"
#include "base/text.h"
#include "fuzz.h"
#include "policy/route.h"
#include "policy/token.h"

using namespace ticketmilter;
using fuzz::demand;
using tickets::TicketId;

namespace {

config::Config make_config() {
  config::Config c;
  c.site.name = "example.com";
  c.site.domain = "tickets.example";
  for (const char* name : {"help", "help-desk", "sales"}) {
    config::Queue queue;
    queue.name = name;
    queue.addresses = {queue.name + "@tickets.example"};
    queue.comment_addresses = {queue.name + "-comment@tickets.example"};
    c.queues.push_back(queue);
  }
  return c;
}

void read_fields(std::string_view bytes, bool utf8) {
  for (const auto& m : mail::parse_address_field(bytes, utf8).mailboxes) {
    demand(!base::has_control(m.address.local) && mail::parse_addr_spec(m.address.spec(), utf8) == m.address);
    demand(base::is_valid_utf8(m.name) && !base::has_control(m.name));
  }
  if (auto address = mail::parse_path(bytes, utf8); address && !address->domain.empty()) {
    demand(mail::parse_path('<' + address->spec() + '>', utf8) == address);
  }
}

void find_route(const std::string& recipient, bool utf8) {
  static const config::Config config = make_config();
  static const policy::Router router(config);
  const policy::Route route = router.route(recipient, utf8);
  if (route.ours() && !route.refusal) {
    demand(router.is_ours(route.spec));
    demand(route.to != policy::Route::To::Queue || (!route.actions.empty() && !route.queue.empty()));
  }
}

void verify(const std::string& text) {
  static const config::Config config = make_config();
  static const policy::Tokens tokens(config.site,
                                     {"0123456789abcdef0123456789abcdef", {"former secret of that size, too"}});
  demand(!tokens.verify_bounce(TicketId{1}, 1, text));
  demand(!tokens.find_reply_person(TicketId{1}, text, {"r@remote.example"}));
  demand(!tokens.parse_message_id(text));
  demand(tokens.check_loop_mark(text) != policy::Tokens::LoopMark::Ours);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  for (const bool utf8 : {false, true}) {
    read_fields(bytes, utf8);
    find_route(std::string(bytes), utf8);
    find_route("<help" + std::string(bytes) + "@tickets.example>", utf8);
  }
  verify(std::string(bytes));
  return 0;
}
