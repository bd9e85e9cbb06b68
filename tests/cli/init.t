#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket init: makes what is missing, keeps what is there, and gives both to the daemon's user.
. "$(dirname "$0")/lib.sh"
desk_up
mode() { stat -c '%a %U:%G' "$1"; }

run ticket init
is "$status" 0 "init of nothing"
like "$out" "secret  $DESK/etc/secret: made" "says that it made the secret"
like "$out" "store   lmdb:$DESK/store: made" "says that it made the store"
like "$out" "spool   $DESK/store/spool: made" "says that it made the spool"
is "$(mode "$DESK/etc/secret")" "640 $(id -un):$group" "the secret is for the daemon's group to read"
is "$(mode "$DESK/store")" "2770 $user:$group" "the store's folder is the daemon's"
is "$(mode "$DESK/store/spool")" "2770 $user:$group" "the spool is the daemon's"
is "$(find "$DESK/store" -maxdepth 1 -type f -exec stat -c '%a %U:%G' {} + | sort -u)" "660 $user:$group" "the store's files are the daemon's"
like "$(cat "$DESK/etc/secret")" '^[0-9a-f]{64}$' "the secret is 32 random bytes"

secret=$(cat "$DESK/etc/secret")
run ticket init
is "$status" 0 "init again"
unlike "$out" 'made' "makes nothing"
is "$(cat "$DESK/etc/secret")" "$secret" "the secret is kept"
is "$(ls "$DESK/etc")" "secret" "no temporary file is left"

chmod 600 "$DESK/etc/secret"
chmod 755 "$DESK/store"
chmod 666 "$DESK"/store/*.mdb
run ticket init --json
is "$status" 0 "init mends modes"
is "$(of done <<< "$out" | sort -u | wc -l)" 3 "and says in JSON what it did: $(of what done <<< "$out" | tr '\t\n' '= ')"
is "$(mode "$DESK/etc/secret") $(mode "$DESK/store")" "640 $(id -un):$group 2770 $user:$group" "secret and folder are right again"
is "$(find "$DESK/store" -maxdepth 1 -type f -exec stat -c %a {} + | sort -u)" 660 "so are the files"

echo 'text' | ticket create --queue help --requestor r@remote.example --subject x > /dev/null
run ticket init
is "$(ticket list --json | of id)" 1 "tickets survive"
exits 73 "--first-id comes too late for a store that is there" ticket init --first-id 100
like "$err" 'there is a store' "and says so"

rm -rf "$DESK/store"
exits 0 "--first-id for a new store" ticket init --first-id 5000
is "$(ticket create --queue help --requestor r@remote.example --subject x < /dev/null)" "ticket 5000" "the first ticket has that number"
exits 64 "--first-id 0" ticket init --first-id 0
exits 64 "--first-id x" ticket init --first-id x

rm -rf "$DESK/store" "$DESK/etc"
ln -s "$DESK/elsewhere" "$DESK/store"
mkdir "$DESK/elsewhere"
exits 73 "a symbolic link in the place of the store is not followed" ticket init
rm "$DESK/store"
rm -rf "$DESK/etc"
touch "$DESK/etc"
exits 73 "a file where a folder has to be" ticket init
rm "$DESK/etc"

( user=no-such-user-here; desk_config ) > "$DESK/other.toml"
exits 78 "no such user" "$BUILD/ticket" init -c "$DESK/other.toml"
like "$err" 'useradd --system' "and how to make it"

if am_root; then
  exits 77 "init by a stranger" setpriv --reuid=daemon --clear-groups "$BUILD/ticket" init -c "$DESK/ticket-milter.toml"
  install -d -o nobody -g "$group" "$DESK/etc" "$DESK/store"
  exits 0 "init by the daemon's user itself" setpriv --reuid=nobody --regid="$group" --clear-groups "$BUILD/ticket" init -c "$DESK/ticket-milter.toml"
  is "$(mode "$DESK/store/data.mdb")" "660 nobody:$group" "makes its own files"
  chown root:root "$DESK"/store/*.mdb
  exits 0 "init over files that root brought back" ticket init
  is "$(mode "$DESK/store/data.mdb")" "660 nobody:$group" "gives them to the daemon"
else
  skip "init by others" "not root"
fi
finish
