"""Processes that have imported the program already: a server forks them, so that each test does not pay for it."""

import multiprocessing

PRELOADED = [
    "chronology.log",
    "chronology.cli.query",
    "projections.asking.opening",
    "projections.explaining.why",
    "projections.explaining.diff",
    "projections.store.reckoning",
]

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(PRELOADED)


def in_a_process(work, *args, seconds):
    """Return what `work` gives in a process of its own; it is killed, and the test fails, after so many seconds."""
    results, result = processes.Pipe(duplex=False)
    child = processes.Process(target=_send, args=(result, work, args))
    child.start()
    result.close()
    try:
        assert results.poll(seconds), f"no end after {seconds} s"
        return results.recv()
    finally:
        child.kill()
        child.join()
        child.close()


def _send(result, work, args):
    result.send(work(*args))
