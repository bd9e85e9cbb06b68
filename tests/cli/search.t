#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket search: what is found and what is not, an index that is always current, and one that is lost, damaged or in use.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
create() { printf '%s\n' "$4" | ticket create --queue "$1" --requestor "$2" --subject "$3" > /dev/null; }
found()  { ticket search --sort updated --json "$@" | of id | tr '\n' ' '; }
index=$DESK/store/search

is "$(ticket search anything)" "" "nothing is found in an empty store"
create help   rita@remote.example "Café machine broken"  "It leaks since Tuesday, the red lamp blinks."
create office bob@remote.example  "Order of paper"        "Please order red paper and a lamp."
create help   zoe@other.example   "Drucker streikt wieder" "Die rote Lampe blinkt. 印刷できません"

is "$(found paper)"                "2 " "a word"
is "$(found red lamp)"             "2 1 " "all words have to be there"
is "$(found '"red lamp"')"         "1 " "a phrase"
is "$(found 'red AND NOT paper')"  "1 " "AND NOT"
is "$(found 'leaks OR drucker')"   "3 1 " "OR"
is "$(found 'NOT red')"            "3 " "NOT alone"
is "$(found '(leaks OR drucker) AND lamp*')" "3 1 " "brackets, and the beginning of a word"
is "$(found CAFE)$(found café)"    "1 1 " "case and accents make no difference"
is "$(found 印刷)"                  "3 " "writing without blanks"
is "$(found subject:paper)$(found subject:leaks)" "2 " "subject:"
is "$(found from:rita)$(found from:rita@remote.example)$(found from:remote.example)" "1 1 2 1 " "from:"
is "$(found queue:office)$(found queue:Help)" "2 3 1 " "queue:"
is "$(found id:2)$(found id:2 leaks)" "2 " "id:"
is "$(found owner:nobody paper)$(found owner:ann)" "2 " "owner:"
is "$(found status:new lamp)$(found status:resolved)" "2 1 " "status:"
is "$(found "after:$(date -u +%Y-%m-%d)")$(found "before:$(date -u +%Y)")" "3 2 1 " "after: and before:"
is "$(found "red after:2020 before:2100-01")" "2 1 " "both, with a word"
is "$(found red --limit 1)$(found red --limit 0)" "2 " "--limit"
is "$(ticket search red paper --json)" "$(ticket list --subject paper --json)" "the JSON of list"
is "$(ticket search paper)" "$(ticket list --subject paper)" "the table of list"
is "$(ticket search --json subject:paper OR paper OR lamp | of id | head -1)" "2" "the best comes first"

create help eve@remote.example "paper again" "nothing else"
is "$(found paper)" "4 2 " "what came in between is found"
is "$(stat -c %U "$index")" "$user" "the index is the daemon's user's"
is "$(stat -c '%a' "$index" "$index"/*.glass | sort -u | tr '\n' ' ')" "2770 660 " "and its group's"
for query in $'\e[31mred' $'subject:\e]0;x\a OR' $'status:\e[31m' $'before:\e[31m' $'"((*\x01\xff AND'; do
  run ticket search "$query"
  unlike "$out$err" $'[\e\a\x01]' "no escape of a query reaches the terminal"
done

rm -r "$index"
is "$(found paper)" "4 2 " "a lost index is made anew"
for file in "$index"/*.glass "$index/iamglass"; do
  printf 'no index at all' > "$file"
done
is "$(found paper)" "4 2 " "a damaged one, too"
for file in "$index"/*.glass; do
  head -c "$(stat -c %s "$file")" /dev/zero > "$file"
done
is "$(found paper)" "4 2 " "and one of which only the beginning is good"
run ticket search --rebuild
is "$status$out$err" 0 "--rebuild needs no query"
is "$(found paper --rebuild)" "4 2 " "and may have one"

create help eve@remote.example "paper late" ""
python3 - "$index/flintlock" <<'PY' &
import fcntl, sys, time
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    open(sys.argv[1] + ".held", "w").close()
    time.sleep(60)
PY
holder=$!
started+=("$holder")
within 10 test -e "$index/flintlock.held"
run ticket search --json paper
is "$status $(of id <<< "$out" | sort | tr '\n' ' ')" "0 2 4 " "while somebody else updates it, what is there is searched"
like "$err" 'somebody else is updating the index' "which is said"
kill "$holder"
wait "$holder" 2> /dev/null
is "$(found paper)" "5 4 2 " "afterwards all is found"

exits 64 "no query" ticket search
exits 64 "an empty one" ticket search " "
exits 64 "a query that is none" ticket search 'AND OR'
exits 64 "no date" ticket search before:tuesday
like "$err" '"tuesday" is no date such as 2026-10-03' "which is said"
exits 64 "no status" ticket search status:closed
like "$err" 'none of new, open' "and what there is"
exits 64 "no order" ticket search x --sort colour
exits 64 "an endless query" ticket search "$(printf 'x %.0s' {1..5000})"
finish
