#!/bin/bash
# SPDX-License-Identifier: MIT
# Two sites whose queues write to each other, with the marks that tell a loop, and without.
. "$(dirname "$0")/lib.sh"
. "$tests/wars.sh"
. "$tests/wars-sites.sh"
sites_up

all_over 'a queue writes to a queue' 1 help@tickets2.example 'hello'
all_over 'a person writes' 1 pam@people.example 'printer'
is "$(loops)" 0 'the marks alone ended it'

without "$marks"
all_over 'without marks, a queue writes' 3 help@tickets2.example 'hello again'
all_over 'without marks, a person writes' 3 pam@people.example 'the printer again'
is "$(loops)" 2 'ended by one text that comes again and again'
finish
