# SPDX-License-Identifier: MIT
"""The MTA's side of the milter protocol and the life of a daemon, as far as miltertest does not know them."""
import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SITE = os.environ['SITE']
ALL_ACTIONS, ALL_STEPS = 0x1ff, 0x1fffff
QUIET = {b'C': 0x1000, b'M': 0x4000, b'L': 0x80, b'N': 0x40000, b'B': 0x80000}


def check(condition, text):
    print(('ok - ' if condition else 'not ok - ') + text, flush=True)
    if not condition:
        sys.exit(1)


def same(value, wanted, text):
    check(value == wanted, text if value == wanted else '%s: %r instead of %r' % (text, value, wanted))


def within(seconds, condition):
    """Polls until the condition holds; its last value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return condition()


class Mta:
    """One connection. Every step returns the reply, (b'c', b'') and the like, or None where it has none."""

    def __init__(self, path, version=6, actions=ALL_ACTIONS, steps=ALL_STEPS):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(30)
        self.s.connect(path)
        self.send(b'O', struct.pack('>III', version, actions, steps))
        command, data = self.read()
        assert command == b'O', command
        self.version, self.actions, self.steps = struct.unpack('>III', data[:12])
        self.macros = data[12:]

    def send(self, command, data=b''):
        self.s.sendall(struct.pack('>I', len(data) + 1) + command + data)

    def receive(self, n):
        data = b''
        while len(data) < n:
            more = self.s.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def read(self):
        size, = struct.unpack('>I', self.receive(4))
        data = self.receive(size)
        return data[:1], data[1:]

    def step(self, command, data=b''):
        self.send(command, data)
        return None if self.steps & QUIET.get(command, 0) else self.read()

    def macro(self, stage, *pairs):
        self.send(b'D', stage + b''.join(p + b'\0' for p in pairs))

    def connect(self, name=b'client.remote.example', address=b'192.0.2.1'):
        return self.step(b'C', name + b'\x00' + b'4' + struct.pack('>H', 25) + address + b'\0')

    def mail(self, *arguments):
        return self.step(b'M', b''.join(a + b'\0' for a in arguments))

    def rcpt(self, path):
        return self.step(b'R', path + b'\0')

    def content(self, header, body):
        """DATA, the fields, the body in chunks; the replies that came."""
        replies = [self.step(b'T')]
        for name, value in header:
            replies.append(self.step(b'L', name + b'\0' + value + b'\0'))
        replies.append(self.step(b'N'))
        for at in range(0, len(body), 65000):
            replies.append(self.step(b'B', body[at:at + 65000]))
        return replies

    def eom(self):
        """The final reply, and the changes that came before it."""
        self.send(b'E')
        changes = []
        while True:
            command, data = self.read()
            if command in b'acdrty':
                return command, data, changes
            changes.append((command, data))

    def deliver(self, number, recipient=b'<help@tickets.example>', body=b'text\r\n'):
        """A whole message of its own author."""
        self.mail(b'<r%d@remote.example>' % number)
        reply = self.rcpt(recipient)
        if reply[0] != b'c':
            return reply + ([],)
        self.content([(b'From', b' r%d@remote.example' % number), (b'Subject', b' message %d' % number),
                      (b'Message-ID', b' <%d@remote.example>' % number)], body)
        return self.eom()


class Daemon:
    """A site of its own in the folder that the runner named, and the milter that serves it."""

    def __init__(self, name='site', lines=(), user=None):
        self.dir = os.path.join(SITE, name)
        self.path = os.path.join(self.dir, 'milter.sock')
        self.toml = os.path.join(self.dir, 'ticket-milter.toml')
        self.process = None
        atexit.register(self.kill)
        environment = dict(os.environ, **({'SITE_USER': user} if user else {}))
        subprocess.run([os.path.join(HERE, 'site'), self.dir, *lines], check=True, env=environment)

    def start(self, environment=None, wait=True):
        self.log = open(os.path.join(self.dir, 'log'), 'w')
        self.process = subprocess.Popen([os.environ['MILTER'], '-f', '-c', self.toml], stderr=self.log,
                                        env=dict(os.environ, **(environment or {})))
        if wait and not within(10, lambda: ' ready' in self.text()):
            print(self.text())
            check(False, 'the milter starts')
        return self

    def text(self):
        with open(os.path.join(self.dir, 'log'), errors='replace') as f:
            return f.read()

    def run_to_end(self, *arguments):
        """What it says and its exit status, where it is not to start."""
        done = subprocess.run([os.environ['MILTER'], *(arguments or ('-c', self.toml))], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=20, text=True)
        return done.stdout, done.returncode

    def edit(self, old, new):
        with open(self.toml) as f:
            text = f.read()
        assert old in text, old
        with open(self.toml, 'w') as f:
            f.write(text.replace(old, new))

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=40):
        return self.process.wait(seconds)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def desk(self, *arguments):
        return subprocess.run([os.environ['TICKET'], '-c', self.toml, *arguments], stdout=subprocess.PIPE).stdout

    def tickets(self):
        return self.desk('list', '--json', '--limit', '100000').count(b'"id"')
