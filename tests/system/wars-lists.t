#!/bin/bash
# SPDX-License-Identifier: MIT
# A mailing list to which the queue is subscribed, and which hears of all that comes to the queue: each mail of ours comes back.
. "$(dirname "$0")/lib.sh"
. "$tests/wars.sh"
# begin LIST WORD...: somebody writes to the queue, which the list is told.
begin() {
  HELP="cc = [\"$1@lists.example\"]" reconfigure
  lives "$1@lists.example" list help@tickets.example "${@:2}"
  mail member@remote.example 'news' | send member@remote.example help@tickets.example
}
# ended LIST TICKETS: one mail of ours, and so many tickets by now.
ended() { is "$(ours "$1@lists.example"),$(tickets)" "1,$2" "$1: one mail of ours"; }
war_up

begin plain
ok 'a list that leaves all as it is: over' over
ended plain 1
like "$(answered plain-bounces@lists.example)" '^554 5\.4\.6 .*loop-[12]' 'which is known when it comes back'

begin strip stripped
ok 'one that takes away every mark: over' over
ended strip 2
begin munge stripped munged
ok 'that puts itself into From: over' over
ended munge 3
begin member stripped member
ok 'or a member: over' over
ended member 4
like "$(of 4 entries.-1.class entries.#)" $'^list\t2$' 'what came by a list is filed, and not told to it again'
begin forget stripped member forgetful
ok 'that forgets what it answers: over' over
ended forget 6
begin silent stripped member forgetful silent
ok 'and does not say where it is posted to: over' over
ended silent 8

mail member@remote.example 'news' 'List-Id: <silent.lists.example>' | send silent-bounces@lists.example help@tickets.example
ok 'what the list itself sends: over' over
ended silent 9
finish
