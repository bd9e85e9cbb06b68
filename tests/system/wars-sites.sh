# SPDX-License-Identifier: MIT
# Sourced after wars.sh: two sites, each with a milter, a store and a notifier of its own. Each has a queue that acknowledges whatever comes, and the
# other's queue, by an address that is not its first, for a cc or an admin_cc. One Postfix takes the mail of both.
HELP='acknowledge = "always"
cc = ["desk@tickets2.example"]'
ADDRESS='default_queue = "help"'
marks='X-Ticket|X-Ticket-Loop|Auto-Submitted|Precedence|X-Auto-Response-Suppress'

other() { RIG=$RIG/other "$@"; }
other_config() {
  rig_config | sed -e 's/"example\.com"/"example.net"/; s/info@example\.com/info@example.net/; s/a@staff/b@staff/' \
    -e 's/desk@tickets2/desk@tickets/; t' -e 's/tickets\.example/tickets2.example/'
}
other_up() {
  local mine=$milter_pid
  mkdir -p "$RIG/other/socket"
  other other_config > "$RIG/other/ticket-milter.toml"
  other ticket init > "$RIG/init.log" 2>&1
  other milter_up || exit 1
  other_pid=$milter_pid milter_pid=$mine
  other notifier_up notify-other || exit 1
}
all_down() {
  local status=$?
  [ -z "${other_pid:-}" ] || { kill "$other_pid"; wait_for 15 gone "$other_pid"; }
  answerer_down
  rig_down $status
}
# postfix_with [main.cf line]...: Postfix again, with these.
postfix_with() {
  pf_stop "$RIG/postfix"
  pf_set "$RIG/postfix" "$@"
  pf_start "$RIG/postfix" || diag "Postfix does not start again: $(tail -n 3 "$RIG/postfix/maillog")"
}
# without FIELD|FIELD...: no mail has those any more.
without() {
  echo "/^($1):/ IGNORE" > "$RIG/strip"
  postfix_with "header_checks = regexp:$RIG/strip"
}
# both_reload: both sites, with another configuration.
both_reload() {
  reconfigure
  other other_config > "$RIG/other/ticket-milter.toml"
  kill -USR1 "$other_pid"
  wait_for 10 grep -qF 'configuration reloaded' "$RIG/other/milter.log"
}
# all_over NAME MOST FROM SUBJECT: a mail to the first site, and at most so many mails of ours to any address before it is over.
all_over() {
  local before=$(($(wc -l < "$RIG/relay/log.jsonl") + 1))
  mail "$3" "$4" | send "$3" help@tickets.example
  ok "$1: over" over
  is "$(most $before)" "$2" "$1: $2 mails of ours to one address"
}
loops() { cat "$RIG"/{,other/}milter.log | grep -c 'class=own_loop rule=loop-7 verdict=reject'; }

sites_up() {
  war_up
  trap all_down EXIT
  other_up
  postfix_with "smtpd_milters = unix:$RIG/socket/milter.sock, unix:$RIG/other/socket/milter.sock" \
    'relay_domains = tickets.example tickets2.example' \
    'smtpd_recipient_restrictions = check_recipient_access inline:{tickets.example=OK tickets2.example=OK}, reject'
  lives @tickets.example forward
  lives @tickets2.example forward
}
