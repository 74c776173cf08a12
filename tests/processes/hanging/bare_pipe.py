"""deadlock: a forked child reads a pipe that it could only fill itself."""

import os

if __name__ == "__main__":
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reader, 1)
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
