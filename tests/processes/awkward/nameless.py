"""Callables whose attributes cannot be asked for, or that somebody waits to see gone."""

import _thread
import atexit
import multiprocessing as mp
import sys
import weakref
from concurrent.futures import ProcessPoolExecutor


class Nameless:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"no {name}")

    def __call__(self) -> None:
        print("called", flush=True)


def is_gone_after(forget) -> bool:
    handler = Nameless()
    seen = weakref.ref(handler)
    atexit.register(handler)
    forget()
    del handler
    return seen() is None


def child() -> None:
    print(is_gone_after(atexit._clear), is_gone_after(atexit._run_exitfuncs))
    _thread.start_new_thread(atexit.register, (print,))
    while not atexit._ncallbacks():
        pass
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
