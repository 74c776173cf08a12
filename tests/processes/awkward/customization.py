"""PYTHONPATH and a sitecustomize of the user's own, in the main process and in every kind of child."""

import multiprocessing
import os
import subprocess
import sys

import extra_module


def see():
    return (
        sys.customized,
        os.environ["CUSTOMIZED"],
        os.environ.get("PYTHONPATH"),
        extra_module.word,
        sys.modules["sitecustomize"].__file__,
    )


def work(results):
    results.put(see())


if __name__ == "__main__":
    print(see(), sys.path[:3])
    context = multiprocessing.get_context(sys.argv[1])
    results = context.SimpleQueue()
    process = context.Process(target=work, args=(results,))
    process.start()
    print(results.get())
    process.join()
    subprocess.run([sys.executable, "-c", "import os; print(os.environ['CUSTOMIZED'])"], check=True)
