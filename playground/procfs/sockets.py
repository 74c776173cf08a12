"""The other ends of sockets: who would have to write for a reader to go on."""

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct, field

_SOCK_DIAG, _BY_FAMILY, _DUMP = 4, 20, 0x301
_SHOW_NAME, _SHOW_PEER = 1, 4
_NAME, _PEER = 0, 2
_DONE, _ERROR = 3, 2
_LISTENING, _TCP_LISTENING = 10, "0A"


class UnixSocket(NamedTuple):
    """One unix socket of this network namespace."""

    inode: int
    peer: int
    """Inode of the other end; 0 when there is none or it has not been accepted yet."""
    listening: bool
    name: bytes


def unix_sockets() -> dict[int, UnixSocket]:
    """Every unix socket by its inode, as ``ss -x`` shows them; empty when the kernel does not answer."""
    try:
        return {each.inode: each for each in _ask()}
    except OSError:
        return {}


def _ask() -> Iterator[UnixSocket]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _SOCK_DIAG) as link:
        link.settimeout(0.5)
        request = struct.pack("=BBHIIIII", socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, _SHOW_NAME | _SHOW_PEER, 0, 0)
        link.sendto(struct.pack("=IHHII", 16 + len(request), _BY_FAMILY, _DUMP, 1, 0) + request, (0, 0))
        while True:
            data = link.recv(1 << 17)
            for kind, body in _parts(data, "=IHHII", 16):
                if kind in (_DONE, _ERROR):
                    return
                yield _unix_socket(body)


def _parts(data: bytes, header: str, size: int) -> Iterator[tuple[int, bytes]]:
    """Messages of a datagram, or attributes of a message: length and kind first, padded to four bytes."""
    while len(data) >= size:
        length, kind = struct.unpack_from(header, data)[:2]
        if length < size:
            return
        yield kind, data[size:length]
        data = data[(length + 3) & ~3 :]


def _unix_socket(body: bytes) -> UnixSocket:
    _, _, state, _, inode = struct.unpack_from("=BBBBI", body)
    attributes = dict(_parts(body[16:], "=HH", 4))
    peer = attributes.get(_PEER, b"")
    return UnixSocket(
        inode, struct.unpack("=I", peer)[0] if len(peer) == 4 else 0, state == _LISTENING, attributes.get(_NAME, b"")
    )


class _End(NamedTuple):
    """One end of a TCP connection."""

    inode: int
    sent: int
    """Bytes that the other end's kernel has yet to confirm."""
    come: int
    """Bytes that nobody has read yet."""


def tcp_peers() -> dict[int, int]:
    """Inode of a TCP socket to that of its other end, where both are on this machine; 0 for one that listens.

    Left out is one for which something has come or is under way: on a busy machine that may take its time.
    """
    ends: dict[tuple[str, str], _End] = {}
    listening: list[int] = []
    for name in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{name}", encoding="ascii") as file:
                for line in file.readlines()[1:]:
                    words = line.split()
                    if words[3] == _TCP_LISTENING:
                        listening.append(int(words[9]))
                    else:
                        sent, _, come = words[4].partition(":")
                        ends[words[1], words[2]] = _End(int(words[9]), int(sent, 16), int(come, 16))
        except (OSError, ValueError, IndexError):
            continue
    found = {
        this.inode: other.inode
        for (here, there), this in ends.items()
        if this.inode and (other := ends.get((there, here))) is not None
        if this.sent or not (this.come or other.sent)  # who waits for room has sent more than there is room for
    }
    return found | dict.fromkeys(listening, 0)


class Sockets(Struct):
    """The sockets of this machine at one instant, asked for when first needed."""

    _unix: dict[int, UnixSocket] | None = None
    _tcp: dict[int, int] | None = field(default=None)

    def peer(self, inode: int) -> int | None:
        """Inode of the other end; 0 when anybody may connect to it, None when it cannot be told."""
        if self._unix is None:
            self._unix = unix_sockets()
        found = self._unix.get(inode)
        if found is not None:
            return found.peer if found.peer else 0
        if self._tcp is None:
            self._tcp = tcp_peers()
        return self._tcp.get(inode)

    def is_private(self, inode: int) -> bool:
        """Whether it listens at an address that multiprocessing made up, which nobody outside knows."""
        found = (self._unix or {}).get(inode)
        return found is not None and found.listening and (b"/pymp-" in found.name or b"listener-" in found.name)
