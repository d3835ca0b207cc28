"""Whatever is given, in lines, in files or as arguments: facts or problems, one line each; all of it or nothing."""

import io
import json
import random
import shutil
import sqlite3
import tomllib

import pytest
from given import KIDAL

from chronology.cli import VERBS, _command
from chronology.errors import Problem
from chronology.intake import InputFormat, read_batch, read_stream
from chronology.log import DraftRefused
from chronology.log.evidence.verify import verify_log
from chronology.vocabulary import KINDS, fields_of

FIELDS = sorted({name for kind in KINDS.values() for name in fields_of(kind)})
LINES = [json.dumps({"kind": tag, **tomllib.loads(kind.example)}, ensure_ascii=False) for tag, kind in KINDS.items()]
TABLES = [f"[[{tag}]]\n{kind.example}" for tag, kind in KINDS.items() if "\n[" not in kind.example] + [
    f"[[{table}" for path in sorted(KIDAL.glob("*.toml")) for table in path.read_text().split("\n[[")[1:]
]
PIECES = [
    *("", " ", "\n", "\r\n", "\t", "\0", "\x1b[2J", "\u202e", "\u200b", "\ufeff", "é", "e\u0301", "İ", "\\", "\\u0000"),
    *('"', "'", '"""', "'''", "{", "}", "[", "]", "[[", "]]", ",", ":", "=", ".", "#", "{}", "[]", "[[]]", "null"),
    *("0", "-1", "8", "1e999", "NaN", "1" * 400, "9223372036854775808", "0.1", "true", "nan", "-inf", "0x7f", "1_0"),
    *('"2023-02-30"', '"../2023"', '"2023-10-31/"', "2023-10-31", "2023-10-31T14:30:00Z", '"9999-12-31T24:00Z"'),
    *('">=8 peacekeepers"', '"7..3"', '"several"', '"~"', '{"low": 9, "best": 1}', '"' + "x" * 70_000 + '"'),
    *("[" * 2_000, '{"a":' * 2_000, '"now"', '"fact"', "1", '"afp-1"', '"kind"', "kind", *FIELDS, *KINDS),
]


def changed(rng, text):
    """The text with one to four things wrong with it: bytes lost, doubled, moved or put in."""
    data = text.encode()
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice([1, 1, 2, 8, 40]))
        match rng.randrange(6):
            case 0:
                data = data[:at] + data[to:]
            case 1:
                data = data[:to] + data[at:]
            case 2:
                data = data[:at] + bytes([rng.randrange(rng.choice([128, 128, 128, 256]))]) + data[at + 1 :]
            case 3:
                data = data[:at]
            case 4:
                place = rng.randrange(len(data) + 1)
                data = data[:place] + data[at:to] + data[place:]
            case _:
                data = data[:at] + rng.choice(PIECES).encode() + data[rng.choice([at, to]) :]
    return data


def value_changed(rng, line):
    """A line of JSON that still is one, with a value, or a key, of another sort."""
    fact = json.loads(line)
    names = [*fact, *fields_of(KINDS[fact["kind"]]), rng.choice(FIELDS)]
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        key = rng.choice(names)
        try:
            fact[key] = json.loads(rng.choice(PIECES))
        except (ValueError, RecursionError):
            fact[key] = rng.choice(PIECES)
    return json.dumps(fact).encode("utf-8", "surrogatepass")


def line_changed(rng, text):
    """A file of TOML with one to three of its lines lost, doubled, moved, or with another key or value."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        key, equals, value = lines[at].partition(" = ")
        match rng.randrange(5):
            case 0 if equals:
                lines[at] = f"{key} = {rng.choice(PIECES)}"
            case 1 if equals:
                lines[at] = f"{rng.choice(FIELDS)} = {value}"
            case 2:
                lines.insert(rng.randrange(len(lines)), lines[at])
            case 3:
                lines.insert(rng.randrange(len(lines)), lines.pop(at))
            case _:
                lines[at] = ""
    return "\n".join(lines).encode()


def take(log, data, form):
    """Append what is given, as the command line would: the number of entries that are new, None if it was refused."""
    head = log.head
    batch = read_batch(read_stream(io.BytesIO(data), "in", form), log)
    problems = batch.problems
    if not problems:
        try:
            new = sum(not outcome.known for outcome in log.append(batch.drafts))
        except DraftRefused as error:
            problems = batch.rejected_by(error).problems
        else:
            assert log.head == head + new
            return new
    assert problems
    assert all(isinstance(problem, Problem) and "\n" not in str(problem) for problem in problems)
    assert log.head == head
    return None


def all_taken(log, given):
    """Take in one thing after the other, then verify; says how many were appended, and how many refused."""
    done = []
    for number, (data, form) in enumerate(given):
        try:
            done.append(take(log, data, form))
        except Exception:
            print(f"number {number} ({form}): {data!r:.2000}")
            raise
    assert verify_log(log.path).entries == log.head
    refused = done.count(None)
    assert 0 < refused < len(done)
    return f"{len(done):,}: {len(done) - refused:,} appended or known, {refused:,} refused, no traceback, none in part"


def mutated_lines(number):
    """Each in a file with another line that is as it should be: both are appended, or neither."""
    for each in range(number):
        rng = random.Random(f"line {each}")
        line = rng.choice(LINES)
        bad = value_changed(rng, line) if each % 2 else changed(rng, line)
        good = f'{{"kind": "shelling", "source": "AFP", "note": "{each}"}}'.encode()
        yield b"\n".join([good, bad] if each % 3 else [bad, good]), rng.choice([None, InputFormat.JSONL])


def mutated_files(number):
    for each in range(number):
        rng = random.Random(f"file {each}")
        text = 'source = "AFP"\n\n' + "\n".join(rng.sample(TABLES, rng.randint(1, 3)))
        yield (line_changed if each % 4 else changed)(rng, text), rng.choice([None, InputFormat.TOML])


def test_mutated_lines_are_appended_whole_or_refused(log):
    all_taken(log, mutated_lines(600))


def test_mutated_files_are_appended_whole_or_refused(log):
    all_taken(log, mutated_files(200))


# --- arguments

SLOW = ("demo", "chart", "page", "search", "cite", "query", "timeline", "views", "why", "series", "diff", "rebuild")
FILES = ["log.db", "views.duckdb", "chronology.toml", "article.toml", "facts.jsonl", "copy", "no", ".", "..", "-"]
OPTIONS = [
    *("--", "-C", "-o", "--help", "--version", "--by", "--dry-run", "--format", "--limit", "--id", "--same-as"),
    *("--key", "--quick", "--checkpoint", "--as-of", "--known-by", "--reason", "--nature", "--because", "--clear"),
    *("--toml", "--input-format", "--new-name", "--verify", "--raw", "--timeout", "--memory", "--mapping", "--release"),
    *(f"--{field.replace('_', '-')}" for field in FIELDS),
]
WORDS = [
    *("AFP", "atlas-22", "kidal-gao", "select 1", "injuries_by_convoy", "low=1", "json", "csv", "parquet", "killed"),
    *("entry", "source", "2023-11-06", "2023-11-06T12:00Z", ">=8 peacekeepers", "all", "A", "6", "ucdp-ged", "acled"),
]


def arguments(number):
    """Lists of arguments, more or less what a verb takes; no word of them is an absolute path."""
    options = {verb: [each for param in _command(verb).params for each in param.opts] for verb in VERBS}
    short = [piece for piece in PIECES if len(piece) < 100 and "\0" not in piece]
    values = [WORDS, WORDS, FILES, short, [*KINDS], OPTIONS]
    for each in range(number):
        rng = random.Random(f"arguments {each}")
        verb = rng.choice(SLOW) if each % 50 == 0 else rng.choice([verb for verb in VERBS if verb not in SLOW])
        args = [verb]
        if verb in {"append", "kinds"} and rng.random() < 0.7:
            args.append(rng.choice([*KINDS]))
        for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
            if rng.random() < 0.6:
                takes = FIELDS if len(args) > 1 and args[1] in KINDS and rng.random() < 0.7 else None
                option = f"--{rng.choice(takes).replace('_', '-')}" if takes else rng.choice(options[verb])
                args.append(option)
            if rng.random() < 0.8:
                args.append(rng.choice(rng.choice(values)))
        if rng.random() < 0.6:
            args += rng.choice([["--source", f"AFP {each}"], ["--reason", "mistyped"]])
        if rng.random() < 0.1:
            rng.shuffle(args)
        yield args


def all_run(cli, folder, number):
    """Run one command line after the other: an exit code, a line, and nothing appended where it is not 0."""
    for name in ("article.toml", "reports.toml"):
        shutil.copy(KIDAL / name, folder.path)
    (folder.path / "facts.jsonl").write_text("\n".join(LINES[:3]))
    assert cli("append", "article.toml").code == 0
    codes = []
    with sqlite3.connect(f"{folder.log_path.as_uri()}?mode=ro", uri=True) as log:
        (head,) = log.execute("select max(position) from stored_events").fetchone()
        for args in arguments(number):
            ran = cli(*args, stdin=LINES[len(codes) % len(LINES)])
            codes.append(ran.code)
            before, (head,) = head, log.execute("select max(position) from stored_events").fetchone()
            assert ran.code in {0, 1, 2, 3, 4}, args
            assert head == before or ran.code == 0, args
            assert ran.code == 0 or ran.err, args
            assert not any("Traceback" in line for line in ran.err), args
    log.close()
    assert verify_log(folder.log_path).entries == head
    assert {0, 1, 2} <= set(codes)
    counted = ", ".join(f"{codes.count(code):,} with {code}" for code in sorted(set(codes)))
    return f"{len(codes):,}: exit codes {counted}; {head:,} entries, no traceback, none in part"


def test_random_arguments_end_in_an_exit_code_and_append_nothing_in_part(cli, folder):
    all_run(cli, folder, 300)


@pytest.mark.torture
def test_20000_random_arguments_end_in_an_exit_code_and_append_nothing_in_part(cli, folder):
    print("lists of arguments,", all_run(cli, folder, 20_000))


@pytest.mark.torture
def test_100000_mutated_lines_are_appended_whole_or_refused(log):
    print("mutated lines,", all_taken(log, mutated_lines(100_000)))


@pytest.mark.torture
def test_20000_mutated_files_are_appended_whole_or_refused(log):
    print("mutated files,", all_taken(log, mutated_files(20_000)))
