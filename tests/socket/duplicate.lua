-- SPDX-License-Identifier: MIT
-- A client that did not see our 250 sends again.
dofile("lib.lua")
for attempt = 1, 2 do
  local c = connect()
  mail(c, "<r@remote.example>")
  rcpt(c, "<help@tickets.example>")
  same(message(c, plain("again")), SMFIR_DISCARD, "N10 attempt " .. attempt .. " is accepted")
  mt.disconnect(c)
end
same(count_tickets(), 1, "N10 one ticket")
local c = connect()
mail(c, "<r@remote.example>")
rcpt(c, "<help@tickets.example>")
same(message(c, plain("other")), SMFIR_DISCARD, "another message")
same(count_tickets(), 2, "is another ticket")
mt.disconnect(c)
