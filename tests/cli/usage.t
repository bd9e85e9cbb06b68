#!/bin/bash
# SPDX-License-Identifier: MIT
# Options, exit codes, and what stands where on the command line.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
printf 'first\n' | ticket create --queue help --requestor r@remote.example --subject one > /dev/null
t=$BUILD/ticket c=$DESK/ticket-milter.toml

exits 78 "no command, and no configuration" "$t" -c "$DESK/nosuch"
exits 0 "no command" ticket
exits 0 "no command, with --json" ticket --json
exits 64 "no command, with a number" ticket 1
exits 64 "an unknown command" "$t" frobnicate
like "$err" 'frobnicate' "which is named"
exits 64 "an unknown option" ticket list --frobnicate
exits 64 "two commands" ticket list stats
exits 64 "a stray argument" ticket stats 1
exits 64 "-c without a file" "$t" list -c
exits 64 "show without a number" ticket show
exits 64 "show of no number" ticket show x
exits 64 "show of number 0" ticket show 0
exits 64 "show --raw of no number" ticket show 1 --raw x
exits 64 "show --attachment without N" ticket show 1 --attachment 1
exits 64 "show --raw and --attachment" ticket show 1 --raw 1 --attachment 1:1
exits 64 "an unknown status" ticket list --status open,closed
like "$err" 'none of new, open' "which says what there is"
exits 64 "an unknown order" ticket list --sort colour
exits 64 "a limit that is none" ticket list --limit many
exits 64 "a negative limit" ticket list --limit -1
exits 64 "an owner that is no address" ticket list --owner ann
exits 64 "create without a queue" ticket create --requestor r@remote.example --subject x
exits 64 "create for no address" ticket create --queue help --requestor r --subject x
exits 65 "create for an address of ours" ticket create --queue help --requestor Help+1@Tickets.example --subject x
exits 65 "create with a subject too long" ticket create --queue help --requestor r@remote.example --subject "$(printf 'x%.0s' {1..401})"
exits 0 "create with a subject that is just not" ticket create --queue help --requestor r@remote.example --subject "$(printf 'ä%.0s' {1..400})"
exits 65 "explain of nothing" ticket explain
exits 67 "no such ticket" ticket show 99
is "$out" "" "and nothing on standard output"
exits 67 "no such ticket, the greatest of numbers" ticket show 18446744073709551615
exits 67 "no such entry" ticket show 1 --raw 9
exits 67 "no such entry for an attachment" ticket show 1 --attachment 9:1
exits 65 "an entry without a raw message" ticket show 1 --raw 1
exits 67 "no such queue in list" ticket list --queue nosuch
exits 67 "no such queue in create" ticket create --queue nosuch --requestor r@remote.example --subject x
exits 78 "no store" env -- "$t" -c <(sed "s,$DESK/store,$DESK/none," "$c") list

for help in "--help" "list --help" "--help list" "show --help" "create --help" "--version" "list --version" "create --version" "--version show"; do
  exits 0 "ticket $help" "$t" $help
done
like "$("$t" --version)" '^ticket [0-9]+\.[0-9]+' "the version"
like "$("$t" list --help)" '--requestor' "help of a command"

want='\{"id":[12],'
for line in "-c $c --json list" "list -c $c --json" "-c $c list --json" "--json list -c $c" "list --limit 5 -c $c --json" "--json list --limit 5 -c $c"; do
  like "$("$t" $line)" "^$want" "options before and after: ${line//$DESK\//}"
done
like "$("$t" show 1 --json -c "$c")" "^$want" "options after an argument"
like "$("$t" show --json -c "$c" 1)" "^$want" "options before an argument"

run bash -c '"$0" -c "$1" show 1 > /dev/full' "$t" "$c"
is "$status" 75 "a full standard output is no success"
run ticket show 1 --raw 1 -o "$DESK/nosuch/file"
is "$status" 65 "the message comes before the file"

if am_root; then
  stranger() { setpriv --reuid=daemon --regid=daemon --clear-groups "$t" -c "$c" "$@"; }
  exits 77 "the store is closed to strangers" stranger list
  exits 77 "so is the secret" stranger explain
  like "$err" 'nor root or nobody' "and it says who may"
  exits 77 "check tells a stranger so" stranger check
else
  skip "strangers" "not root"
fi
finish
