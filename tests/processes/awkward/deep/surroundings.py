"""Everything that a program can see of how it was started, in the main process and in a child."""

import os
import sys
import warnings

import helper

early = sorted(
    name for name in ("multiprocessing", "playground", "scenarios", "threading", "typing") if name in sys.modules
)


def see():
    special = ("__name__", "__file__", "__spec__", "__package__", "__doc__", "__loader__", "__builtins__")
    yield sys.argv, sys.path, sys.flags, sys.executable, sys.warnoptions, sys._xoptions
    yield sys.prefix, sys.base_prefix, sys.exec_prefix, sys.dont_write_bytecode, sys.pycache_prefix
    yield [(name, str(globals().get(name)).split(" at ")[0]) for name in special]
    yield sorted(os.environ.items()), os.getcwd(), os.umask(0o22), os.nice(0), helper.where
    yield sys.stdout.buffer.raw.mode, sys.stdout.line_buffering, sys.stdin.mode, sys.getrecursionlimit()
    yield sys.gettrace(), sys.getprofile(), sys.excepthook, sys.displayhook, sys.breakpointhook, sys.unraisablehook
    yield [str(f) for f in warnings.filters], sys.getswitchinterval(), sys.is_finalizing(), sorted(globals())
    yield sys.modules["__main__"].__dict__ is globals(), "sitecustomize" in sys.modules, "usercustomize" in sys.modules


def show(who):
    for each in see():
        print(who, each)


if __name__ == "__main__":
    print(early, sys.orig_argv)
    import multiprocessing

    show("main")
    sys.stdout.flush()
    os.chdir("/")
    process = multiprocessing.get_context(sys.argv[1]).Process(target=show, args=("child",))
    process.start()
    process.join()
    print(process.exitcode)
