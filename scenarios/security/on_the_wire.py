"""# What is on the wire

The key of a connection is never sent: each side sends something random, and gets back a checksum of it that only
somebody with the key can make. After that everything goes as it is, pickled and **in clear**. Whoever stands between
the two reads all of it, and can change it too.

**Watch** the client talk to the server through the tap. Both prove that they know the key, then the client tells the
secret. The report says what was in the bytes that the tap heard.

**Often told wrong:** that a connection with an `authkey` is encrypted. Authenticated is not encrypted.

**The fix:** stay on this machine, where nobody stands between (a unix socket, 127.0.0.1). Over a network put ssh or TLS
around it.
"""

import multiprocessing as mp
import secrets
import select
import socket
import time
from multiprocessing.connection import Client, Listener
from typing import Annotated, Any

from playground.scenario import Range, report, run, scenario

SECRET = "the cake is in the cellar"


def serve(key: bytes, place: "mp.SimpleQueue[Any]") -> None:
    """Let in one client, hear what he says."""
    with Listener(("127.0.0.1", 0), authkey=key) as listener:
        place.put(listener.address)
        with listener.accept() as client:
            client.send(f"I have heard: {client.recv()}")


def tap(server: Any, place: "mp.SimpleQueue[Any]", heard: "mp.SimpleQueue[bytes]") -> None:
    """Stand between client and server and pass on everything, both ways; tell what it was."""
    everything, piece = b"", b"nothing yet"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place.put(listening.getsockname())
        with listening.accept()[0] as outer, socket.create_connection(server) as inner:
            while piece:
                side = select.select([outer, inner], [], [])[0][0]
                piece = side.recv(4096)
                (inner if side is outer else outer).sendall(piece)
                everything += piece
    heard.put(everything)


def tell(server: Any, key: bytes, pause_ms: int) -> None:
    """Show that we know the key, then tell the secret."""
    with Client(server, authkey=key) as connection:
        print("client: both know the key", flush=True)
        time.sleep(pause_ms / 1000)
        connection.send(SECRET)
        print(f"client: the server says: {connection.recv()}", flush=True)


@scenario(covers=["S37", "S45"], says={"": r"^the tap heard \d+ bytes; the key was in them: no; the secret: yes"})
def main(pause_ms: Annotated[int, Range(0, 10_000), "pause before each step"] = 1200) -> None:
    """Let a client tell a server a secret, through a tap."""
    key = secrets.token_bytes(32)
    place: mp.SimpleQueue[Any] = mp.SimpleQueue()
    heard: mp.SimpleQueue[bytes] = mp.SimpleQueue()
    server = mp.Process(target=serve, args=(key, place), name="server")
    server.start()
    between = mp.Process(target=tap, args=(place.get(), place, heard), name="tap")
    between.start()
    door = place.get()
    time.sleep(pause_ms / 1000)
    client = mp.Process(target=tell, args=(door, key, pause_ms), name="client")
    client.start()
    everything = heard.get()
    for process in (client, between, server):
        process.join()
    found = ["yes" if each in everything else "no" for each in (key, SECRET.encode())]
    report(f"the tap heard {len(everything)} bytes; the key was in them: {found[0]}; the secret: {found[1]}")


if __name__ == "__main__":
    run(main)
