#!/bin/bash
# SPDX-License-Identifier: MIT
# Who may use the store: root, the daemon's user, and whoever is in its group, each under his own name; nobody else.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
if ! am_root; then
  skip "people of the store's group" "not root"
  finish
  exit
fi
sed -i 's/^logins = .*/logins = ["games"]/' "$DESK/ticket-milter.toml"
# as LOGIN GROUP ARGUMENT...: a person whose own group is another one, with a umask that is for nobody else.
as() {
  local login=$1 group=$2
  shift 2
  (umask 077 && exec setpriv --reuid="$login" --regid="$login" --groups="$group" "$BUILD/${PROGRAM:-ticket}" -c "$DESK/ticket-milter.toml" "$@")
}
member() { as "$1" "$group" "${@:2}"; }

is "$(member games create --queue help --requestor r@remote.example --subject 'Printer on fire' -m 'it burns')" "ticket 1" "a member makes a ticket"
is "$(ticket show 1 --json | of entries.0.actor)" "ann@staff.example" "and is the agent of that login in its history"
exits 0 "takes it" member games take 1
exits 0 "answers" member games reply 1 -m 'Use water.'
exits 77 "rights are those of the login" member lp take 1
exits 77 "nobody acts for somebody else" member lp take 1 --as ann@staff.example
is "$(member games list --json | of id)" 1 "list"
like "$(member lp show 1)" 'Use water' "show"
is "$(member lp search fire --json | of id)" 1 "search makes the index"
is "$(member lp create --queue help --requestor r@remote.example --subject 'Fire again' -m x)" "ticket 2" "a member who is no agent makes a ticket"
is "$(ticket show 2 --json | of entries.0.actor)" "login:lp" "and is his login in its history"
run member games search fire --json
is "$(of id <<< "$out" | sort)" $'1\n2' "another member brings the index up to date"
is "$err" "" "without a complaint"
ticket create --queue help --requestor r@remote.example --subject 'Fire and smoke' -m x > /dev/null
is "$(ticket search fire --json | of id | sort)" $'1\n2\n3' "so does the daemon's user"
is "$(stat -c %G "$DESK/store/search" "$DESK"/store/search/* | sort -u)" "$group" "the index is the group's"
mkdir "$DESK/games"
chown games: "$DESK/games"
exits 0 "backup" member games backup "$DESK/games/copy"
is "$(stat -c '%a %U:%G' "$DESK/games/copy" "$DESK/games/copy/data.mdb" | tr '\n' ' ')" "750 games:games 600 games:games " "is his who makes it, and not for everybody"
member games dump | tail -n +2 > "$DESK/dump"  # the first line holds the time
is "$(grep -c '"ticket"' "$DESK/dump")" "$(ticket dump | tail -n +2 | grep -c '"ticket"')" "dump"
ok "is all of it" cmp -s "$DESK/dump" <(ticket dump | tail -n +2)
ok "and not nothing" test -s "$DESK/dump"
big() { printf 'From: r@remote.example\nSubject: Big\nMessage-ID: <big@remote.example>\n\n'; head -c 2000000 /dev/zero | tr '\0' x | fold -w 70; }
member_gate() { PROGRAM=ticket-mailgate member mail --queue help; }
run member_gate < <(big)
is "$status" 0 "ticket-mailgate as a member, with a mail that needs the spool"
is "$(ticket list --json --limit 1 --sort id | of subject)" "Big" "files it"
exits 77 "member or not, init is for root" member games init

for command in "list" "show 1" "search fire" "dump" "backup $DESK/other" "person list" "stats"; do
  # shellcheck disable=SC2086
  run as games games $command
  is "$status" 77 "$command: closed to others"
  like "$err" "store $DESK/store: open: Permission denied: games is no member of the group $group, nor root or nobody" "who are told whose it is"
done
run as games games explain --to help@tickets.example < <(big)
is "$status" 77 "explain: closed to others"
like "$err" "$DESK/etc/secret is closed: games is no member of the group $group" "by the secret"

chmod 640 "$DESK"/store/*.mdb
run member games list
is "$status" 77 "a store that is its owner's alone"
like "$err" '"ticket init", run by root, sets owner and mode right' "says what to do"
ticket init > /dev/null
exits 0 "which helps" member games list
rm "$DESK/store/lock.mdb"
exits 0 "the daemon's user makes a new lock file" ticket list
exits 0 "for the group, too" member games list
chown root:root "$DESK"/store/*.mdb
run ticket list
is "$status" 77 "files that are root's"
like "$err" 'run by root, sets owner' "are told to root, too"
finish
