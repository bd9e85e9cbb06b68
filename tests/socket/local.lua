-- SPDX-License-Identifier: MIT
-- Mail from the MTA's own machine (non_smtpd_milters) comes without <> and with a queue id from the start. A refusal before its end would
-- block the MTA's maildrop.
dofile("lib.lua")
local c = mt.connect("unix:" .. site .. "/milter.sock")
assert(mt.conninfo(c, "localhost", "127.0.0.1") == nil)
mt.macro(c, SMFIC_MAIL, "i", "4XyZlocal")
mail(c, "root@host.example")
same(rcpt(c, "help+nosuch@tickets.example"), SMFIR_CONTINUE, "an unknown extension is not refused at RCPT")
same(message(c, plain("local nosuch")), SMFIR_REPLYCODE, "but at the end")
check(log_has('reply="550 5.1.1'), "with 550 5.1.1")
mt.macro(c, SMFIC_MAIL, "i", "4XyZother")
mail(c, "root@host.example")
same(rcpt(c, "help@tickets.example"), SMFIR_CONTINUE, "RCPT without <>")
same(rcpt(c, "bob@elsewhere.example"), SMFIR_CONTINUE, "and another's")
same(message(c, plain("local")), SMFIR_CONTINUE, "is filed and goes on")
check(mt.eom_check(c, MT_RCPTDELETE, "help@tickets.example"), "our recipient is removed as it came")
check(log_has("mta_id=4XyZother"), "the queue id is logged")
mt.disconnect(c)
