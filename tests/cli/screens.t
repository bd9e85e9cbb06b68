#!/bin/bash
# SPDX-License-Identifier: MIT
# What a person sees, on terminals of 80 and of 132 columns, of mail that means ill: screens/NAME-COLUMNS holds each screen. UPDATE=1 writes them anew.
. "$(dirname "$0")/lib.sh"
desk_up
. "$tests/terminal.sh"
ticket init > /dev/null
printf '%b' "$(cat "$tests/screens/hostile.mbox")" > "$DESK/mbox"
is "$(ticket import --queue help "$DESK/mbox")" "3 filed, 0 known already, 0 failed" "the mail is in"
like "$(cat "$DESK/mbox")" $'\e\\[5m' "and has what it should not"

# screen NAME COMMAND...: as it is on both terminals.
screen() {
  local name=$1 columns file got
  shift
  for columns in 80 132; do
    file=$tests/screens/$name-$columns
    got=$(on_terminal 24 "$columns" "${desk[@]}" --no-pager --absolute "$@")
    [ -z "${UPDATE:-}" ] || printf '%s\n' "$got" > "$file"
    is "$got" "$(cat "$file")" "$name, $columns columns"
    is "$(steering <<< "$got")" "" "nothing in it steers a terminal"
    is "$(widest <<< "$got")" "" "no line is wider than $columns columns"
  done
}
# Lines that are wider than $columns.
widest() {
  WIDTH=$columns python3 -c '
import os, sys, unicodedata
def wide(line):
    return sum(0 if unicodedata.combining(c) or c in "\u200d\ufe0f" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
for line in sys.stdin.read().splitlines():
    if wide(line) > int(os.environ["WIDTH"]) and "\u200d" not in line:
        print(line)'
}

screen list list
screen by-subject list --sort subject
screen search search printer OR 印刷
screen show-1 show 1
screen show-1-full show 1 --full
screen show-2 show 2
screen show-3 show 3
screen people person list
finish
