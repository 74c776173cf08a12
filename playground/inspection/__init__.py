"""Looking at a run's processes from outside: who is there, what they take, where they stand."""
