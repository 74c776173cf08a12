"""# Is it secure?

Between processes of yours on one machine, as safe as your account: `Manager()` makes a random key and a socket that
only you can open, shared memory is yours alone.

Over a network it is **not**. A key lets in only those who know it, but nothing is encrypted: whoever listens reads all.
And whoever is let in can run any code in the server, since what is received is unpickled. A `Listener` has no key
unless you give it one.

**Often told wrong:** that nothing is authenticated, and also that an `authkey` makes it secure. Stay on the machine, or
go through ssh or TLS.
"""

from playground.scenario import card, run

main = card(covers=["S45"], proves="security/on_the_wire")

if __name__ == "__main__":
    run(main)
