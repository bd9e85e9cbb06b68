// SPDX-License-Identifier: MIT
// The built-in templates stand here as files would: header fields, a blank line, the text.
#include "notify/kinds.h"

#include <algorithm>
#include <iterator>

namespace ticketmilter::notify {
namespace {

constexpr std::string_view acknowledge = R"(Subject: AutoReply: {{subject}}

Hello,

thank you for writing to us. Your message has arrived safely and has become
ticket number {{id}}:

    {{subject}}

A person will read it and answer you. There is nothing more you need to do.

Would you like to add something? Just reply to this message, and leave
[{{tag}}] in the subject so that your reply finds its way.
{{#url}}

You can look at your ticket here:
{{url}}
{{/url}}

-- 
{{from_name}}
)";

constexpr std::string_view created = R"(Subject: {{subject}}

{{actor}} opened ticket {{id}} in queue {{queue}}.
{{#url}}
{{url}}
{{/url}}

{{text}}

{{#files}}
[not attached: {{name}}, {{size}}]
{{/files}}
-- 
Requestors: {{requestors}}
{{#cc}}
Cc: {{cc}}
{{/cc}}
A reply to this message goes to them and to the ticket.
)";

constexpr std::string_view correspond = R"(Subject: {{subject}}

{{text}}

{{#files}}
[not attached: {{name}}, {{size}}]
{{/files}}
-- 
{{from_name}}, ticket {{id}}
{{#cc}}
Cc: {{cc}}
{{/cc}}
{{#url}}
{{url}}
{{/url}}
)";

constexpr std::string_view correspond_agent = R"(Subject: {{subject}}

{{actor}} wrote on ticket {{id}} in queue {{queue}}.
{{#url}}
{{url}}
{{/url}}

{{text}}

{{#files}}
[not attached: {{name}}, {{size}}]
{{/files}}
-- 
Requestors: {{requestors}}
{{#cc}}
Cc: {{cc}}
{{/cc}}
Status: {{status}}{{#owner}}, owner: {{owner}}{{/owner}}
A reply to this message goes to the requestors and to the ticket.
)";

constexpr std::string_view comment = R"(Subject: [Comment] {{subject}}

{{actor}} commented on ticket {{id}} in queue {{queue}}.
{{#url}}
{{url}}
{{/url}}

{{text}}

{{#files}}
[not attached: {{name}}, {{size}}]
{{/files}}
-- 
Comments stay among us: the requestors do not see this one.
)";

constexpr std::string_view assigned = R"(Subject: Assigned to you: {{subject}}

Ticket {{id}} in queue {{queue}} is yours now.
{{#url}}
{{url}}
{{/url}}

    {{subject}}

Requestors: {{requestors}}
Status: {{status}}
Assigned by: {{actor}}
)";

constexpr std::string_view resolved = R"(Subject: Resolved: {{subject}}

Hello,

we believe that your request is settled and have closed ticket {{id}}:

    {{subject}}

Is something still missing? Just reply to this message, and we will look at it
again.
{{#url}}

You can look at your ticket here:
{{url}}
{{/url}}

-- 
{{from_name}}
)";

constexpr std::string_view undeliverable = R"(Subject: Undeliverable: {{subject}}

There is a report about a message of ticket {{id}} in queue {{queue}}{{#failed}} to
{{failed}}{{/failed}}: it has not arrived, or was not wanted.
{{#url}}
{{url}}
{{/url}}

    {{subject}}

The report says:

{{text}}
)";

constexpr std::string_view digest = R"(Subject: {{subject}}

{{text}}

-- 
The ticket system of {{site}}
)";

constexpr Kind table[kind_count] = {
    {"acknowledge", Voice::Reply, false, true, acknowledge},
    {"created", Voice::Person, true, false, created},
    {"correspond", Voice::Person, false, false, correspond},
    {"correspond-agent", Voice::Person, true, false, correspond_agent},
    {"comment", Voice::Person, true, false, comment},
    {"assigned", Voice::System, true, false, assigned},
    {"resolved", Voice::System, false, false, resolved},
    {"undeliverable", Voice::System, true, false, undeliverable},
    {"digest", Voice::System, true, true, digest},
};

}  // namespace

const Kind (&kinds())[kind_count] {
  return table;
}

const Kind* find_kind(std::string_view name) {
  const auto* found = std::find_if(std::begin(table), std::end(table), [&](const Kind& k) { return k.name == name; });
  return found == std::end(table) ? nullptr : found;
}

}  // namespace ticketmilter::notify
