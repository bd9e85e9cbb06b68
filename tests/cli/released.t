#!/bin/bash
# SPDX-License-Identifier: MIT
# A store of each release (tests/store/keep made it) opens, agrees, says what it said then, and takes new tickets.
. "$(dirname "$0")/lib.sh"
case $(uname -m) in x86_64|aarch64) ;; *) skip_all "LMDB's files are those of 64-bit little-endian machines" ;; esac
newest() { ticket list --json --limit 100000 --status new,open,stalled,resolved,rejected,deleted | of id | sort -n | tail -n 1; }
for kept in "$top"/tests/store/*.mdb.xz; do
  version=$(basename "$kept" .mdb.xz)
  desk_up
  ticket init > /dev/null
  rm "$DESK"/store/*.mdb
  xz -dc "$kept" > "$DESK/store/data.mdb"
  ticket init > /dev/null
  run ticket check --store
  like "$out" 'content +ok +[0-9]+ tickets, all agrees' "$version: all agrees"
  # Keys that came later are none of its business.
  is "$(ticket dump | sed 1d | sha256sum)" "$(xz -dc "${kept%.mdb.xz}.dump.xz" | sed 1d | sha256sum)" "$version: a dump is the same"
  last=$(newest)
  exits 0 "$version: an old ticket takes an answer" ticket reply 1 -m 'After the upgrade.'
  exits 0 "$version: a new ticket" ticket create --queue help --requestor new@remote.example --subject 'After the upgrade' -m 'x'
  is "$(newest)" $((last + 1)) "$version: has the next number"
  run ticket check --store
  like "$out" 'content +ok' "$version: all agrees afterwards"
  rm -rf "$DESK"
done
finish
