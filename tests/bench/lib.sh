# SPDX-License-Identifier: MIT
# What the benchmarks share: the system tests' rig, the load driver, figures by name, and the table at the end. A benchmark reports, it judges
# nobody: it fails when something breaks, never when something is slow.
benches=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$benches/../system/lib.sh"
load=$BUILD/bench/load

declare -A figure   # "NAME KEY" -> value, as the load driver printed it

# measure NAME LOAD-OPTION...: one run of the load driver. Sets ${figure[NAME KEY]}; the line goes to $RIG/runs.
measure() {
  local name=$1 line word
  shift
  line=$("$load" "$@") || { echo "load $*: failed: $line" >&2; return 1; }
  echo "$name: $line" >> "$RIG/runs"
  for word in $line; do figure["$name ${word%%=*}"]=${word#*=}; done
}

# calc EXPRESSION [FORMAT]
calc() { awk "BEGIN { printf \"${2:-%.2f}\", $1 }"; }
# over KEY FUNCTION NAME...: max or mean of a figure over several runs.
over() {
  local key=$1 how=$2 name
  shift 2
  for name; do echo "${figure["$name $key"]}"; done |
    awk -v how="$how" '{ s += $1; if (NR == 1 || $1 > m) m = $1 } END { printf "%.3f", how == "max" ? m : s / NR }'
}

# ---- the report --------------------------------------------------------------------------------------------------------------------------

headline() { printf '\n%s\n%s\n' "$*" "$(printf '%*s' ${#1} '' | tr ' ' -)"; }

goals=()
# goal WHAT FIGURE '<'|'>=' GOAL UNIT
goal() {
  local reached
  reached=$(awk "BEGIN { print ($2 $3 $4) ? \"yes\" : \"no\" }")
  goals+=("$(printf '%-58s %10s   %-2s %-10s %s' "$1" "$2 $5" "$3" "$4 $5" "$reached")")
}
report_goals() {
  headline 'To reach'
  printf '%-58s %10s   %-13s %s\n' what figure goal reached
  printf '%s\n' "${goals[@]}"
}

machine() {
  local model kind
  model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
  kind=$(df --output=fstype,source "$RIG" | tail -n 1)
  echo "machine: $(nproc) x ${model:-$(uname -m)}, $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), Linux $(uname -r)," \
       "libmilter $(dpkg-query -W -f '${Version}' 'libmilter1.0.1' 2>/dev/null), data on ${kind// */}$(printf ' (%s)' "${kind##* }") under ${TMPDIR:-/tmp}"
  awk -v cpus="$(nproc)" '$1 > cpus / 4 { print "WARNING: other programs use this machine (load " $1 "): figures of another time may differ widely." }' /proc/loadavg
  case $kind in tmpfs*|ramfs*|overlay*) echo "WARNING: ${kind%% *} is no disk: the figures say nothing about durable mail. Set TMPDIR." ;; esac
}

# Mail that a milter discards never reaches the queue manager, and Postfix takes that for mail it cannot deliver fast enough: from the hundredth on
# each waits a second (in_flow_delay). The backstop transport would refuse at RCPT what the milter is there to take.
postfix_lines=('in_flow_delay = 0s' 'smtpd_reject_unlisted_recipient = no')

# ---- programs under test -----------------------------------------------------------------------------------------------------------------

bench_folder() {
  rig_folder
  STORE=$'max_size = "64GiB"\nmin_free = "256MiB"'
  CONFIG=$'[limit]\nexempt = ["@customers.example"]'
  rig_config > "$RIG/ticket-milter.toml"
  direct=unix:$RIG/socket/milter.sock
  trap bench_down EXIT
}

# fresh_store: the milter on an empty store.
fresh_store() {
  milter_down
  rm -rf "$RIG/store"
  ticket init > "$RIG/init.log" 2>&1 || { cat "$RIG/init.log" >&2; exit 1; }
  milter_up
}

# noop_up STEPS: a no-op milter that negotiates as ticket-milter did, and another that also appends a page to a file and syncs it.
noop_up() {
  noop=unix:$RIG/socket/noop.sock append=unix:$RIG/socket/append.sock
  "$BUILD/bench/noop" "$noop" "$1" &
  noop_pid=$!
  "$BUILD/bench/noop" "$append" "$1" "$RIG/appended" &
  append_pid=$!
  wait_for 10 test -S "$RIG/socket/noop.sock" && wait_for 10 test -S "$RIG/socket/append.sock"
}

bench_down() {
  local status=$? dir
  for dir in "$RIG"/postfix-*; do [ -d "$dir" ] && pf_stop "$dir"; done
  [ -n "${noop_pid:-}" ] && kill "$noop_pid" "$append_pid" 2>/dev/null
  [ -n "${load_pid:-}" ] && kill "$load_pid" 2>/dev/null
  [ -n "${empty_pid:-}" ] && kill "$empty_pid" 2>/dev/null
  rig_down "$status"
}
