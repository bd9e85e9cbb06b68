#!/bin/bash
# SPDX-License-Identifier: MIT
# The systemd units as `make install` leaves them: systemd takes every line of them, and they stay as closed as the daemons allow.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/tap.sh"
command -v systemd-analyze > /dev/null || skip_all "systemd-analyze is not here"
export BUILD=${BUILD:-build}
unset MAKEFLAGS MAKELEVEL
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT

place() { make -s -C "$top" "$1" DESTDIR= prefix="$work/usr" confdir="$work/etc" unitdir="$work/units"; }
exposed() { systemd-analyze security --no-pager --offline=true --threshold="$1" "$2" > "$work/report" 2>&1; }
# The exposure, of 100, that systemd 252 finds in what each daemon cannot do without.
declare -A least=([ticket-milter]=18 [ticket-notify]=11)

ok 'units: make install' place install
for unit in "$top"/conf/*.service; do
  name=$(basename "$unit" .service)
  file=$work/units/$name.service
  if [ -x "$work/usr/sbin/$name" ]; then
    is "$(systemd-analyze verify --man=no "$file" 2>&1)" '' "units: systemd takes $name.service as it is installed"
  else
    skip "units: systemd takes $name.service as it is installed" "there is no $name yet"
    sed "s,@sbindir@,$work/usr/sbin,; s,@confdir@,$work/etc," "$unit" > "$file"
  fi
  ok "units: $name.service is exposed by no more than ${least[$name]} of 100" exposed "${least[$name]}" "$file" || diag "$(tail -n 1 "$work/report")"
  not_ok "units: nothing is left to fill in in $name.service" grep -n '@[a-z]*@' "$file"
done
for daemon in "$work"/usr/sbin/*; do
  ok "units: $(basename "$daemon") has one" test -e "$work/units/$(basename "$daemon").service"
  installed+=("$daemon" "$work/units/$(basename "$daemon").service")
done
ok 'units: make uninstall' place uninstall
is "$(ls "${installed[@]}" 2> /dev/null)" '' 'units: takes daemons and units away'
finish
