"""Ctrl-C on the command line: it ends, whatever the database is doing."""

from __future__ import annotations

import signal

import pytest
from given import KIDAL

ENDLESS = "select sum(range) from range(10000000000000)"


@pytest.mark.parametrize("options", [(), ("--known-by", "2023-11-03"), ("--timeout", "600")])
def test_an_interrupted_query_ends_at_once_and_says_so(cli, options) -> None:
    cli("append", KIDAL / "article.toml")
    cli("query", "select 1")

    def stop(*_):
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGALRM, stop)
    try:
        # Python forgets an interrupt that comes while it finalizes an object: then there is another.
        signal.setitimer(signal.ITIMER_REAL, 0.5, 5)
        ended = cli("query", ENDLESS, *options)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert (ended.code, ended.out) == (130, [])
    assert ended.err[0].startswith("chronology: interrupted; ")
    assert cli("query", "select count(*) as n from facts", "--format", "csv").code == 0
