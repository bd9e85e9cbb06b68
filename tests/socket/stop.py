# SPDX-License-Identifier: MIT
"""How it ends: what was acknowledged is in the store, what was not is still with its sender."""
import os
import signal
import threading

from mta import Daemon, Mta, check, same, within

d = Daemon().start()
accepted, lock = [], threading.Lock()


def client(number):
    try:
        m = Mta(d.path)
        m.connect()
        for n in range(10000):
            if m.deliver(number * 10000 + n)[0] != b'd':
                return
            with lock:
                accepted.append(number * 10000 + n)
    except (EOFError, OSError):
        return


clients = [threading.Thread(target=client, args=(n,)) for n in range(8)]
for t in clients:
    t.start()
check(within(20, lambda: len(accepted) > 50), 'under load')
d.signal(signal.SIGTERM)
same(d.wait(), 0, 'SIGTERM ends it with 0')
for t in clients:
    t.join(30)
    check(not t.is_alive(), 'a client is let go')
check('stopped' in d.text(), 'and it says so')
filed = d.tickets()
check(len(accepted) <= filed <= len(accepted) + len(clients),
      'all that was acknowledged is filed (%d of %d)' % (len(accepted), filed))

d.start()
os.unlink(d.path)
same(d.wait(), 75, 'a socket that was removed ends it with 75, to be started again')
check('was removed' in d.text(), 'loudly')
d.start()
m = Mta(d.path)
m.connect()
same(m.deliver(1)[0], b'd', 'and the next one works')
d.kill()
