"""The user's own sitecustomize, found by PYTHONPATH."""

import os
import sys

os.environ["CUSTOMIZED"] = "by us"
sys.customized = getattr(sys, "customized", 0) + 1
sys.stderr.write(f"customized {sys.argv[:1]}\n" if sys.argv[0].endswith(".py") else "")
