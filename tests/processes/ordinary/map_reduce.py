"""Words are counted in pieces by a pool and the counts are merged."""

import collections
import functools
import multiprocessing
import operator
import sys

TEXT = "the quick brown fox jumps over the lazy dog and the cat " * 50


def count(words):
    return collections.Counter(words)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    words = TEXT.split()
    pieces = [words[i : i + 100] for i in range(0, len(words), 100)]
    with multiprocessing.Pool() as pool:
        total = functools.reduce(operator.add, pool.imap_unordered(count, pieces))
    print(total.most_common(2))
