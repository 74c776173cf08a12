"""Callables whose attributes cannot be asked for, where the library takes any callable."""

import atexit
import multiprocessing as mp
import sys
from concurrent.futures import ProcessPoolExecutor


class Nameless:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"no {name}")

    def __call__(self) -> None:
        print("called", flush=True)


def child() -> None:
    atexit.register(Nameless())


if __name__ == "__main__":
    mp.set_start_method("fork")
    process = mp.Process(target=child)
    process.start()
    process.join()
    print(process.exitcode, flush=True)
    with ProcessPoolExecutor(1, initializer=Nameless()) as executor:
        print(executor.submit(abs, -1).result())
    sys.exit(3)
