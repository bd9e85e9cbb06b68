-- SPDX-License-Identifier: MIT
-- Recipients come as the client typed them, and go back to the MTA so, but for a source route.
dofile("lib.lua")
local c = connect()
local typed = {{"<help@tickets.example>", "<help@tickets.example>"},
               {"<Help@Tickets.EXAMPLE>", "<Help@Tickets.EXAMPLE>"},
               {'<"help"@tickets.example>', '<"help"@tickets.example>'},
               {"<@relay.example,@other.example:help@tickets.example>", "<help@tickets.example>"}}
for n, pair in ipairs(typed) do
  mail(c, "<r@remote.example>")
  same(rcpt(c, pair[1]), SMFIR_CONTINUE, "RCPT " .. pair[1])
  same(rcpt(c, "<bob@elsewhere.example>"), SMFIR_CONTINUE, "and another's")
  same(message(c, plain("typed " .. n)), SMFIR_CONTINUE, "the mail goes on to the other")
  check(mt.eom_check(c, MT_RCPTDELETE, pair[2]), "N14 " .. pair[2] .. " is removed")
  check(not mt.eom_check(c, MT_RCPTDELETE, "<bob@elsewhere.example>"), "N14 the other stays")
end
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
rcpt(c, "<bob@elsewhere.example>")
rcpt(c, "<sales@tickets.example>")
same(message(c, plain("two of ours")), SMFIR_CONTINUE, "two of ours and one other")
check(mt.eom_check(c, MT_RCPTDELETE, "<help@tickets.example>") and mt.eom_check(c, MT_RCPTDELETE, "<sales@tickets.example>"),
      "both are removed")
mt.disconnect(c)
