"""The instrumentation inside every observed process: standard library only, loaded by path.

Every process pays for what is imported here. So these modules import as little as they can, and
``typing`` only while types are checked.

In an observed process this package is the module ``_mp_playground_probe``; ``install`` gives that
module its ``mark``, ``report`` and ``measured`` functions.
"""
