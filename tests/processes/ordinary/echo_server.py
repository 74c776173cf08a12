"""A Listener that answers two clients, and ends when it is asked to."""

import multiprocessing
import sys
import threading
from multiprocessing.connection import Client, Listener


def serve(address):
    with Listener(None, authkey=b"secret") as listener:
        address.put(listener.address)
        for _ in range(2):
            with listener.accept() as connection:
                for message in iter(connection.recv, "bye"):
                    connection.send(message.upper())


def talk(where):
    with Client(where, authkey=b"secret") as connection:
        for word in ("one", "two"):
            connection.send(word)
            assert connection.recv() == word.upper()
        connection.send("bye")


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    address = context.Queue()
    server = context.Process(target=serve, args=(address,))
    server.start()
    where = address.get()
    clients = [threading.Thread(target=talk, args=(where,)) for _ in range(2)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    server.join()
    print(server.exitcode)
