"""Three stages joined by queues; a sentinel goes through them and ends each."""

import multiprocessing
import sys


def produce(out, count):
    for n in range(count):
        out.put(n)
    out.put(None)


def transform(source, out):
    for n in iter(source.get, None):
        out.put(n * 2)
    out.put(None)


def consume(source, total):
    for n in iter(source.get, None):
        with total.get_lock():
            total.value += n


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    first, second, total = multiprocessing.Queue(5), multiprocessing.Queue(5), multiprocessing.Value("q", 0)
    stages = [
        multiprocessing.Process(target=produce, args=(first, 100)),
        multiprocessing.Process(target=transform, args=(first, second)),
        multiprocessing.Process(target=consume, args=(second, total)),
    ]
    for stage in stages:
        stage.start()
    for stage in stages:
        stage.join()
    print(total.value)
