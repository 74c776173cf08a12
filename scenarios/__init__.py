"""The lessons: ordinary multiprocessing scripts, one per file, sorted by topic."""
