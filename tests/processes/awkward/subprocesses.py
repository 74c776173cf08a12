"""Other programs: with the inherited stdin, through a shell, by exec; what they see of us."""

import os
import subprocess
import sys

print(os.read(0, 6), flush=True)
print(subprocess.run(["cat"], stdout=subprocess.PIPE, check=True).stdout, flush=True)
print(
    subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.argv, sys.path[1:]); sys.exit(3)"], check=False
    ).returncode
)
sys.stdout.flush()
os.system("echo from the shell; ls /proc/self/fd | wc -l")
environment = subprocess.run(["env"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
print(sorted(line for line in environment if not line.startswith("_=")))
print(subprocess.Popen(["sh", "-c", "kill -9 $$"]).wait(), flush=True)
pid = os.posix_spawn("/bin/echo", ["echo", "spawned"], os.environ)
print(os.waitpid(pid, 0)[1], flush=True)
os.execv(sys.executable, [sys.executable, "-c", "import sys; print('another', sys.flags.isolated); sys.exit(5)"])
