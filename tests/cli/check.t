#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket check: ok, or what is wrong.
. "$(dirname "$0")/lib.sh"
desk_up

run ticket check
is "$status" 78 "before init, something is wrong"
like "$out" 'secret +wrong .*ticket init' "the secret is missing"
like "$out" 'store +wrong' "the store is missing"
ticket init > /dev/null
run ticket check
is "$status" 69 "after init, only the relay is missing"
like "$out" 'relay +wrong +smtp://127.0.0.1:1: connect to 127.0.0.1:1: Connection refused' "and that is said"
relay_up
run ticket check
is "$status" 0 "with a relay, all is well"
for check in configuration secret store spool socket templates relay; do
  like "$out" "(^|"$'\n'")$check +ok" "$check is ok"
done
like "$out" 'not running' "nobody listens, and that is said"

run ticket check --json
is "$(of check ok <<< "$out" | tr '\t\n' '= ')" \
  'configuration=true secret=true store=true spool=true socket=true templates=true relay=true ' "in JSON"

printf 'x' | ticket create --queue help --requestor r@remote.example --subject one > /dev/null
run ticket check --store
is "$status" 0 "--store"
like "$out" 'content +ok +1 tickets' "finds all in order"

# The relay is asked for what notices will want of it.
NOTIFY='starttls = "must"' desk_config > "$DESK/must.toml"
run "$BUILD/ticket" -c "$DESK/must.toml" check
is "$status" 69 "a relay without STARTTLS where it must be"
like "$out" "relay +wrong +smtp://127.0.0.1:$RELAY_PORT: " "is said"
echo drop > "$DESK/relay/mode"
run ticket check
is "$status" 69 "a relay that hangs up"
like "$out" "relay +wrong +smtp://127.0.0.1:$RELAY_PORT: " "is said"
echo ok > "$DESK/relay/mode"
echo secret > "$DESK/etc/password"
NOTIFY="login = \"desk\"
password_file = \"$DESK/etc/password\"" desk_config > "$DESK/login.toml"
run "$BUILD/ticket" -c "$DESK/login.toml" check
is "$status" 69 "a relay that knows of no login"
like "$out" 'relay +wrong .*offers neither AUTH PLAIN nor AUTH LOGIN' "is said"
rm "$DESK/etc/password"
run "$BUILD/ticket" -c "$DESK/login.toml" check
is "$status" 78 "a password that is not there"
like "$out" 'relay +wrong +notify.password_file: ' "is said"

chmod 644 "$DESK/etc/secret"
run ticket check
is "$status" 78 "a secret that everybody may read"
like "$out" 'secret +wrong' "is wrong"
chmod 640 "$DESK/etc/secret"
: > "$DESK/etc/empty"
chmod 640 "$DESK/etc/empty"
sed "s,etc/secret,etc/empty," "$DESK/ticket-milter.toml" > "$DESK/empty.toml"
exits 78 "an empty secret" "$BUILD/ticket" check -c "$DESK/empty.toml"

rmdir "$DESK/socket"
run ticket check
is "$status" 78 "no folder for the socket"
like "$out" 'socket +wrong .*no folder' "is said"
mkdir "$DESK/socket"
( group=no-such-group-here; desk_config ) > "$DESK/group.toml"
run "$BUILD/ticket" -c "$DESK/group.toml" check
is "$status" 78 "no such group"
like "$out" 'no group "no-such-group-here"' "is said"
perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Local => shift, Listen => 1)' "$DESK/socket/milter.sock"
run ticket check
is "$status" 0 "a stale socket is no obstacle"
sed 's/min_free = .*/min_free = "1000000TiB"/' "$DESK/ticket-milter.toml" > "$DESK/full.toml"
run "$BUILD/ticket" -c "$DESK/full.toml" check
is "$status" 75 "no room"
like "$out" 'no room' "is said"

# The examples of the page, as files; then what is wrong with others.
mkdir "$DESK/templates"
example() { # example N: the Nth block of the page's EXAMPLES
  awk -v n="$1" '/^\.Ed/ { inside = 0 } inside && seen == n; /^\.Sh/ { on = $2 == "EXAMPLES" } /^\.Bd/ { inside = on; seen += on }' \
    "$top/man/ticket-templates.5" | sed 's/\\(:a/ä/g'
}
example 1 > "$DESK/templates/acknowledge"
example 2 > "$DESK/templates/correspond.html"
run ticket check
is "$status" 0 "the examples of ticket-templates(5) are right" || diag "$out"
like "$out" "templates +ok +$DESK/templates: 2 files" "the folder and how many files"
printf 'Subject: x\nBcc: y\n\n{{nobody}}\n' > "$DESK/templates/resolved"
printf 'Subject: x\n\n{{requestors}}\n' > "$DESK/templates/correspond"
printf 'Subject: x\n\nx\n' > "$DESK/templates/resolve"
run ticket check
is "$status" 78 "wrong templates"
is "$(grep -c "^templates  *wrong  $DESK/templates/" <<< "$out")" 4 "all complaints at once"
like "$out" "templates/resolved:2: the field Bcc" "with file and line"
like "$out" "templates/resolved:4: unknown name" "of every line"
like "$out" "templates/correspond:3: .*agents' templates only" "of every file"
like "$out" "templates/resolve: there is no template" "and of files that are none"
run ticket check --json
is "$(of check ok <<< "$out" | grep templates | sort -u)" $'templates\tfalse' "in JSON"
rm -r "$DESK/templates"
if am_root; then
  mkdir -m 700 "$DESK/templates"
  run ticket check
  like "$out" "templates +wrong +$DESK/templates: Permission denied" "a folder that the daemon cannot read"
  rmdir "$DESK/templates"
else
  skip "a folder that the daemon cannot read" "for root only"
fi

# A1 all complaints at once
cat > "$DESK/bad.toml" <<'TOML'
[site]
name = "example.com"
domain = "tickets.example"
nonsense = 1
[milter]
max_message = "much"
[[queue]]
name = "help"
addresses = ["help@tickets.example"]
reopen = "sometimes"
TOML
run "$BUILD/ticket" -c "$DESK/bad.toml" check
is "$status" 78 "A1 a bad configuration exits with 78"
is "$(grep -c "^$DESK/bad.toml:" <<< "$out")" 3 "A1 all complaints at once, and nothing else: $(wc -l <<< "$out") lines"
like "$out" "bad.toml:4: site.nonsense: " "A1 file, line and key of an unknown key"
like "$out" "bad.toml:6: milter.max_message: " "A1 of a wrong value"
like "$out" "bad.toml:10: queue" "A1 of a wrong value in a queue"
run "$BUILD/ticket" -c "$DESK/bad.toml" check --json
is "$status $(of check ok <<< "$out" | sort -u)" $'78 configuration\tfalse' "A1 in JSON"
run "$BUILD/ticket" -c "$DESK/bad.toml" list
is "$status" 78 "A1 other commands refuse it, too"
is "$(grep -c "^$DESK/bad.toml:" <<< "$err")" 3 "A1 with all complaints"
exits 78 "no configuration file" "$BUILD/ticket" -c "$DESK/missing.toml" check
exits 78 "no configuration file for others" "$BUILD/ticket" -c "$DESK/missing.toml" list
finish
