-- SPDX-License-Identifier: MIT
-- The raw message is what the client sent: blanks after the colon, folds, 8-bit bytes.
dofile("lib.lua")
local c = connect()
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
assert(mt.data(c) == nil)
assert(mt.header(c, "From", " r@remote.example") == nil)
assert(mt.header(c, "Subject", "folded\n\tonce\n again") == nil)
assert(mt.header(c, "X-Latin", "caf\xe9") == nil)
assert(mt.eoh(c) == nil)
assert(mt.bodystring(c, "eight \xe9 bit\r\n") == nil)
assert(mt.bodystring(c, "\r\nlast line without end") == nil)
assert(mt.eom(c) == nil)
same(mt.getreply(c), SMFIR_DISCARD, "filed")
same(raw(1), "From:  r@remote.example\r\nSubject: folded\r\n\tonce\r\n again\r\nX-Latin: caf\xe9\r\n\r\n" ..
     "eight \xe9 bit\r\n\r\nlast line without end", "the raw message is exact")
mt.disconnect(c)
