-- SPDX-License-Identifier: MIT
-- Nothing of one transaction gets into the next: after RSET, after a message, after a MAIL that follows a MAIL, after a refusal.
dofile("lib.lua")
local c = connect()

mail(c, "<first@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT")
assert(mt.data(c) == nil)
assert(mt.header(c, "Subject", "aborted") == nil)
assert(mt.abort(c) == nil)

mail(c, "<second@remote.example>")
same(rcpt(c, "<bob@elsewhere.example>"), SMFIR_CONTINUE, "RCPT of another's after RSET")
assert(mt.data(c) == nil)
same(mt.getreply(c), SMFIR_ACCEPT, "our recipient before RSET is forgotten")

for n = 1, 3 do
  mail(c, "<r@remote.example>")
  same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT in transaction " .. n)
  same(message(c, plain("number " .. n)), SMFIR_DISCARD, "message " .. n .. " is filed")
end
same(count_tickets(), 3, "three tickets")
check(not raw(3):find("aborted"), "with nothing of the aborted message in them")
check(not raw(3):find("number 1"), "and nothing of each other")

mail(c, "<r@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT")
mt.disconnect(c, false)
local d = connect()
mail(d, "<r@remote.example>")
same(rcpt(d, "<help@tickets.example>"), SMFIR_CONTINUE, "a vanished client does no harm")
same(message(d, plain("number 4")), SMFIR_DISCARD, "message 4 is filed")
mt.disconnect(d)
local e = mt.connect("unix:" .. site .. "/milter.sock")
assert(mt.negotiate(e, 6, nil, nil) == nil)
mt.disconnect(e)
same(count_tickets(), 4, "four tickets, after a CLOSE without CONNECT too")
