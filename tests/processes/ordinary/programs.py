"""Other programs: run, communicated with, waited for, and one in a pipeline."""

import subprocess
import sys

print(subprocess.run([sys.executable, "-c", "print('from another')"], capture_output=True, check=True).stdout)
first = subprocess.Popen(["printf", "b\\na\\n"], stdout=subprocess.PIPE)
second = subprocess.Popen(["sort"], stdin=first.stdout, stdout=subprocess.PIPE)
first.stdout.close()
print(second.communicate()[0], first.wait())
with subprocess.Popen(["sleep", "0.1"]) as napping:
    print(napping.wait(timeout=10))
