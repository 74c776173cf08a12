"""Things broken on purpose, many times: ``python -m tests.chaos`` runs the long forms and prints a table.

Each module holds one ``PART``; the ordinary tests run a few of its trials.
"""
