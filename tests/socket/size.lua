-- SPDX-License-Identifier: MIT
-- milter: max_message = "100KiB"
-- Too large is refused at RCPT by SIZE=, or else at the end, to the byte; a bystander's mail is not stopped by it.
dofile("lib.lua")
local limit = 100 * 1024
local fields = plain("size")
local header = 2
for _, field in ipairs(fields) do
  header = header + #field[1] + 2 + #field[2] + 2
end
local function body(bytes)
  return ("x"):rep(bytes - header - 2) .. "\r\n"
end

local c = connect()
mail(c, "<r@remote.example>", "SIZE=" .. limit + 1, "BODY=8BITMIME")
same(rcpt(c, "<help@tickets.example>"), SMFIR_REPLYCODE, "N28 SIZE= one byte over the limit is refused at RCPT")
check(log_has('reply="552 5.3.4'), "N28 with 552 5.3.4")
same(rcpt(c, "<bob@elsewhere.example>"), SMFIR_CONTINUE, "N28 the bystander is not")
assert(mt.abort(c) == nil)

mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
assert(mt.data(c) == nil)
for _, field in ipairs(fields) do
  assert(mt.header(c, field[1], field[2]) == nil)
end
assert(mt.eoh(c) == nil)
local text = body(limit + 1)
for at = 1, #text, 60000 do
  assert(mt.bodystring(c, text:sub(at, at + 59999)) == nil)
end
assert(mt.eom(c) == nil)
same(mt.getreply(c), SMFIR_REPLYCODE, "N28 one byte over the limit is refused at the end")
check(log_has('reply="552 5.3.4'), "N28 with 552 5.3.4")

mail(c, "<r@remote.example>", "SIZE=" .. limit)
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "SIZE= of the limit passes")
assert(mt.data(c) == nil)
for _, field in ipairs(fields) do
  assert(mt.header(c, field[1], field[2]) == nil)
end
assert(mt.eoh(c) == nil)
text = body(limit)
for at = 1, #text, 60000 do
  assert(mt.bodystring(c, text:sub(at, at + 59999)) == nil)
end
assert(mt.eom(c) == nil)
same(mt.getreply(c), SMFIR_DISCARD, "a message of exactly the limit is filed")
same(#raw(1), limit, "whole")
mt.disconnect(c)
