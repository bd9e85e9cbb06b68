#!/bin/bash
# SPDX-License-Identifier: MIT
# Two sites whose queues write to each other, where even threads are lost, or each says it in other words.
. "$(dirname "$0")/lib.sh"
. "$tests/wars.sh"
. "$tests/wars-sites.sh"
sites_up

without "$marks|In-Reply-To|References"
all_over 'without threads, a queue writes' 3 help@tickets2.example 'hello, you'
all_over 'without threads, a person writes' 3 pam@people.example 'a printer'
is "$(loops)" 2 'ended by one text that comes again and again'

without "$marks"
HELP='acknowledge = "always"' ADMIN_CC=desk@tickets2.example both_reload
all_over 'as agents of each other' 11 pam@people.example 'another printer'
like "$(told "$(newest)"; other told "$(other newest)")" 'no notice to desk@[^ ]*: notices_per_ticket_recipient \(10 in 10m\)' \
  'ended by the count of the ticket'
finish
