"""The instrumentation inside every observed process: standard library only, loaded by path.

In an observed process this package is the module ``_mp_playground_probe``; ``install`` gives that
module its ``mark`` and ``report`` functions.
"""
