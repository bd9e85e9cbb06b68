-- SPDX-License-Identifier: MIT
-- What the envelope settles is refused at RCPT, but not to the null sender, nor to a local submission: that would block the MTA's maildrop.
-- milter: [filter.sender]
-- milter: deny = ["@spam.example"]
-- milter: [[filter.rule]]
-- milter: id = "mailer"
-- milter: any = [ { field = "envelope.recipient", match = "prefix", values = ["help"] } ]
-- milter: clients = ["198.51.100.0/24"]
dofile("lib.lua")
local c = connect()
mail(c, "<X@Spam.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_REPLYCODE, "a denied envelope sender is refused at RCPT")
check(log_has('rule=sender-deny reply="550 5.7.1'), "with 550 5.7.1")
same(rcpt(c, "<bob@elsewhere.example>"), SMFIR_CONTINUE, "but not to others")
assert(mt.abort(c) == nil)
mail(c, "<>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "the null sender is not refused at RCPT")
assert(mt.abort(c) == nil)
mail(c, "<r@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "neither are the senders of other clients")
same(message(c, {{"From", "<x@spam.example>"}, {"Subject", "author"}}), SMFIR_REPLYCODE, "a denied author is, at the end")
mt.disconnect(c)

c = mt.connect("unix:" .. site .. "/milter.sock")
assert(mt.conninfo(c, "client.remote.example", "198.51.100.7") == nil)
mail(c, "<r@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_REPLYCODE, "those of the rule's clients are")
same(rcpt(c, "<sales@tickets.example>"), SMFIR_CONTINUE, "for the recipient it names")
mt.disconnect(c)

c = mt.connect("unix:" .. site .. "/milter.sock")
assert(mt.conninfo(c, "localhost", "127.0.0.1") == nil)
mt.macro(c, SMFIC_MAIL, "i", "4XyZlocal")
mail(c, "x@spam.example")
same(rcpt(c, "help@tickets.example"), SMFIR_CONTINUE, "local mail is not refused at RCPT")
same(message(c, plain("local")), SMFIR_REPLYCODE, "but at the end")
same(count_tickets(), 0, "nothing is filed")
mt.disconnect(c)
