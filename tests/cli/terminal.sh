# SPDX-License-Identifier: MIT
# For tests of what a terminal gets: one is made for the program. A test sources this after lib.sh.

command -v script > /dev/null || skip_all "no script(1)"

# on_terminal ROWS COLUMNS COMMAND...: what comes out of the terminal, lines ending in LF; the command's exit status. What is on standard input is typed.
# Without colour, unless COLOUR=1. No pager but the test's own.
on_terminal() {
  local rows=$1 columns=$2 command status
  shift 2
  printf -v command '%q ' "$@"
  [ -n "${COLOUR:-}" ] || command="NO_COLOR=1 $command"
  TERM=xterm timeout 60 script -qec "stty rows $rows cols $columns -echo; $command" /dev/null > "$DESK/screen"
  status=$?
  sed 's/\r$//' "$DESK/screen"
  return $status
}
# For on_terminal, which wants a program.
desk=("$BUILD/ticket" -c "$DESK/ticket-milter.toml")

# Bytes of the standard input that steer a terminal: control characters but LF and tab, C1 and characters that turn the direction of writing, break lines or are no
# UTF-8. Prints what is found.
steering() {
  perl -0777 -ne '
    print "a control character " if /[\x00-\x08\x0b-\x1f\x7f]/;
    print "no UTF-8 " unless utf8::decode($_);
    print "C1 " if /[\x80-\x9f]/;
    print "a turn of direction " if /[\x{202a}-\x{202e}\x{2066}-\x{2069}]/;
    print "a line separator" if /[\x{2028}\x{2029}]/;'
}
