"""os.fork, a pipe of the operating system, and waitpid; without multiprocessing."""

import os

reader, writer = os.pipe()
children = []
for number in range(3):
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, b"%d\n" % number)
        os._exit(0)
    children.append(child)
os.close(writer)
with open(reader, "rb") as file:
    print(sorted(file.read().split()))
print([os.waitpid(child, 0)[1] for child in children])
