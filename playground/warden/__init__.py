"""The supervisor of a run: launches the program, reaps it, signals it and leaves nothing behind.

Standard library only. ``client`` is the starter's side; ``main`` is what the warden process runs.
"""
