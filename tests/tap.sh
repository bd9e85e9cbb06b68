# SPDX-License-Identifier: MIT
# What every test in shell says, in the Test Anything Protocol. A test ends with `finish`; what is in on_failure() is done then, if any case failed.

tap_count=0
tap_failed=0

# result STATUS NAME: what each of the following ends in.
result() {
  tap_count=$((tap_count + 1))
  [ "$1" = 0 ] && echo "ok $tap_count - $2" && return 0
  tap_failed=$((tap_failed + 1))
  echo "not ok $tap_count - $2"
  return 1
}
ok()     { local name=$1; shift; if "$@"; then result 0 "$name"; else result 1 "$name" || diag "failed: $*"; fi; }
not_ok() { local name=$1; shift; if "$@"; then result 1 "$name" || diag "did not fail: $*"; else result 0 "$name"; fi; }
is()     { if [ "$1" = "$2" ]; then result 0 "$3"; else result 1 "$3" || { diag "got:    $1"; diag "wanted: $2"; }; fi; }
like()   { if [[ $1 =~ $2 ]]; then result 0 "$3"; else result 1 "$3" || { diag "got:    $1"; diag "wanted: $2"; }; fi; }
unlike() { if [[ $1 =~ $2 ]]; then result 1 "$3" || diag "got: $1"; else result 0 "$3"; fi; }
skip()   { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }
diag()   { printf '%s\n' "$*" | sed 's/^/# /'; }
on_failure() { :; }
finish() {
  [ "$tap_failed" = 0 ] || on_failure
  echo "1..$tap_count"
  exit $((tap_failed > 0))
}
skip_all() { echo "1..0 # SKIP $*"; exit 0; }
