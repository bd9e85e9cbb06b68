-- SPDX-License-Identifier: MIT
-- SMTPUTF8 makes UTF-8 in addresses legal; without it they are none.
dofile("lib.lua")
local c = connect()
local fields = {{"From", "Zoë <zoë@remote.example>"}, {"Subject", "Grüße"}, {"Message-ID", "<utf8@remote.example>"}}
mail(c, "<zoë@remote.example>", "SMTPUTF8")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT")
same(message(c, fields), SMFIR_DISCARD, "with SMTPUTF8 it is filed")
mail(c, "<zoë@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT without SMTPUTF8")
same(message(c, fields), SMFIR_REPLYCODE, "A67 raw bytes in the author's address are refused without it")
check(log_has('reply="550 5.6.0'), "A67 with 550 5.6.0")
mt.disconnect(c)
