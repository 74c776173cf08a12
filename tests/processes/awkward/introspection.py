"""What functions, methods and classes look like from outside; one line for each, so that differences are countable."""

import inspect
import multiprocessing.connection
import multiprocessing.managers
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.shared_memory
import multiprocessing.sharedctypes
import multiprocessing.synchronize
import os
import pickle
import re
import subprocess
import time

import concurrent.futures.process  # isort: skip


def looks(owner, name):
    thing = inspect.getattr_static(owner, name)
    inner = getattr(owner, name)
    try:
        signature = str(inspect.signature(inner))
    except (TypeError, ValueError) as error:
        signature = type(error).__name__
    names = [getattr(inner, each, None) for each in ("__name__", "__qualname__", "__module__", "__doc__")]
    return type(thing).__name__, type(inner).__name__, signature, names, inspect.isroutine(inner)


def show(*words):
    print(*(re.sub("0x[0-9a-f]+", "0x", str(word)) for word in words))


modules = (
    *(multiprocessing.process, multiprocessing.synchronize, multiprocessing.queues, multiprocessing.pool),
    *(multiprocessing.connection, multiprocessing.sharedctypes, multiprocessing.managers, multiprocessing.util),
    *(multiprocessing.shared_memory, concurrent.futures.process, subprocess, time),
)
for module in modules:
    for name, value in sorted(vars(module).items()):
        if getattr(value, "__module__", "") != module.__name__ or name.startswith("_mpp"):
            continue
        if inspect.isclass(value):
            show(f"{module.__name__}.{name}", value.__mro__)
            for method in sorted(vars(value)):
                if callable(getattr(value, method)) and not method.startswith("_mpp"):
                    show(f"{module.__name__}.{name}.{method}", *looks(value, method))
        elif callable(value):
            show(f"{module.__name__}.{name}", *looks(module, name))
for name in ("kill", "killpg", "wait", "waitpid", "waitid", "wait3", "wait4"):
    _, _, signature, told, _ = looks(os, name)
    show(f"told of os.{name}", signature, told[:2], told[3:])
for thing in (
    time.sleep,
    os.fork,
    multiprocessing.Lock,
    multiprocessing.Process.start,
    multiprocessing.connection.wait,
):
    print("pickled", pickle.loads(pickle.dumps(thing)) == thing)
lock = multiprocessing.Lock()
print("instance", sorted(key for key in vars(lock) if not key.startswith("_mpp")))
