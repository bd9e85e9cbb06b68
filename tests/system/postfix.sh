#!/bin/bash
# SPDX-License-Identifier: MIT
# A throw-away Postfix in a folder of its own, on a loopback port: no system service, no syslog, nothing of /etc/postfix read or written.
# The programs are the host's where Postfix is installed, else Debian's package unpacked aside (`postfix.sh fetch`, or `make deps`).
# Sourced by lib.sh. Postfix wants root to start it, and its folder to be reachable for user postfix.

pf_aside=${TMPDIR:-/tmp}/ticket-milter-postfix

# Sets PF_SBIN, PF_DAEMONS and PF_SHLIB; fails where there is no Postfix yet.
pf_locate() {
  if [ -x /usr/sbin/postconf ]; then
    PF_SBIN=/usr/sbin PF_SHLIB=
    PF_DAEMONS=$(/usr/sbin/postconf -dh daemon_directory)
  elif [ -f "$pf_aside/.complete" ] && [ "$(stat -c %u:%a "$pf_aside")" = 0:755 ]; then   # made by root, and by nobody else
    PF_SBIN=$pf_aside/usr/sbin PF_DAEMONS=$pf_aside/usr/lib/postfix/sbin PF_SHLIB=$pf_aside/usr/lib/postfix
  else
    return 1
  fi
}

# Every folder above and including $1 may be searched by other users.
pf_reachable() {
  local d
  for ((d = 0; d < 64; d++)); do
    (( 0$(stat -c %a "$1") & 1 )) || return 1
    [ "$1" != / ] || return 0
    set -- "$(dirname "$1")"
  done
}

pf_users() {
  getent group postdrop >/dev/null || groupadd --system postdrop
  getent passwd postfix >/dev/null ||
    useradd --system --user-group --home-dir /var/spool/postfix --no-create-home --shell /usr/sbin/nologin postfix
}

# Unpacks Debian's package beside everything, unless there is a Postfix already. Nothing is installed, no script of the package runs.
pf_fetch() (
  set -euo pipefail
  ! pf_locate || { pf_users; exit 0; }
  pf_reachable "$(realpath "${TMPDIR:-/tmp}")" || { echo "deps: TMPDIR must be reachable for user postfix" >&2; exit 1; }
  echo "deps: unpacking a Postfix for the tests in $pf_aside (nothing is installed)"
  work=$(mktemp -d "$pf_aside.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  download() { apt-get -q -o APT::Sandbox::User=root download postfix; }
  download || { apt-get -q update; download; }
  dpkg -x postfix_*.deb .
  rm postfix_*.deb
  chmod g-s usr/sbin/postdrop usr/sbin/postqueue   # set-group-id programs ignore LD_LIBRARY_PATH
  chmod 755 .
  touch .complete
  pf_users
  rm -rf "$pf_aside"
  mv -T "$work" "$pf_aside"
)

# pf_create DIR PORT [main.cf line]...: an MTA for people.example (mailboxes below DIR/mail) that relays tickets.example and example.com, where
# nothing but the milter takes mail. Everything else is accepted and thrown away.
pf_create() {
  local d=$1 port=$2
  shift 2
  pf_locate || { echo "no Postfix: make deps" >&2; return 1; }
  mkdir -p "$d"/{etc,data,mail,spool}
  chmod 755 "$d" "$d"/{etc,spool}
  chown postfix "$d/data"
  chown nobody "$d/mail"
  pf_spool "$d/spool"
  cat > "$d/etc/main.cf" <<CF
compatibility_level = 3.6
config_directory = $d/etc
queue_directory = $d/spool
data_directory = $d/data
daemon_directory = $PF_DAEMONS
command_directory = $PF_SBIN
${PF_SHLIB:+shlib_directory = $PF_SHLIB
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_LIBRARY_PATH
export_environment = TZ MAIL_CONFIG LANG LD_LIBRARY_PATH}
maillog_file = $d/maillog
maillog_file_prefixes = $d
myhostname = mx.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = check_recipient_access inline:{tickets.example=OK example.com=OK}, reject_unlisted_recipient
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
recipient_delimiter = +
local_header_rewrite_clients =
message_size_limit = 80000000
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = people.example
virtual_mailbox_base = $d/mail
virtual_mailbox_maps = inline:{bob@people.example=bob/ carol@people.example=carol/}
virtual_mailbox_limit = 0
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
relay_domains = tickets.example example.com
transport_maps = inline:{ {tickets.example = retry:4.3.0 ticket-milter was bypassed} {example.com = retry:4.3.0 ticket-milter was bypassed} }
default_transport = discard
smtp_dns_support_level = disabled
biff = no
milter_default_action = tempfail
CF
  pf_set "$d" "$@"
  pf_master_cf "$port" > "$d/etc/master.cf"
}

# pf_set DIR [main.cf line]...: a key that stands twice makes each program warn, and postlogd, which cannot log yet, hang.
pf_set() {
  local d=$1 line
  shift
  for line; do
    sed -i "/^${line%% *} *=/d" "$d/etc/main.cf"
    printf '%s\n' "$line" >> "$d/etc/main.cf"
  done
}

# What `postfix start` would make; master(8) wants to find it.
pf_spool() {
  local q
  for q in active bounce corrupt defer deferred flush hold incoming private saved trace; do
    install -d -m 700 -o postfix "$1/$q"
  done
  install -d -m 730 -o postfix -g postdrop "$1/maildrop"
  install -d -m 710 -o postfix -g postdrop "$1/public"
  install -d -m 755 "$1/pid"
}

pf_master_cf() {
  cat <<CF
127.0.0.1:$1 inet n - n - - smtpd
pickup    unix  n - n 1    1 pickup
cleanup   unix  n - n -    0 cleanup
qmgr      unix  n - n 300  1 qmgr
rewrite   unix  - - n -    - trivial-rewrite
bounce    unix  - - n -    0 bounce
defer     unix  - - n -    0 bounce
trace     unix  - - n -    0 bounce
verify    unix  - - n -    1 verify
flush     unix  n - n 1000 0 flush
proxymap  unix  - - n -    - proxymap
smtp      unix  - - n -    - smtp
relay     unix  - - n -    - smtp
showq     unix  n - n -    - showq
error     unix  - - n -    - error
retry     unix  - - n -    - error
discard   unix  - - n -    - discard
virtual   unix  - n n -    - virtual
anvil     unix  - - n -    1 anvil
scache    unix  - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
CF
}

# Runs one of Postfix's programs: pf DIR postqueue -p
pf() {
  local d=$1 program=$2
  shift 2
  case $program in
    sendmail) set -- -C "$d/etc" "$@" ;;
    smtp-source|smtp-sink) ;;
    *) set -- -c "$d/etc" "$@" ;;
  esac
  LD_LIBRARY_PATH=$PF_SHLIB "$PF_SBIN/$program" "$@"
}

# Returns when it listens.
pf_start() { LD_LIBRARY_PATH=$PF_SHLIB MAIL_CONFIG=$1/etc POSTLOG_SERVICE='' "$PF_DAEMONS/master" -c "$1/etc" -w; }

pf_stop() {
  local pid
  pid=$(tr -d ' ' < "$1/spool/pid/master.pid" 2>/dev/null) && [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 100; i++)); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.05; done
  kill -KILL "$pid"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case ${1:-} in
    fetch) pf_fetch ;;
    *) echo "usage: postfix.sh fetch" >&2; exit 64 ;;
  esac
fi
