"""The program's own packages are called playground and scenarios, and its modules as those of the probe."""

import multiprocessing
import sys

import warden

import playground
import scenarios


def work(results):
    results.put((playground.probe, scenarios.probe, warden.__name__, playground.__file__))


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    results = context.Queue()
    process = context.Process(target=work, args=(results,))
    process.start()
    print(results.get())
    process.join()
    try:
        import playground.mark
    except ImportError as error:
        print(error)
