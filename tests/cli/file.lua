-- SPDX-License-Identifier: MIT
-- Files the mail in the file MAIL (CRLF line ends) for RCPT through the milter at SOCKET, as an MTA would.
local f = assert(io.open(os.getenv("MAIL"), "rb"))
local all = f:read("*a")
f:close()
local head, body = all:match("^(.-\r\n)\r\n(.*)$")
local c = assert(mt.connect("unix:" .. os.getenv("SOCKET")))
assert(mt.conninfo(c, "client.remote.example", "192.0.2.1") == nil)
assert(mt.mailfrom(c, os.getenv("SENDER")) == nil)
assert(mt.rcptto(c, os.getenv("RCPT")) == nil)
assert(mt.data(c) == nil)
for line in head:gsub("\r\n([ \t])", "\0%1"):gmatch("(.-)\r\n") do
  local name, value = line:match("^([^:]+): ?(.*)$")  -- without SMFIP_HDR_LEADSPC the blank stays with the MTA
  assert(mt.header(c, name, (value:gsub("%z", "\n"))) == nil)
end
assert(mt.eoh(c) == nil)
assert(mt.bodystring(c, body) == nil)
assert(mt.eom(c) == nil)
assert(mt.getreply(c) == SMFIR_DISCARD, "not filed")
mt.disconnect(c)
