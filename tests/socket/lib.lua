-- SPDX-License-Identifier: MIT
-- What the scripts share: a conversation in a few words, and checks that print TAP.
site = os.getenv("SITE")

function check(condition, text)
  print((condition and "ok - " or "not ok - ") .. text)
  if not condition then
    io.stdout:flush()
    os.exit(1)
  end
end

function same(is, want, text)
  check(is == want, text .. (is == want and "" or ": " .. tostring(is) .. " instead of " .. tostring(want)))
end

-- A connection from a host out there.
function connect()
  local c = mt.connect("unix:" .. site .. "/milter.sock")
  check(c ~= nil, "connect")
  assert(mt.conninfo(c, "client.remote.example", "192.0.2.1") == nil)
  return c
end

function mail(c, sender, ...)
  assert(mt.mailfrom(c, sender, ...) == nil)
  same(mt.getreply(c), SMFIR_CONTINUE, "MAIL " .. sender .. " is never refused")
end

function rcpt(c, recipient)
  assert(mt.rcptto(c, recipient) == nil)
  return mt.getreply(c)
end

-- From DATA to the final dot; returns the last reply. miltertest puts the blank after the colon itself.
function message(c, fields, body)
  assert(mt.data(c) == nil)
  for _, field in ipairs(fields) do
    assert(mt.header(c, field[1], field[2]) == nil)
  end
  assert(mt.eoh(c) == nil)
  assert(mt.bodystring(c, body or "text\r\n") == nil)
  assert(mt.eom(c) == nil)
  return mt.getreply(c)
end

function plain(subject, id)
  return {{"From", "Rita <r@remote.example>"}, {"Subject", subject}, {"Message-ID", "<" .. (id or subject) .. "@remote.example>"}}
end

-- What the desk says: the output of `ticket`, as text.
function desk(arguments)
  local p = io.popen(os.getenv("TICKET") .. " -c " .. site .. "/ticket-milter.toml " .. arguments .. " 2>&1")
  local text = p:read("*a")
  p:close()
  return text
end

function count_tickets()
  local _, n = desk("list --json"):gsub('"id"', "")
  return n
end

-- The raw message that made a ticket.
function raw(ticket)
  return desk("show " .. ticket .. " --raw 1")
end

function log_has(text)
  local f = io.open(site .. "/log")
  local all = f:read("*a")
  f:close()
  return all:find(text, 1, true) ~= nil
end
