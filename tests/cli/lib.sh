# SPDX-License-Identifier: MIT
# What the tests of the desk share: a folder with a configuration of its own. A test sources this, calls desk_up, runs `ticket`, and
# ends with `finish`.

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$tests/../.." && pwd)
BUILD=$(cd "$top" && realpath "${BUILD:-build}")
export TZ=UTC LC_ALL=C.UTF-8
unset COLUMNS NO_COLOR SUDO_USER
. "$top/tests/tap.sh"

# run COMMAND...: sets out, err, status.
run() {
  out=$("$@" 2>"$DESK/err")
  status=$?
  err=$(cat "$DESK/err")
}
# exits STATUS NAME COMMAND...
exits() {
  local want=$1 name=$2
  shift 2
  run "$@" < /dev/null
  is "$status" "$want" "$name" || diag "$err"
}

ticket() { "$BUILD/ticket" -c "$DESK/ticket-milter.toml" "$@"; }
# of PATH...: values out of the JSON Lines on standard input, see tests/system/json.
of()     { "$top/tests/system/json" "$@"; }

# within SECONDS COMMAND...: tries until it succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" 2> /dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    read -r -t 0.05 <> <(:)
  done
  return 0
}

am_root() { [ "$(id -u)" = 0 ]; }

# desk_up: a folder and a configuration; no secret, no store yet. As root, the daemon's user is nobody.
desk_up() {
  DESK=$(mktemp -d "${TMPDIR:-/tmp}/ticket-desk.XXXXXX")
  chmod 755 "$DESK"
  mkdir "$DESK/socket"
  trap desk_down EXIT
  trap 'exit 130' INT TERM HUP
  if am_root; then user=nobody; else user=$(id -un); fi
  group=$(id -gn "$user")
  desk_config > "$DESK/ticket-milter.toml"
}

started=()  # process ids
desk_down() {
  [ "${#started[@]}" = 0 ] || kill -9 "${started[@]}" 2> /dev/null
  wait 2> /dev/null
  rm -rf "$DESK"
}

# relay_up: from now on there is a relay; what it does, the file $DESK/relay/mode says, see tests/system/smtp-server.
relay_up() {
  mkdir -p "$DESK/relay"
  exec {relay_says}< <(exec "$top/tests/system/smtp-server" --folder "$DESK/relay" 2>&1)
  started+=($!)
  read -r -t 20 -u "$relay_says" _ _ RELAY_PORT || { echo "Bail out! the relay does not start"; exit 1; }
  desk_config > "$DESK/ticket-milter.toml"
}

notifier_up() {
  "$BUILD/ticket-notify" -c "$DESK/ticket-milter.toml" -f 2>> "$DESK/notify.log" &
  notifier=$!
  started+=("$notifier")
}
notifier_down() {
  kill "$notifier"
  wait "$notifier"
}

desk_config() {
  cat <<TOML
[site]
name = "example.com"
domain = "tickets.example"
support_contact = "lead@people.example"
secret_file = "$DESK/etc/secret"
[store]
location = "lmdb:$DESK/store"
max_size = "1GiB"
min_free = "1MiB"
[milter]
socket = "unix:$DESK/socket/milter.sock"
socket_group = "$group"
user = "$user"
spool = "$DESK/store/spool"
${MILTER:-}
[address]
${ADDRESS:-}
[notify]
templates = "$DESK/templates"
relay = "smtp://127.0.0.1:${RELAY_PORT:-1}"
${NOTIFY:-}
[[queue]]
name = "help"
addresses = ["help@tickets.example", "Support@Example.com"]
comment_addresses = ["help-comment@tickets.example"]
[[queue]]
name = "office"
addresses = ["office@tickets.example"]
[[queue]]
name = "sales"
addresses = ["sales@tickets.example"]
[queue.rights]
create = ["agents"]
[[agent]]
name = "Ann Clerk"
addresses = ["ann@staff.example"]
logins = ["ann"]
TOML
}
