"""Which socket is the other end of which, and when nothing is said of that."""

import os
import socket

from playground.procfs.sockets import tcp_peers
from tests.conftest import wait_for


def test_the_other_end_of_a_connection_and_none_while_something_is_under_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one = socket.create_connection(listening.getsockname())
        other = listening.accept()[0]
        with one, other:
            here, there = (os.fstat(each.fileno()).st_ino for each in (one, other))
            known = tcp_peers()
            assert (known[here], known[there], known[os.fstat(listening.fileno()).st_ino]) == (there, here, 0)
            one.send(b"for the other")
            assert there not in tcp_peers()  # whoever reads there need not wait for anybody
            assert other.recv(100) == b"for the other"
            wait_for(lambda: tcp_peers().get(there) == here, 5)


def test_two_that_wait_for_room_are_known_to_each_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one = socket.create_connection(listening.getsockname())
        other = listening.accept()[0]
        with one, other:
            here, there = (os.fstat(each.fileno()).st_ino for each in (one, other))
            for each in (one, other):
                each.setblocking(False)
                try:
                    while True:
                        each.send(bytes(1 << 16))
                except BlockingIOError:
                    pass
            wait_for(lambda: (tcp_peers().get(here), tcp_peers().get(there)) == (there, here), 5)
