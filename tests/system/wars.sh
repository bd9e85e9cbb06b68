# SPDX-License-Identifier: MIT
# Sourced after lib.sh by the tests of mail wars: the notifier's relay is an answerer, at which those live who answer whatever they get. A war has
# ended when nothing is said any more though nothing is held back.

# lives ADDRESS WORD...: somebody lives there from now on, see tests/system/answerer.
lives() { echo "$*" >> "$RIG/relay/lives"; }

# war_up [main.cf line]...: Postfix, the milter, a notifier, and the answerer between that one and Postfix.
war_up() {
  rig_folder
  trap 'status=$?; answerer_down; rig_down $status' EXIT
  PORT=$(free_port) RELAY_PORT=$(free_port)
  mkdir -p "$RIG/relay"
  touch "$RIG/relay/lives" "$RIG/relay/log.jsonl" "$RIG/relay/answers"
  rig_config > "$RIG/ticket-milter.toml"
  ticket init >"$RIG/init.log" 2>&1 || { diag "ticket init: $(cat "$RIG/init.log")"; exit 1; }
  answerer_up || exit 1
  milter_up || exit 1
  postfix_up "$@"
  notifier_up || exit 1
}

answerer_up() {
  "$tests/answerer" --folder "$RIG/relay" --port "$RELAY_PORT" --to "$PORT" --most 200 >"$RIG/answerer.out" 2>"$RIG/answerer.log" &
  answerer_pid=$!
  wait_for 10 grep -q '^listening' "$RIG/answerer.out" || { diag "no answerer: $(cat "$RIG/answerer.log")"; return 1; }
}
answerer_down() { [ -z "${answerer_pid:-}" ] || kill "$answerer_pid" 2>/dev/null; }

# ours ADDRESS: how many mails of ours came to the relay for it.
ours()    { grep -cF "\"rcpt\": [\"$1\"]" "$RIG/relay/log.jsonl"; }
answers() { wc -l < "$RIG/relay/answers"; }
# answered ADDRESS: what the MTA said to its last answer.
answered() { grep -P "^$1\t" "$RIG/relay/answers" | tail -n 1 | cut -f3; }

# What changes while anything is going on.
activity() { stat -c '%n %s' "$RIG"/*.log "$RIG"/*/*.log "$RIG"/relay/{log.jsonl,answers} "$RIG"/postfix/maillog; }
is_quiet() {
  local now
  now=$(activity)
  [ "$now" = "$activity_before" ] || { activity_before=$now quiet_since=$SECONDS; return 1; }
  [ $((SECONDS - quiet_since)) -ge 3 ]
}
# over: the war has ended, by itself: for a while nothing happens, nobody failed to answer, and no mail waits for a later try.
over() {
  activity_before=
  wait_for 50 is_quiet || { diag "still going on after $(answers) answers"; return 1; }
  [ "$(answers)" -lt 200 ] && [ ! -s "$RIG/answerer.log" ] && [ -z "$(find "$RIG/postfix/spool/deferred" -type f)" ] &&
    ! grep -rq --include='notify*.log' 'state=deferred\|state=failed' "$RIG"
}

# told TICKET: what its history says was kept from whom, and why.
told() { ticket show "$1" | grep -oE 'no notice to .*|not acknowledged: .*' | sort -u; }
# tickets_of ADDRESS: how many were made for it; last_of ADDRESS: the newest of them.
tickets_of() { ticket list --json --limit 100000 --requestor "$1" | wc -l; }
last_of()    { ticket list --json --limit 100000 --requestor "$1" | json id | sort -n | tail -n 1; }
# most [LINE]: of all addresses but our agents', how many mails of ours came to the one that got most, from that line of the relay's log on.
most() { tail -n "+${1:-1}" "$RIG/relay/log.jsonl" | json rcpt | grep -v '@staff' | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'; }
