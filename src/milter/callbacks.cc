// SPDX-License-Identifier: MIT
// Each callback is fenced: an exception that got into libmilter's C frames would abort the process with all sessions in it. Steps without an
// answer (CONNECT, MAIL, header, body: not to be answered saves most of the round trips) leave their failure with the session, which
// answers it at the end of the message; the others tempfail.
#include "milter/callbacks.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "milter/answer.h"
#include "milter/session.h"

namespace ticketmilter::milter {
namespace {

Door* the_door = nullptr;

// Steps we do not answer. libmilter answers them for us where the MTA does not know how to do without.
constexpr unsigned long unanswered = SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;
constexpr unsigned long wanted_protocol = unanswered | SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_HDR_LEADSPC;
constexpr sfsistat no_answer = SMFIS_NOREPLY;

// libmilter's strings are not const, and it does not write to them.
char* c_string(const std::string& s) {
  return const_cast<char*>(s.c_str());
}

std::string macro(SMFICTX* ctx, const char* name) {
  const char* value = smfi_getsymval(ctx, const_cast<char*>(name));
  return value != nullptr ? value : "";
}

void end_session(SMFICTX* ctx) {
  if (auto* s = static_cast<Session*>(smfi_getpriv(ctx))) {
    delete s;
    smfi_setpriv(ctx, nullptr);
  }
}

void set_session(SMFICTX* ctx, bool leading_blank) {
  end_session(ctx);
  smfi_setpriv(ctx, new Session(the_door->policy, the_door->intake, leading_blank));
}

// There is none after "quit, new connection follows", which only MTAs send that also leave the blank in headers.
Session& session(SMFICTX* ctx) {
  if (smfi_getpriv(ctx) == nullptr) {
    set_session(ctx, true);
  }
  return *static_cast<Session*>(smfi_getpriv(ctx));
}

sfsistat reply(SMFICTX* ctx, const policy::Reply& reply) {
  const WireReply wire = wire_reply(reply);
  smfi_setreply(ctx, c_string(wire.code), wire.enhanced.empty() ? nullptr : c_string(wire.enhanced),
                c_string(wire.text));
  return wire.permanent ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

// A removal that fails means that the connection is gone or that the MTA will deliver to us: it has to try again either way.
sfsistat remove(SMFICTX* ctx, const std::vector<mail::Path>& recipients) {
  for (const mail::Path& path : recipients) {
    if (smfi_delrcpt(ctx, c_string(path)) != MI_SUCCESS) {
      throw base::Error(base::Kind::Temporary, "smfi_delrcpt failed");
    }
  }
  return SMFIS_CONTINUE;
}

sfsistat give(SMFICTX* ctx, const Answer& answer) {
  switch (answer.what) {
    case Answer::What::Continue: return SMFIS_CONTINUE;
    case Answer::What::Accept: return SMFIS_ACCEPT;
    case Answer::What::Discard: return SMFIS_DISCARD;
    case Answer::What::Remove: return remove(ctx, answer.remove);
    case Answer::What::Refuse: return reply(ctx, answer.reply);
  }
  return SMFIS_TEMPFAIL;
}

void complain(const char* callback, const std::exception_ptr& failure) noexcept {
  try {
    base::log_error(std::string(callback) + ": " + describe(failure));
  } catch (...) {  // not even a log line: the answer still tells the sender to try again
  }
}

// A step with an answer. What is thrown ends here, as a tempfail.
template <class Body>
sfsistat fence(SMFICTX* ctx, const char* callback, const Body& body) noexcept {
  try {
    return body(session(ctx));
  } catch (...) {
    const std::exception_ptr failure = std::current_exception();
    complain(callback, failure);
    try {
      return reply(ctx, reply_to_failure(failure));
    } catch (...) {
      return SMFIS_TEMPFAIL;
    }
  }
}

// A step without one.
template <class Body>
sfsistat fence_unanswered(SMFICTX* ctx, const char* callback, const Body& body) noexcept {
  try {
    body(session(ctx));
  } catch (...) {
    complain(callback, std::current_exception());
    if (auto* s = static_cast<Session*>(smfi_getpriv(ctx))) {
      s->fail(std::current_exception());
    }
  }
  return no_answer;
}

// A step that uses the store.
template <class Body>
sfsistat fence_counted(SMFICTX* ctx, const char* callback, const Body& body) noexcept {
  return fence(ctx, callback, [&](Session& s) -> sfsistat {
    const Visit visit(the_door->gate);
    return visit ? body(s) : reply(ctx, {451, "4.3.0", "shutting down, try again later"});
  });
}

std::string address_text(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address != nullptr && address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
  } else if (address != nullptr && address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
  }
  return text;
}

// Only the macros we read, and only where we read them: the MTA then leaves the others out, and each list that is empty saves a packet.
void ask_for_macros(SMFICTX* ctx) {
  constexpr std::pair<int, const char*> wanted[] = {
      {SMFIM_CONNECT, ""}, {SMFIM_HELO, ""}, {SMFIM_ENVFROM, "i {auth_authen}"}, {SMFIM_ENVRCPT, ""}, {SMFIM_DATA, ""},
      {SMFIM_EOH, ""},     {SMFIM_EOM, "i"}};
  for (const auto& [stage, names] : wanted) {
    smfi_setsymlist(ctx, stage, const_cast<char*>(names));
  }
}

// Without the right to delete recipients there is no door: libmilter then breaks off and says so.
sfsistat on_negotiate(SMFICTX* ctx, unsigned long actions, unsigned long protocol, unsigned long, unsigned long,
                      unsigned long* want_actions, unsigned long* want_protocol, unsigned long* want2,
                      unsigned long* want3) {
  try {
    set_session(ctx, (protocol & SMFIP_HDR_LEADSPC) != 0);
  } catch (...) {
    complain("negotiate", std::current_exception());
    return SMFIS_REJECT;
  }
  *want_actions = SMFIF_DELRCPT | (actions & SMFIF_SETSYMLIST);
  *want_protocol = protocol & wanted_protocol;
  *want2 = *want3 = 0;
  if ((actions & SMFIF_SETSYMLIST) != 0) {
    ask_for_macros(ctx);
  }
  return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* ctx, char* name, sockaddr* address) {
  return fence_unanswered(ctx, "connect", [&](Session& s) { s.connect(name, address_text(address)); });
}

sfsistat on_mail(SMFICTX* ctx, char** argv) {
  return fence_unanswered(ctx, "mail", [&](Session& s) {
    s.abort();
    std::vector<std::string> arguments;
    for (; *argv != nullptr; ++argv) {
      arguments.emplace_back(*argv);
    }
    s.mail(arguments, macro(ctx, "{auth_authen}"), macro(ctx, "i"));
  });
}

sfsistat on_recipient(SMFICTX* ctx, char** argv) {
  return fence_counted(ctx, "recipient", [&](Session& s) { return give(ctx, s.recipient(argv[0])); });
}

sfsistat on_data(SMFICTX* ctx) {
  return fence(ctx, "data", [&](Session& s) { return give(ctx, s.data()); });
}

sfsistat on_header(SMFICTX* ctx, char* name, char* value) {
  return fence_unanswered(ctx, "header", [&](Session& s) { s.header(name, value); });
}

sfsistat on_end_of_header(SMFICTX* ctx) {
  return fence_unanswered(ctx, "end of header", [&](Session& s) { s.end_of_header(); });
}

sfsistat on_body(SMFICTX* ctx, unsigned char* bytes, size_t size) {
  return fence_unanswered(ctx, "body", [&](Session& s) { s.body({reinterpret_cast<const char*>(bytes), size}); });
}

Answer wait_for_answer(SMFICTX* ctx, Session& s) {
  const Progress::Wait wait(the_door->progress, [ctx] { smfi_progress(ctx); });
  return s.end_of_message(macro(ctx, "i"));
}

sfsistat on_end_of_message(SMFICTX* ctx) {
  return fence_counted(ctx, "end of message", [&](Session& s) { return give(ctx, wait_for_answer(ctx, s)); });
}

sfsistat on_abort(SMFICTX* ctx) {
  if (auto* s = static_cast<Session*>(smfi_getpriv(ctx))) {
    s->abort();
  }
  return SMFIS_CONTINUE;
}

// Comes once a connection, also where CONNECT never came.
sfsistat on_close(SMFICTX* ctx) {
  end_session(ctx);
  return SMFIS_CONTINUE;
}

}  // namespace

void register_callbacks() {
  static char name[] = "ticket-milter";
  smfiDesc description{};
  description.xxfi_name = name;
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags = SMFIF_DELRCPT;
  description.xxfi_negotiate = on_negotiate;
  description.xxfi_connect = on_connect;
  description.xxfi_envfrom = on_mail;
  description.xxfi_envrcpt = on_recipient;
  description.xxfi_data = on_data;
  description.xxfi_header = on_header;
  description.xxfi_eoh = on_end_of_header;
  description.xxfi_body = on_body;
  description.xxfi_eom = on_end_of_message;
  description.xxfi_abort = on_abort;
  description.xxfi_close = on_close;
  if (smfi_register(description) != MI_SUCCESS) {
    throw base::Error(base::Kind::Unavailable, "libmilter refuses our callbacks: it is of another version");
  }
}

void open_door(Door& door) {
  the_door = &door;
}

}  // namespace ticketmilter::milter
