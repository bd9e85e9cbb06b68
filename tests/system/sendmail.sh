#!/bin/bash
# SPDX-License-Identifier: MIT
# A throw-away sendmail in a folder of its own, on a loopback port, from Debian's packages unpacked aside: nothing is installed, nothing of /etc/mail
# read or written. It wants a host name with a dot, which it gets in name spaces of its own; where the kernel refuses those, there is no sendmail.
# Sourced by sendmail.t; `sendmail.sh fetch` unpacks it, as `make deps` does.

sm_aside=${TMPDIR:-/tmp}/ticket-milter-sendmail

sm_here() { [ -f "$sm_aside/.complete" ] && [ "$(stat -c %u:%a "$sm_aside")" = 0:755 ]; }

sm_fetch() (
  set -euo pipefail
  ! sm_here || exit 0
  echo "deps: unpacking a sendmail for the tests in $sm_aside (nothing is installed)"
  work=$(mktemp -d "$sm_aside.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  download() { apt-get -q -o APT::Sandbox::User=root download sendmail-bin sendmail-base sendmail-cf libwrap0 liblockfile1; }
  download || { apt-get -q update; download; }
  for deb in *.deb; do dpkg -x "$deb" .; done
  rm ./*.deb
  chmod g-s usr/libexec/sendmail/sendmail   # set-group-id programs ignore LD_LIBRARY_PATH
  chmod 755 .
  touch .complete
  rm -rf "$sm_aside"
  mv -T "$work" "$sm_aside"
)

# sm_create DIR PORT SOCKET: an MTA with ticket-milter as its only filter, by the lines of contrib/sendmail, for which every domain here is local; what it delivers is appended to
# DIR/delivered, one recipient's local part a line.
sm_create() {
  local d=$1 port=$2 socket=$3
  mkdir -p "$d"/{etc,mqueue}
  chmod 700 "$d/mqueue"
  touch "$d/etc/statistics" "$d/delivered"
  chmod 666 "$d/delivered"
  printf 'hosts files\n' > "$d/etc/switch"
  printf '127.0.0.1 mx.example.test mx localhost\n' > "$d/etc/hosts"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >> %s/delivered\nexec cat > /dev/null\n' "$d" > "$d/deliver"
  chmod 755 "$d/deliver"
  cat > "$d/etc/sendmail.mc" <<MC
divert(-1)
define(\`_CF_DIR_', \`$sm_aside/usr/share/sendmail/cf/')
include(\`$sm_aside/usr/share/sendmail/cf/m4/cf.m4')
divert(0)
VERSIONID(\`ticket-milter tests')
define(\`QUEUE_DIR', \`$d/mqueue')
define(\`STATUS_FILE', \`$d/etc/statistics')
define(\`HELP_FILE', \`$d/etc/helpfile')
OSTYPE(\`linux')
undefine(\`ALIAS_FILE')
define(\`LOCAL_MAILER_PATH', \`$d/deliver')
define(\`LOCAL_MAILER_ARGS', \`deliver \$u')
define(\`LOCAL_MAILER_FLAGS', \`Pmn9')
define(\`confDOMAIN_NAME', \`mx.example.test')
define(\`confPID_FILE', \`$d/sendmail.pid')
define(\`confSERVICE_SWITCH_FILE', \`$d/etc/switch')
define(\`confDONT_PROBE_INTERFACES', \`true')
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit,GroupWritableDirPathSafe,NonRootSafeAddr,AssumeSafeChown')
define(\`confTO_IDENT', \`0')
define(\`confDEF_USER_ID', \`nobody:nogroup')
define(\`confDELIVERY_MODE', \`i')
define(\`confQUEUE_LA', \`200')
define(\`confREFUSE_LA', \`200')
undefine(\`confTCP_WRAPPERS')
define(\`SMART_HOST', \`local:elsewhere')
FEATURE(\`no_default_msa')
FEATURE(\`nocanonify')
FEATURE(\`accept_unresolvable_domains')
MODIFY_MAILER_FLAGS(\`LOCAL', \`-w')
DAEMON_OPTIONS(\`Port=$port, Addr=127.0.0.1, Name=MTA')
$(sed "s,/run/ticket-milter/milter.sock,$socket," "$top/contrib/sendmail/ticket-milter.mc")
MAILER(\`local')
MAILER(\`smtp')
LOCAL_CONFIG
Cwmx.example.test tickets.example example.com people.example
MC
  m4 "$d/etc/sendmail.mc" > "$d/etc/sendmail.cf"
}

# sm DIR OPTION: sendmail itself; it takes the place of a subshell.
sm() {
  local d=$1
  exec unshare --mount --uts --propagation private sh -c '
    hostname mx.example.test && mount --bind "$1/etc/hosts" /etc/hosts || exit 77
    LD_LIBRARY_PATH=$2/lib/x86_64-linux-gnu:$2/usr/lib/x86_64-linux-gnu exec "$2/usr/libexec/sendmail/sendmail" -C "$1/etc/sendmail.cf" "$3"' \
    sendmail "$d" "$sm_aside" "$2"
}

# Fails where it does not come up; what it said is in DIR/out.
sm_start() {
  local d=$1 port=$2
  (sm "$d" -bD) > "$d/out" 2>&1 &
  sm_pid=$!
  wait_for 20 eval "! kill -0 $sm_pid || (: <> /dev/tcp/127.0.0.1/$port)" && kill -0 "$sm_pid"
}
sm_stop() { [ -z "${sm_pid:-}" ] || { kill "$sm_pid" 2>/dev/null; wait "$sm_pid" 2>/dev/null; sm_pid=; }; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case ${1:-} in
    fetch) sm_fetch ;;
    *) echo "usage: sendmail.sh fetch" >&2; exit 64 ;;
  esac
fi
