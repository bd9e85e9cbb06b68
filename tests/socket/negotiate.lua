-- SPDX-License-Identifier: MIT
-- Steps that nobody needs are negotiated away, and so are replies to most of the others.
dofile("lib.lua")
local c = mt.connect("unix:" .. site .. "/milter.sock")
assert(mt.negotiate(c, 6, nil, nil) == nil)
for name, bit in pairs({NOHELO = SMFIP_NOHELO, NOUNKNOWN = SMFIP_NOUNKNOWN, NR_CONN = SMFIP_NR_CONN, NR_MAIL = SMFIP_NR_MAIL,
                        NR_HDR = SMFIP_NR_HDR, NR_EOH = SMFIP_NR_EOH, NR_BODY = SMFIP_NR_BODY, HDR_LEADSPC = SMFIP_HDR_LEADSPC}) do
  check(mt.test_option(c, bit), name .. " is asked for")
end
for name, bit in pairs({NOCONNECT = SMFIP_NOCONNECT, NOMAIL = SMFIP_NOMAIL, NORCPT = SMFIP_NORCPT, NODATA = SMFIP_NODATA,
                        NOHDRS = SMFIP_NOHDRS, NOEOH = SMFIP_NOEOH, NOBODY = SMFIP_NOBODY, NR_RCPT = SMFIP_NR_RCPT,
                        NR_DATA = SMFIP_NR_DATA, RCPT_REJ = SMFIP_RCPT_REJ}) do
  check(not mt.test_option(c, bit), name .. " is not asked for")
end
check(mt.test_action(c, SMFIF_DELRCPT), "recipients may be removed")
for name, bit in pairs({ADDHDRS = SMFIF_ADDHDRS, CHGBODY = SMFIF_CHGBODY, ADDRCPT = SMFIF_ADDRCPT, QUARANTINE = SMFIF_QUARANTINE}) do
  check(not mt.test_action(c, bit), name .. " is not asked for")
end
mt.disconnect(c)
