# SPDX-License-Identifier: MIT
"""SIGUSR1 puts a new configuration into effect, or refuses it and keeps the old one."""
import os
import signal
import socket

from mta import SITE, Daemon, Mta, check, same, within

notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(os.path.join(SITE, 'notify'))
notify.settimeout(10)
d = Daemon()
d.start({'NOTIFY_SOCKET': os.path.join(SITE, 'notify')})
same(notify.recv(100), b'READY=1', 'READY')
m = Mta(d.path)
m.connect()
m.mail(b'<r@remote.example>')
same(m.rcpt(b'<new@tickets.example>')[0], b'c', 'an address that is not ours passes')
m.content([(b'From', b' r@remote.example')], b'text\r\n')
m.send(b'A')

m.mail(b'<r@remote.example>')
d.edit('"sales@tickets.example"', '"sales@tickets.example", "new@tickets.example"')
d.signal(signal.SIGUSR1)
check(notify.recv(100).startswith(b'RELOADING=1\nMONOTONIC_USEC='), 'RELOADING')
same(notify.recv(100), b'READY=1', 'and READY again')
check('configuration reloaded' in d.text(), 'is logged')
same(m.rcpt(b'<new@tickets.example>')[0], b'c', 'a message that has begun')
same(m.step(b'T')[0], b'a', 'keeps the old one')
same(m.deliver(1, b'<new@tickets.example>')[0], b'd', 'the next one has the new one')

d.edit('[store]', '[store]\nnosuch = 1\nneither = 2')
d.signal(signal.SIGUSR1)
check(notify.recv(100).startswith(b'RELOADING=1'), 'a bad one')
same(notify.recv(100), b'READY=1', 'is over with')
text = d.text()
check('nosuch' in text and 'neither' in text and 'refused' in text, 'every complaint about it is logged')
same(m.deliver(2, b'<new@tickets.example>')[0], b'd', 'and the old one stays')

d.edit('\nnosuch = 1\nneither = 2', '')
d.edit('max_size = "1GiB"', 'max_size = "2GiB"')
d.signal(signal.SIGUSR1)
check(within(10, lambda: 'store.max_size has changed' in d.text()), 'a key that needs a restart is named')

secret = os.path.join(d.dir, 'secret')
os.rename(secret, secret + '.away')
count = d.text().count('refused')
d.signal(signal.SIGUSR1)
check(within(10, lambda: d.text().count('refused') > count), 'without a secret it is refused')
same(m.deliver(3)[0], b'd', 'and mail is filed all the same')
d.kill()
