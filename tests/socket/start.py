# SPDX-License-Identifier: MIT
"""What the milter needs to start, how it says that something is missing, and who may be there beside it."""
import os
import pwd
import signal
import socket
import stat
import subprocess

from mta import SITE, Daemon, Mta, check, same, within

d = Daemon()

text, status = d.run_to_end('--version')
check(status == 0 and text.startswith('ticket-milter '), '--version says which')
text, status = d.run_to_end('--help')
check(status == 0 and '-c' in text, '--help helps')
same(d.run_to_end('--nonsense')[1], 64, 'an unknown option is a usage error')
same(d.run_to_end('-c', '/nonexistent.toml')[1], 78, 'no configuration: 78')

d.edit('name = "example.com"', 'name = "example.com"\nnosuch = 1')
d.edit('[store]', '[store]\nalso_not = 2')
text, status = d.run_to_end()
same(status, 78, 'A1 a configuration with errors: 78')
check('nosuch' in text and 'also_not' in text, 'A1 all complaints at once')
d.edit('\nnosuch = 1', '')
d.edit('\nalso_not = 2', '')

secret = os.path.join(d.dir, 'secret')
os.rename(secret, secret + '.away')
text, status = d.run_to_end()
check(status == 78 and 'secret' in text, 'a secret that cannot be read: 78, and says so')
os.rename(secret + '.away', secret)

d.edit('socket_group = "', 'socket_group = "no-such-group-')
text, status = d.run_to_end()
check(status == 78 and 'no-such-group-' in text, 'no such group: 78, and says so')
d.edit('socket_group = "no-such-group-', 'socket_group = "')

spool = os.path.join(d.dir, 'spool')
os.rename(spool, spool + '.away')
text, status = d.run_to_end()
check(status == 73 and spool in text, 'no spool: 73, and says so')
os.rename(spool + '.away', spool)

store = os.path.join(d.dir, 'store')
os.rename(store, store + '.away')
text, status = d.run_to_end()
check(status == 78 and store in text, 'no store: 78, and says so')
os.rename(store + '.away', store)

# READY, over a socket with a file and one without
for name in (os.path.join(SITE, 'notify'), '@ticket-milter-test-%d' % os.getpid()):
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(name.replace('@', '\0', 1))
    notify.settimeout(10)
    d.start({'NOTIFY_SOCKET': name}, wait=False)
    same(notify.recv(100), b'READY=1', 'READY=1 on ' + name[:1])
    Mta(d.path).s.close()
    check(True, 'and is reached when it says so')
    if name[0] != '@':
        d.kill()

mode = os.stat(d.path)
same(oct(stat.S_IMODE(mode.st_mode)), oct(0o660), 'the socket has its mode')
same(mode.st_gid, os.getgid(), 'and its group')

text, status = d.run_to_end()
check(status == 75 and 'another ticket-milter' in text, 'a second instance is refused')
same(Mta(d.path).version, 6, 'and does not hurt the first')
other = Daemon('other', ['socket = "unix:%s"' % d.path])
text, status = other.run_to_end()
check(status == 69 and 'listening' in text, 'neither does one with another store but the same socket')
same(Mta(d.path).version, 6, 'which goes on')

d.kill()
check(os.path.exists(d.path), 'after kill -9 the socket is still there')
check(os.path.exists(os.path.join(store, 'ticket-milter.pid')), 'and so is the pid file')
d.start()
same(Mta(d.path).version, 6, 'neither is in the way of the next start')
with open(os.path.join(store, 'ticket-milter.pid')) as f:
    same(int(f.read()), d.process.pid, 'which writes its own pid')
d.kill()

with socket.create_server(('127.0.0.1', 0)) as free:
    port = free.getsockname()[1]
inet = Daemon('inet', ['socket = "inet:%d@127.0.0.1"' % port]).start()
socket.create_connection(('127.0.0.1', port)).close()
check(True, 'a TCP socket will do too')
inet.kill()

listening = socket.socket(socket.AF_UNIX)
listening.bind(os.path.join(SITE, 'activated'))
listening.listen(10)
fd = Daemon('fd', ['socket = "fd:3"'])

fd.log = open(os.path.join(fd.dir, 'log'), 'w')
fd.process = subprocess.Popen([os.environ['MILTER'], '-f', '-c', fd.toml], stderr=fd.log, close_fds=False,
                              preexec_fn=lambda: os.dup2(listening.fileno(), 3, inheritable=True))
check(within(10, lambda: ' ready' in fd.text()), 'a socket of systemd is taken')
same(Mta(os.path.join(SITE, 'activated')).version, 6, 'and served')
fd.kill()

if os.getuid() == 0:
    nobody = pwd.getpwnam('nobody')
    os.chmod(SITE, 0o755)
    u = Daemon('nobody', user='nobody')
    u.start()
    with open('/proc/%d/status' % u.process.pid) as f:
        lines = dict(line.rstrip('\n').split(':\t', 1) for line in f if ':\t' in line)
    same(lines['Uid'].split(), [str(nobody.pw_uid)] * 4, 'privileges are dropped: user')
    same(lines['Gid'].split(), [str(nobody.pw_gid)] * 4, 'and group')
    check('0' not in lines['Groups'].split(), 'and the groups of root')
    same(os.stat(os.path.join(u.dir, 'store', 'ticket-milter.pid')).st_uid, nobody.pw_uid, 'the pid file is the user\'s')
    m = Mta(u.path)
    m.connect()
    same(m.deliver(1, body=b'x' * 2000000)[0], b'd', 'a message is filed, through the spool, as that user')
    u.signal(signal.SIGTERM)
    same(u.wait(), 0, 'and it stops')
else:
    print('ok - privileges # SKIP not root')
