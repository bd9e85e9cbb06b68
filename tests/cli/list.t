#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket list: filters, orders, and what it looks like on a terminal: relative times, pager, --watch.
. "$(dirname "$0")/lib.sh"
desk_up
. "$tests/terminal.sh"
ticket init > /dev/null
create() { ticket create --queue "$1" --requestor "$2" --subject "$3" < /dev/null > /dev/null; }
ids()    { ticket list --json "$@" | of id | tr '\n' ' '; }
create help rita@remote.example 'Printer on fire'
create office zoe@remote.example 'Prices'
create help rita@remote.example 'Printer wet'

# filters
is "$(ids --unowned)" "3 2 1 " "--unowned"
is "$(ids --owner ann@staff.example)" "" "--owner has none of them"
is "$(ids --participant Rita@Remote.example)" "3 1 " "--participant finds a requestor"
is "$(ids --participant nobody@remote.example)" "" "and nobody else"
is "$(ids --unowned --participant rita@remote.example --subject wet --queue help --status new)" "3 " "filters combine"
is "$(ids --created-since 1h)$(ids --updated-since 2020-01-01)" "3 2 1 3 2 1 " "--created-since and --updated-since"
is "$(ids --created-since 2099-01-01)$(ids --updated-since 2099-01-01T00:00:00Z)" "" "of the time to come"
is "$(ids --due-before 2099-01-01)$(ids --due-before 2d)" "" "--due-before finds nothing that is not due at all"
exits 64 "--owner and --unowned" ticket list --unowned --owner ann@staff.example
for option in --due-before --created-since --updated-since; do
  exits 64 "a bad $option" ticket list $option yesterday
  like "$err" "$option: \"yesterday\"" "which is named"
done
exits 64 "a participant that is no address" ticket list --participant rita

# orders
is "$(ids --reverse)" "1 2 3 " "--reverse"
is "$(ids --reverse --limit 2)" "1 2 " "takes the oldest"
is "$(ids --sort subject --reverse)" "3 1 2 " "also of another order"

# a terminal
run on_terminal 24 80 "${desk[@]}" list
is "$status:$out" "0:ID  STATUS  QUEUE   UPDATED  OWNER  REQUESTOR            SUBJECT
 3  new     help    now             rita@remote.example  Printer wet
 2  new     office  now             zoe@remote.example   Prices
 1  new     help    now             rita@remote.example  Printer on fire" "times are relative on a terminal"
like "$(on_terminal 24 80 "${desk[@]}" list --absolute)" '3  new     help    20[0-9-]{8} [0-9:]{5}' "but with --absolute"
like "$(ticket list)" '3  new     help    20[0-9-]{8} [0-9:]{5}' "and in a pipe"
like "$(COLOUR=1 on_terminal 24 80 "${desk[@]}" list)" $'\e\\[1mPrinter wet\e\\[0m' "what nobody has taken is bold"
unlike "$(on_terminal 24 80 "${desk[@]}" list)" $'\e' "NO_COLOR is honoured"
unlike "$(ticket list)" $'\e' "a pipe has no colour"

# a pager
paged() { on_terminal "$1" 80 env "${@:2}"; }
run paged 3 TICKET_PAGER='sed s/^/paged:/' "${desk[@]}" list
is "$status $(grep -c '^paged:' <<< "$out")" "0 4" "what is longer than the screen goes through the pager"
run paged 24 TICKET_PAGER='sed s/^/paged:/' "${desk[@]}" list
unlike "$out" 'paged:' "what is not does not"
like "$(paged 3 PAGER='sed s/^/paged:/' "${desk[@]}" list)" 'paged:' "PAGER"
unlike "$(paged 3 TICKET_PAGER=cat PAGER='sed s/^/paged:/' "${desk[@]}" list)" 'paged:' "TICKET_PAGER goes first, cat is none"
unlike "$(paged 3 TICKET_PAGER= PAGER='sed s/^/paged:/' "${desk[@]}" list)" 'paged:' "nor is nothing"
unlike "$(paged 3 PAGER='sed s/^/paged:/' "${desk[@]}" --no-pager list)" 'paged:' "--no-pager"
unlike "$(PAGER='sed s/^/paged:/' ticket list)" 'paged:' "nor has a pipe one"
like "$(paged 3 -u LESS PAGER='echo LESS=$LESS; cat' "${desk[@]}" list)" 'LESS=FRX' "LESS is set for it"
like "$(paged 3 LESS=S PAGER='echo LESS=$LESS; cat' "${desk[@]}" list)" 'LESS=S' "but where it is set"
like "$(paged 3 PAGER=/nonexistent "${desk[@]}" list)" 'Printer on fire' "a pager that is not there is none"
for ((i = 0; i < 300; i++)); do create help rita@remote.example "$(printf 'x%.0s' {1..300})"; done
run paged 3 PAGER='head -n 1' "${desk[@]}" list --limit 1000 --absolute
is "$status $(wc -l <<< "$out")" "0 1" "a pager that is left early is no failure"

# --watch
exits 64 "--watch wants a terminal" ticket list --watch
like "$err" '--watch' "and says so"
shows() { grep -q "$1" "$DESK/watched"; }
mkfifo "$DESK/keys"
exec {keys}<> "$DESK/keys"
TERM=xterm NO_COLOR=1 timeout 60 script -qefc "stty rows 24 cols 80; exec $(printf '%q ' "${desk[@]}") list --watch --limit 5" "$DESK/watched" > /dev/null < "$DESK/keys" &
watcher=$!
started+=("$watcher")
within 20 shows xxxx
is "$?" 0 "--watch draws"
create office zoe@remote.example 'A new one'
within 20 shows 'A new one'
is "$?" 0 "and again when something changes" || diag "$(cat -v "$DESK/watched")"
printf '\003' >&"$keys"
wait "$watcher"
is "$?" 0 "it ends cleanly when it is interrupted"
like "$(tail -c 200 "$DESK/watched")" $'\e\\[\\?1049l' "and gives the screen back"
started=()
finish
