#!/bin/bash
# SPDX-License-Identifier: MIT
# Tickets changed at the desk: answered, taken, assigned, closed, set, watched, merged, linked.
. "$(dirname "$0")/lib.sh"
desk_up
export XDG_STATE_HOME=$DESK/state
cat >> "$DESK/ticket-milter.toml" <<'E2'
[[agent]]
name = "Ben Sales"
addresses = ["ben@staff.example"]
logins = ["ben"]
queues = ["sales"]
E2
ticket init > /dev/null
ann=(--as ann@staff.example)
entry() { ticket show "$1" --json | of "entries.$2.kind" "entries.$2.actor" "entries.$2.text" "entries.$2.status_before" "entries.$2.status_after"; }
told()  { ticket outbox --json | of ticket template to | awk -v t="$1" '$1 == t { print $3 "=" $2 }' | sort | tr '\n' ' '; }
forget_notices() { ticket outbox cancel all; }
ticket create --queue help --requestor r@remote.example --subject Printer <<< 'It burns.' > /dev/null
ticket create --queue help --requestor s@remote.example --subject Toner -m 'Two' -m 'parts' > /dev/null
ticket create --queue sales --requestor r@remote.example --subject Price < /dev/null > /dev/null
is "$(ticket show 2 --json | of entries.0.text)" $'Two\n\nparts' "each -m is a paragraph"
forget_notices

run ticket reply 1 "${ann[@]}" <<< 'We come.'
is "$status:$out$err" "0:" "reply prints nothing"
is "$(entry 1 1)" $'correspond\tann@staff.example\tWe come.\n\tnew\topen' "the answer is in the history, and the ticket open"
is "$(told 1)" "r@remote.example=correspond " "the requestor hears it"
forget_notices
run ticket comment 1 "${ann[@]}" --json -m 'Old model.'
is "$(of id status <<< "$out")" $'1\topen' "--json prints the ticket"
is "$(entry 1 2 | cut -f 1,3)" $'comment\tOld model.' "a comment"
is "$(told 1)" "" "of which the requestor does not hear"
run ticket reply '#2' "${ann[@]}" --take --resolve -m done
is "$(ticket show 2 --json | of owner status entries.1.kind entries.2.kind)" $'ann@staff.example\tresolved\ttake\tcorrespond' "--take and --resolve"

head -c 70000 /dev/urandom > "$DESK/photo of it.png"
echo 'a,b' > "$DESK/t.csv"
run ticket reply 1 "${ann[@]}" -m 'See there.' --attach "$DESK/photo of it.png" --attach "$DESK/t.csv"
is "$status:$err" "0:" "reply with files"
is "$(ticket show 1 --json | of entries.3.text entries.3.attachments.# entries.3.attachments.0.name entries.3.attachments.0.type entries.3.attachments.0.size)" \
  $'See there.\t2\tphoto of it.png\timage/png\t70000' "the files are attachments"
ticket show 1 --attachment 4:1 -o "$DESK/back.png"
cmp -s "$DESK/back.png" "$DESK/photo of it.png"
is "$?" 0 "and come out as they went in"
exits 74 "a file that is not there" ticket reply 1 "${ann[@]}" -m x --attach "$DESK/none"
like "$err" 'kept in .*/ticket/drafts/reply-1.txt' "what was written is kept"
is "$(cat "$DESK/state/ticket/drafts/reply-1.txt")" "x" "in a draft"
is "$(stat -c %a "$DESK/state/ticket/drafts/reply-1.txt")" 600 "for nobody else to read"
exits 65 "an answer without words" ticket reply 1 "${ann[@]}"
like "$err" 'nothing is said' "says so"
is "$(ticket show 1 --json | of entries.#)" 4 "and files nothing"

# whose, and how far
ticket take 1 3 "${ann[@]}"
is "$(ticket list --json --sort id | of id owner status | tr '\t\n' '  ')" "3 ann@staff.example open 2 ann@staff.example resolved 1 ann@staff.example open " "take, several at once"
forget_notices
ticket assign 3 ben@staff.example
is "$(ticket show 3 --json | of owner entries.2.kind):$(told 3)" $'ben@staff.example\tassign:ben@staff.example=assigned ' "assign, and who gets it hears"
exits 65 "assign to who cannot own" ticket assign 1 ben@staff.example
exits 65 "all or none" ticket assign 3 1 ben@staff.example
ticket assign 1 nobody
is "$(ticket show 1 --json | of owner)" null "assign to nobody"
for s in stall=stalled reject=rejected open=open resolve=resolved delete=deleted open=open; do
  ticket "${s%=*}" 1
  is "$(ticket show 1 --json | of status)" "${s#*=}" "${s%=*}"
done
ticket delete 1
is "$(ticket list --json | of id | tr '\n' ' ')" "3 2 " "a deleted ticket is not listed"
exits 65 "nor answered" ticket reply 1 -m x
like "$err" 'ticket open 1' "but can come back"
ticket open 1

# fields
run ticket set 1 2 subject='Printer is  out' queue=SALES priority=7 due=2026-12-24 --json
is "$(of id subject queue priority due <<< "$out" | head -n 1)" $'1\tPrinter is out\tsales\t7\t2026-12-24T00:00:00Z' "set"
is "$(ticket list --queue sales --json | of id | sort | tr '\n' ' ')" "1 2 3 " "both were moved"
ticket set 1 due=2d priority=-1
like "$(ticket show 1 --json | of due)" '^20' "a due date from now"
ticket set 1 due=none queue=help
is "$(ticket show 1 --json | of due queue)" $'null\thelp' "and none"
exits 64 "a field that is none" ticket set 1 colour=red
exits 64 "a number that is none" ticket set 1 priority=high
exits 64 "nothing to set" ticket set 1
exits 67 "a queue that is none" ticket set 1 queue=x
exits 67 "a ticket that is none" ticket set 99 priority=1

# watchers
ticket watch 1 X@Remote.Example
ticket watch 1 ben@staff.example
ticket watch 1 y@remote.example --role requestor
is "$(ticket show 1 --json | of requestors cc admin_cc)" $'r@remote.example,y@remote.example\tx@remote.example\tben@staff.example' "watch, by role"
forget_notices
ticket squelch 1 r@remote.example
ticket squelch 1 r@remote.example
ticket reply 1 "${ann[@]}" -m news
is "$(told 1)" "ben@staff.example=correspond-agent x@remote.example=correspond y@remote.example=correspond " "A50 A51 who is squelched hears nothing"
forget_notices
ticket unsquelch 1 r@remote.example
ticket unwatch 1 x@remote.example
ticket reply 1 "${ann[@]}" -m news
is "$(told 1)" "ben@staff.example=correspond-agent r@remote.example=correspond y@remote.example=correspond " "A54 unsquelched and unwatched"
exits 67 "unwatch who does not" ticket unwatch 1 x@remote.example
exits 64 "a role that is none" ticket watch 1 x@remote.example --role boss
exits 65 "our own address" ticket watch 1 help@tickets.example

# two tickets
ticket link 1 2
is "$(ticket show 2 --json | of links)" 1 "link"
ticket link 2 1 --remove
is "$(ticket show 1 --json | of links)" "" "and no more"
ticket merge 2 1
is "$(ticket show 2 --json | of merged_into status):$(ticket show 1 --json | of requestors links)" \
  $'1\tresolved:r@remote.example,y@remote.example,s@remote.example\t2' "merge"
run ticket comment 2 "${ann[@]}" -m 'on the survivor'
is "$status:$err" "0:ticket 2 was merged into 1" "what is said on the one"
is "$(ticket show 1 --json | tr ',' '\n' | grep -c 'on the survivor')" 1 "is said on the other"
exits 65 "no merge back" ticket merge 1 2
exits 65 "no merge with itself" ticket merge 1 1

# drafts and the editor
if command -v script > /dev/null; then
  cat > "$DESK/editor" <<'E3'
#!/bin/sh
cp "$2" "$COPY"
[ "$1" = --write ] && { cat "$2"; echo 'From the editor.'; } > "$2.new" && mv "$2.new" "$2"
true
E3
  chmod 755 "$DESK/editor"
  rm -rf "$DESK/state"
  edit() { COPY=$DESK/copy EDITOR="$DESK/editor $1" script -qec "$BUILD/ticket -c $DESK/ticket-milter.toml reply 3 ${ann[*]}" /dev/null < /dev/null; }
  ticket reply 3 "${ann[@]}" -m 'first words' > /dev/null
  out=$(edit --write)
  is "$(head -n 1 "$DESK/copy")" "Ticket: #3 Price" "the editor shows what it is about"
  like "$(cat "$DESK/copy")" 'To: r@remote.example'$'\n''Status: open'$'\n\n'$'\n''20.* ann@staff.example wrote:'$'\n''> first words' "and what was said"
  text=$(ticket show 3 --json | of entries.4.text)
  like "$text" 'first words'$'\n''From the editor' "the text is filed"
  unlike "$text" 'Ticket: #3' "without the head"
  is "$(ls "$DESK/state/ticket/drafts")" "" "no draft is left"
  out=$(edit --leave)
  like "$out" 'nothing is said' "an untouched page is no answer"
  is "$(ticket show 3 --json | of entries.#)" 5 "and files nothing"
else
  skip "the editor" "no script(1)"
fi

# who may
if am_root; then
  as() { local login=$1; shift; setpriv --reuid="$login" --regid="$group" --clear-groups "$BUILD/ticket" -c "$DESK/ticket-milter.toml" "$@"; }
  run as nobody take 1
  is "$status" 77 "take without the right"
  like "$err" 'login:nobody may not own in queue help' "says so"
  exits 0 "milter.user may act for an agent" as nobody take 1 "${ann[@]}"
  exits 67 "but only for an agent" as nobody take 1 --as r@remote.example
  SUDO_USER=bin run ticket comment 1 -m x
  is "$(ticket show 1 --json | of entries.-1.actor)" "login:bin" "by sudo one stays who one is"
else
  skip "rights" "not root"
fi
finish
