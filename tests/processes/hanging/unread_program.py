"""deadlock: a program is waited for whose output nobody reads."""

import subprocess
import sys

if __name__ == "__main__":
    program = subprocess.Popen([sys.executable, "-c", "print('x' * 1000000)"], stdout=subprocess.PIPE)
    program.wait()
