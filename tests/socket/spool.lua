-- SPDX-License-Identifier: MIT
-- Beyond a mebibyte a message waits in a file without a name, and comes out of it whole.
dofile("lib.lua")
local c = connect()
local fields = plain("large")
local text = {}
for n = 1, 60000 do
  text[n] = ("line %08d of a body that goes to the spool\r\n"):format(n)
end
text = table.concat(text)
check(#text > 2 * 1024 * 1024, "the body is over 2 MiB")
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
assert(mt.data(c) == nil)
for _, field in ipairs(fields) do
  assert(mt.header(c, field[1], field[2]) == nil)
end
assert(mt.eoh(c) == nil)
for at = 1, #text, 65000 do
  assert(mt.bodystring(c, text:sub(at, at + 64999)) == nil)
end
same(io.popen("ls -A " .. site .. "/spool | wc -l"):read("*n"), 0, "nothing is seen in the spool folder meanwhile")
assert(mt.eom(c) == nil)
same(mt.getreply(c), SMFIR_DISCARD, "filed")
local want = ""
for _, field in ipairs(fields) do
  want = want .. field[1] .. ": " .. field[2] .. "\r\n"
end
check(raw(1) == want .. "\r\n" .. text, "the raw message is exact")

-- a spool that fails delays that message and no other
os.execute("mv " .. site .. "/spool " .. site .. "/away")
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
assert(mt.data(c) == nil)
assert(mt.header(c, "From", "r@remote.example") == nil)
assert(mt.eoh(c) == nil)
for at = 1, #text, 65000 do
  assert(mt.bodystring(c, text:sub(at, at + 64999)) == nil)
end
assert(mt.eom(c) == nil)
same(mt.getreply(c), SMFIR_REPLYCODE, "without a spool a large message is answered at the end")
check(log_has('verdict=tempfail reason="make a temporary file'), "and the log says why")
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
same(message(c, plain("small")), SMFIR_DISCARD, "a small one is filed meanwhile")
same(count_tickets(), 2, "two tickets")
mt.disconnect(c)
