# SPDX-License-Identifier: MIT
# The rig of the system tests and of the demo: Postfix and ticket-milter in a folder of their own under $TMPDIR, on loopback. A test sources
# this, calls rig_up, sends mail, looks at replies, tickets and mailboxes, and ends with `finish`. Whatever happens, what was started is stopped.
# Nothing sleeps but inside wait_for, which has a deadline.

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$tests/../.." && pwd)
. "$tests/../tap.sh"
. "$tests/postfix.sh"
BUILD=$(cd "$top" && realpath "${BUILD:-build}")

on_failure() {
  diag "the milter's log:"
  tail -n 30 "${RIG:-}/milter.log" 2>/dev/null | sed 's/^/# /'
}

# wait_for SECONDS COMMAND...: tries until it succeeds; fails at the deadline.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.03
  done
}

# ---- the configuration -------------------------------------------------------------------------------------------------------------------

# The set-up of the acceptance cases. Each variable named here may hold more lines for its table.
rig_config() {
  cat <<TOML
[site]
name = "example.com"
domain = "tickets.example"
support_contact = "lead@people.example"
secret_file = "$RIG/secret"
${SITE:-}
[store]
location = "lmdb:$RIG/store"
${STORE:-max_size = \"1GiB\"
min_free = \"16MiB\"}
[milter]
socket = "unix:$RIG/socket/milter.sock"
socket_group = "postfix"
user = "${MILTER_USER:-nobody}"
spool = "$RIG/spool"
${MILTER:-}
[address]
delimiter = "+"
${ADDRESS:-}
[[queue]]
name = "help"
addresses = ["help@tickets.example"]
comment_addresses = ["help-comment@tickets.example"]
admin_cc = ["${ADMIN_CC:-a@staff.example}"]
${HELP:-}
[queue.rights]
${HELP_RIGHTS:-}
[[queue]]
name = "sales"
addresses = ["sales@tickets.example", "info@example.com"]
tag = "Windows/Servers-Desktops"
${SALES:-}
[[agent]]
name = "Ann Clerk"
addresses = ["ann@staff.example"]
logins = ["ann"]
queues = ["*"]
[trust]
authserv_ids = ["mx.example.test"]
${TRUST:-}
[notify]
relay = "smtp://127.0.0.1:${RELAY_PORT:-$PORT}"
${NOTIFY:-}
${CONFIG:-}
TOML
}

# ---- starting and stopping ---------------------------------------------------------------------------------------------------------------

# Below the ports that the kernel gives to clients: one that a client has just closed is not free for a minute.
free_port() {
  perl -MIO::Socket::INET -e '
    my ($first) = `cat /proc/sys/net/ipv4/ip_local_port_range` =~ /^(\d+)/;
    my $end = $first > 12000 ? $first : 65000;
    for (1 .. 1000) {
      my $port = 10000 + int rand($end - 10000);
      IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, ReuseAddr => 1, Listen => 1) or next;
      print "$port\n";
      exit;
    }
    exit 1'
}

rig_folder() {
  [ "$(id -u)" = 0 ] || { [ -n "${DEMO:-}" ] && { echo "only root can start a Postfix" >&2; exit 77; }; skip_all "only root can start a Postfix"; }
  RIG=$(mktemp -d "${TMPDIR:-/tmp}/ticket-milter-rig.XXXXXX")
  chmod 755 "$RIG"
  mkdir "$RIG/socket"
  PORT=$(free_port)
  trap rig_down EXIT
  trap 'exit 130' INT TERM HUP
}

# rig_up [main.cf line]...: both, with ticket numbers from ${FIRST_ID:-1} on.
rig_up() {
  rig_folder
  rig_config > "$RIG/ticket-milter.toml"
  ticket init --first-id "${FIRST_ID:-1}" >"$RIG/init.log" 2>&1 || { diag "ticket init: $(cat "$RIG/init.log")"; exit 1; }
  milter_up || exit 1
  postfix_up "$@"
}

postfix_up() {
  pf_create "$RIG/postfix" "$PORT" "smtpd_milters = unix:$RIG/socket/milter.sock" 'non_smtpd_milters = $smtpd_milters' "$@"
  pf_start "$RIG/postfix" || { diag "Postfix does not start: $(cat "$RIG/postfix/maillog")"; exit 1; }
}

listening() { perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Peer => shift)' "$RIG/socket/milter.sock"; }
gone()      { ! kill -0 "$1" 2>/dev/null; }

milter_up() {
  LD_PRELOAD=${FAULTS:-} ASAN_OPTIONS=${ASAN_OPTIONS:-verify_asan_link_order=0} "$BUILD/ticket-milter" -c "$RIG/ticket-milter.toml" -f 2>>"$RIG/milter.log" &
  milter_pid=$!
  wait_for 10 eval 'gone $milter_pid || listening' && ! gone "$milter_pid" && return
  diag "ticket-milter does not start: $(tail -n 5 "$RIG/milter.log")"
  return 1
}
milter_signal() { kill "-$1" "$milter_pid"; }
# milter_down [SIGNAL]
milter_down() {
  [ -n "${milter_pid:-}" ] || return 0
  kill "-${1:-TERM}" "$milter_pid" 2>/dev/null
  wait_for 15 gone "$milter_pid" || kill -KILL "$milter_pid"
  wait "$milter_pid" 2>/dev/null
  milter_status=$?
  milter_pid=
}
# Another configuration, in effect on return; the variables of rig_config stand before the command.
reconfigure() {
  local before
  before=$(reloads)
  rig_config > "$RIG/ticket-milter.toml"
  milter_signal USR1
  wait_for 10 eval '[ "$(reloads)" -gt "$before" ]' || diag "not reloaded: $(tail -n 5 "$RIG/milter.log")"
}
reloads() { grep -cF 'configuration reloaded' "$RIG/milter.log"; }

# notifier_up [NAME]: a ticket-notify, logging to $RIG/NAME.log. It sends through ${RELAY:-our Postfix} where [notify] of the configuration says so.
notifier_up() {
  local name=${1:-notify}
  "$BUILD/ticket-notify" -c "$RIG/ticket-milter.toml" -f 2>>"$RIG/$name.log" &
  notifiers[$name]=$!
  wait_for 10 eval "gone ${notifiers[$name]} || grep -qE ' ready\$' '$RIG/$name.log'" && ! gone "${notifiers[$name]}" && return
  diag "ticket-notify does not start: $(tail -n 5 "$RIG/$name.log")"
  return 1
}
# notifier_down [NAME] [SIGNAL]
notifier_down() {
  local name=${1:-notify} pid
  pid=${notifiers[$name]:-}
  [ -n "$pid" ] || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null
  wait_for 20 gone "$pid" || kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  notifier_status=$?
  unset "notifiers[$name]"
}
declare -A notifiers=()

rig_down() {
  local status=${1:-$?} name
  trap - EXIT
  for name in "${!notifiers[@]}"; do notifier_down "$name"; done
  [ -d "$RIG/postfix" ] && pf_stop "$RIG/postfix"
  milter_down
  mountpoint -q "$RIG/store" && umount "$RIG/store"
  [ -n "${KEEP_RIG:-}" ] && diag "kept: $RIG" || rm -rf "$RIG"
  exit $status
}

# ---- mail --------------------------------------------------------------------------------------------------------------------------------

# mail FROM SUBJECT [FIELD]...: prints a mail; the body is $BODY. MESSAGE_ID names it, else it gets a new one; "" = none.
mail() {
  local from=$1 subject=$2 id=${MESSAGE_ID-$BASHPID.$RANDOM$RANDOM@remote.example}
  shift 2
  printf 'From: %s\nTo: %s\nSubject: %s\nDate: Sat, 21 Nov 2026 05:00:00 +0000\n' "$from" "${TO-help@tickets.example}" "$subject"
  [ -z "$id" ] || printf 'Message-ID: <%s>\n' "$id"
  [ $# = 0 ] || printf '%s\n' "$@"
  printf '\n%s\n' "${BODY-The printer on the second floor is on fire.
Please send someone. ${id%@*}}"
}

# smtp WORD...: a dialogue with our Postfix, see tests/system/smtp.
smtp() { "$tests/smtp" -p "$PORT" "$@"; }

# send [-l LOGIN] [-a CLIENT-ADDRESS] [-o MAIL-OPTION] FROM RCPT... < mail: one mail in one connection; the dialogue goes to $RIG/dialogue.
# A login is claimed with XCLIENT, which our Postfix lets us do.
send() {
  local xclient='' option='' from word words=()
  while [[ $1 == -? ]]; do
    case $1 in
      -l) xclient+=" LOGIN=$2" ;;
      -a) xclient+=" ADDR=$2" ;;
      -o) option+=" $2" ;;
    esac
    shift 2
  done
  from=$1
  shift
  cat > "$RIG/message"
  [ -z "$xclient" ] || words=('EHLO client.example' "XCLIENT$xclient")
  words+=('EHLO client.example' "MAIL FROM:<$from>$option")
  for word; do words+=("RCPT TO:<$word>"); done
  smtp "${words[@]}" DATA "@$RIG/message" QUIT > "$RIG/dialogue"
}
# The reply to the final dot; without one, to DATA.
final() { sed -nE 's/^(content|DATA) => (.*)/\2/p' "$RIG/dialogue" | grep -v '^354' | head -n 1; }
# rcpt ADDRESS: the reply to that recipient.
rcpt() { sed -n "s/^RCPT TO:<$1> => //p" "$RIG/dialogue" | head -n 1; }

# mailbox bob: the number of mails delivered there; mailbox_has bob N: has as many.
mailbox()     { find "$RIG/postfix/mail/$1/new" -type f 2>/dev/null | wc -l; }
mailbox_has() { [ "$(mailbox "$1")" = "$2" ]; }
newest_mail() { find "$RIG/postfix/mail/$1/new" -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-; }

# ---- the desk ----------------------------------------------------------------------------------------------------------------------------

ticket()  { "$BUILD/ticket" -c "$RIG/ticket-milter.toml" "$@"; }
json()    { "$tests/json" "$@"; }
# of ID PATH...: values out of `ticket show`.
of()      { local id=$1; shift; ticket show "$id" --json | json "$@"; }
tickets() { ticket list --json --limit 100000 | wc -l; }
newest()  { ticket list --json --limit 100000 | json id | sort -n | tail -n 1; }
# journal [TEXT]: how many entries the journal has, or how many with that text. What the client saw refused comes a moment later.
journal()     { ticket journal --json | grep -cF -- "${1:-}"; }
journal_has() { [ "$(journal "$1")" = "$2" ]; }
people()  { ticket stats --json | json people; }

# shown ID ENTRY: the raw message as kept, with the line ends of a file.
shown()   { ticket show "$1" --raw "$2" | tr -d '\r'; }

# log_has TEXT: the milter logged it.
log_has() { grep -qF -- "$1" "$RIG/milter.log"; }
