# SPDX-License-Identifier: MIT
# What the tests of notices share: mailboxes for agents, mails taken apart, the notifier's log as a list of what was sent, and a relay that does as it is told.
# Sourced after lib.sh.

# Lines for rig_up: agents have mailboxes, too.
mailboxes=('virtual_mailbox_domains = people.example staff.example'
  "virtual_mailbox_maps = inline:{$(printf '%s@people.example=%s/ ' bob bob carol carol dave dave eve eve; printf '%s@staff.example=%s/ ' ann ann a a owner owner)}")

# ---- mails -------------------------------------------------------------------------------------------------------------------------------

# field FILE NAME: each field of that name in the header, unfolded, one a line.
field() {
  perl -0777 -e 'my ($name) = splice @ARGV, 1, 1; $_ = <>; s/\r//g; s/\n\n.*//s; s/\n[ \t]+/ /g; print "$1\n" while /^\Q$name\E:[ \t]*(.*)$/mig' "$1" "$2"
}
# said FILE: the text/plain part, decoded.
said() { python3 -c 'import email, email.policy, sys
print(email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default).get_body(("plain",)).get_content().replace("\r\n", "\n"), end="")' "$1"; }
# parts FILE: each attachment's disposition, file name and type.
parts() { python3 -c 'import email, email.policy, sys
for part in email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default).iter_attachments():
    print(part.get_content_disposition(), part.get_filename(), part.get_content_type())' "$1"; }
# The address in angle brackets.
address_in() { sed -E 's/.*<([^<>]*)>.*/\1/' <<< "$1"; }

# gets BOX N NAME: waits until the mailbox has N mails; the newest is $got.
gets() {
  ok "$3" wait_for 15 mailbox_has "$1" "$2" || diag "$1 has $(mailbox "$1") mails"
  got=$(newest_mail "$1")
}

# Reads every mail that arrived with a parser of its own: less what Postfix put on top, line ends made CRLF again.
all_valid() {
  local n=0 file
  mkdir -p "$RIG/arrived"
  while IFS= read -r file; do
    n=$((n + 1))
    perl -0777 -pe 's/\r?\n/\n/g; 1 while s/\A(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*//; s/\n/\r\n/g' "$file" > "$RIG/arrived/$n.eml"
  done < <(find "$RIG/postfix/mail" "$RIG/relay/mail" -type f 2>/dev/null)
  python3 "$tests/../unit/check_mail.py" "$RIG/arrived" > "$RIG/valid" || { diag "$(cat "$RIG/valid")"; return 1; }
}

# ---- the notifier ------------------------------------------------------------------------------------------------------------------------

# sent TEMPLATE TO [STATE]: how many such notices the notifiers' logs tell of.
sent() { cat "$RIG"/notify*.log | grep -cE "notice=.* template=$1 to=$2 state=${3:-sent} "; }
sent_is() { [ "$(sent "$1" "$2" "${4:-sent}")" = "$3" ]; }
notify_log_has() { cat "$RIG"/notify*.log | grep -qE -- "$1"; }

# notifier_reloads: the configuration that rig_config gives now is in effect for the notifier on return.
notifier_reloads() {
  local before
  before=$(grep -c 'configuration reloaded' "$RIG/notify.log")
  kill -USR1 "${notifiers[notify]}"
  wait_for 10 eval '[ "$(grep -c "configuration reloaded" "$RIG/notify.log")" -gt "$before" ]'
}

# ---- a relay of our own ------------------------------------------------------------------------------------------------------------------

# relay_up [OPTION]...: tests/system/smtp-server on $RELAY_PORT, which is to be set before rig_up, with folder $RIG/relay.
relay_up() {
  mkdir -p "$RIG/relay"
  : > "$RIG/relay.out"
  "$tests/smtp-server" --port "$RELAY_PORT" --folder "$RIG/relay" "$@" > "$RIG/relay.out" 2>> "$RIG/relay.err" &
  relay_pid=$!
  trap 'relay_down $?; rig_down $?' EXIT
  wait_for 10 grep -q listening "$RIG/relay.out" || diag "the relay does not start: $(cat "$RIG/relay.err")"
}
# relay_down [STATUS]: ends with that.
relay_down() {
  if [ -n "${relay_pid:-}" ]; then
    kill "$relay_pid" 2>/dev/null
    wait "$relay_pid" 2>/dev/null
    relay_pid=
  fi
  return "${1:-0}"
}
relay_mode()  { printf '%s\n' "$*" > "$RIG/relay/mode.new" && mv "$RIG/relay/mode.new" "$RIG/relay/mode"; }
# taken [TEXT]: how many mails the relay took, or those whose line in its log has that text.
taken()       { grep -F '"accepted": true' "$RIG/relay/log.jsonl" 2>/dev/null | grep -cF -- "${1:-}"; }
taken_is()    { [ "$(taken "${2:-}")" = "$1" ]; }

# ---- a Postfix whose own bounces meet the milter ---------------------------------------------------------------------------------------------

# rig_up_with_bounces: rig_up, where remote.example is a relay of our own, see relay_up, and bounces of notices take the way of contrib/postfix.
rig_up_with_bounces() {
  rig_folder
  PORT=$(free_port) RELAY_PORT=$(free_port) bounce_port=$(free_port)
  RELAY_PORT=$PORT rig_config > "$RIG/ticket-milter.toml"
  ticket init > "$RIG/init.log" 2>&1 || { diag "$(cat "$RIG/init.log")"; exit 1; }
  milter_up && relay_up || exit 1
  pf_create "$RIG/postfix" "$PORT" "smtpd_milters = unix:$RIG/socket/milter.sock" 'non_smtpd_milters = $smtpd_milters' "${mailboxes[@]}" \
    "transport_maps = inline:{ {bounce@tickets.example = smtp:[127.0.0.1]:$bounce_port} {tickets.example = retry:4.3.0 ticket-milter was bypassed} {remote.example = smtp:[127.0.0.1]:$RELAY_PORT} }"
  cat >> "$RIG/postfix/etc/master.cf" <<CF
127.0.0.1:$bounce_port inet n - n - - smtpd
    -o smtpd_milters=unix:$RIG/socket/milter.sock
    -o myhostname=tickets.example
    -o { smtpd_recipient_restrictions = check_recipient_access inline:{tickets.example=OK}, reject }
    -o { content_filter = retry:4.3.0 ticket-milter was bypassed }
CF
  pf_start "$RIG/postfix" || { diag "Postfix does not start: $(cat "$RIG/postfix/maillog")"; exit 1; }
}

# answer ID: Ann answers on that ticket.
answer() { mail 'Ann Clerk <ann@staff.example>' "Re: $1" | send -l ann ann@staff.example "help+$1@tickets.example"; }
kind_is()      { [ "$(of "$1" entries.-1.kind)" = "$2" ]; }
history_has()  { ticket show "$1" | grep -qE -- "$2"; }
