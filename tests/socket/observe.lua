-- SPDX-License-Identifier: MIT
-- milter: mode = "observe"
-- An observer changes nothing: no refusal, no removal, no ticket.
dofile("lib.lua")
local c = connect()
mail(c, "<r@remote.example>", "SIZE=999999999999")
same(rcpt(c, "<help+nosuch@tickets.example>"), SMFIR_CONTINUE, "nothing is refused at RCPT")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT")
same(message(c, plain("watched")), SMFIR_CONTINUE, "the message goes on untouched")
check(not mt.eom_check(c, MT_RCPTDELETE, "<help@tickets.example>"), "with all its recipients")
same(count_tickets(), 0, "no ticket")
mt.disconnect(c)
