# SPDX-License-Identifier: MIT
"""MTAs that offer less, and steps and bytes that miltertest does not know."""
import struct

from mta import Daemon, Mta, check, same, within

d = Daemon().start()

# protocol 2: no step without reply, no DATA, no blank in header values
m = Mta(d.path, version=2, actions=0x3f, steps=0x7f)
same(m.version, 2, 'version 2 is spoken')
same(m.steps, 2, 'only HELO is left out')
same(m.connect()[0], b'c', 'CONNECT is answered')
same(m.mail(b'<r@remote.example>')[0], b'c', 'MAIL is answered')
same(m.rcpt(b'<help@tickets.example>')[0], b'c', 'RCPT is answered')
for name, value in ((b'From', b'r@remote.example'), (b'Subject', b'old')):
    same(m.step(b'L', name + b'\0' + value + b'\0')[0], b'c', 'a header is answered')
same(m.step(b'N')[0], b'c', 'the end of the header is answered')
same(m.step(b'B', b'nul \0 in it\r\n')[0], b'c', 'a body chunk is answered')
same(m.eom()[0], b'd', 'the message is filed')
same(d.desk('show', '1', '--raw', '1'), b'From: r@remote.example\r\nSubject: old\r\n\r\nnul \0 in it\r\n',
     'with its blanks back, and the NUL')
m.mail(b'<r@remote.example>')
same(m.rcpt(b'<bob@elsewhere.example>')[0], b'c', 'a foreign recipient')
m.step(b'N')
m.step(b'B', b'text\r\n')
same(m.eom()[0], b'c', 'goes on at the end, as there is no DATA')

# today's
m = Mta(d.path)
check(b'{auth_authen}' in m.macros and b'{rcpt_addr}' not in m.macros, 'only macros that are read are asked for')
m.connect()
m.macro(b'M', b'{auth_authen}', b'ann')
m.mail(b'<r@remote.example>', b'SIZE=nonsense', b'BODY=8BITMIME', b'ENVID=x')
m.rcpt(b'<help@tickets.example>')
same(m.content([(b'From', b'  r@remote.example'), (b'Subject', b' today\n\tfolded'), (b'X-Bare', b'no blank'), (b'X-Empty', b'')],
               b'nul \0 latin \xe9\r\n\r\nno line end'), [(b'c', b'')] + 6 * [None], 'only DATA is answered')
m.macro(b'E', b'i', b'4LateQueueId')
same(m.eom()[0], b'd', 'the message is filed')
check(within(5, lambda: 'mta_id=4LateQueueId' in d.text()), 'the queue id is taken at the end of the message')
same(d.desk('show', '2', '--raw', '1'),
     b'From:  r@remote.example\r\nSubject: today\r\n\tfolded\r\nX-Bare:no blank\r\nX-Empty:\r\n\r\nnul \0 latin \xe9\r\n\r\nno line end',
     'byte by byte')
check(' ms=' in d.text(), 'the line says how long it took')

# no header field at all, no body at all
m.mail(b'<>')
m.rcpt(b'<help@tickets.example>')
m.content([], b'')
check(m.eom()[0] in b'dy', 'a message without anything is answered')

# quit, a new connection follows: the session is another one
m.send(b'K')
same(m.connect(address=b'198.51.100.7'), None, 'CONNECT after QUIT_NC')
same(m.deliver(7)[0], b'd', 'is served')

# so many recipients are no message any more; others' are let pass
m.mail(b'<r@remote.example>')
long_name = b'x' * 60000
replies = [m.rcpt(b'<%s%d@elsewhere.example>' % (long_name, n))[0] for n in range(20)]
same(set(replies), {b'c'}, 'foreign recipients are let pass without limit')
reply = m.rcpt(b'<help@tickets.example>')
check(reply[0] == b'y' and reply[1].startswith(b'452 4.5.3'), 'ours beyond a megabyte of them are for another message')
m.send(b'A')

# garbage ends a connection and nothing else
for garbage in (b'\xff\xff\xff\xff', struct.pack('>I', 1) + b'?', struct.pack('>I', 2) + b'M\0', b'GET / HTTP/1.0\r\n\r\n'):
    bad = Mta(d.path)
    bad.s.sendall(garbage)
    bad.s.close()
m.mail(b'<r@remote.example>')
same(m.deliver(8)[0], b'd', 'garbage on other connections does not matter')
d.kill()
