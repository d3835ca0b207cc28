"""Files that are none, or have no end, in the place of an input: one line at once, and never a wait."""

import gzip
import io
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROW = "id,type_of_violence,side_a,side_b,country,date_start,date_end,low,best,high\n"
ROW += "11,1,A,B,Mali,2023-10-01,2023-10-02,1,3,5\n"
VERBS = {
    "append": ("append", "{}"),
    "import": ("import", "ucdp-ged", "{}"),
    "mapping": ("import", "csv", "rows.csv", "--mapping", "{}"),
    "correct": ("correct", "one", "--nature", "entry", "--reason", "so", "--file", "{}"),
    "query": ("query", "--file", "{}"),
}


@pytest.fixture(params=["a pipe", "a socket", "a folder", "a device"])
def odd(request, folder, monkeypatch):
    """A thing that is no file, its path and what it is called."""
    monkeypatch.chdir(folder.path)
    match request.param:
        case "a pipe":
            os.mkfifo("odd")
        case "a socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind("odd")
        case "a folder":
            Path("odd").mkdir()
        case "a device":
            return "/dev/zero", request.param
    return str(folder.path / "odd"), request.param


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_no_file_is_told_at_once(cli, folder, odd, verb):
    cli("append", "shelling", "--source", "AFP", "--id", "one")
    (folder.path / "rows.csv").write_text("a\n1\n")
    path, sort = odd
    ran = cli(*(word.format(path) for word in VERBS[verb]))
    assert ran.code in {1, 4}
    assert ran.out == []
    assert f"{path}: is {sort}" in ran.err[0] or f"{path} is {sort}" in ran.err[0]
    assert "expected a file" in ran.err[0] or "name a file" in ran.err[0]


def test_what_another_program_writes_is_read_where_a_file_is_named(folder):
    program = f"{sys.executable} -m chronology"
    toml = '[[shelling]]\\nsource = "AFP"\\n'
    for command in (
        f"{program} append <(printf '{toml}')",
        f"printf '{toml}note = \"two\"' | {program} append /dev/stdin",
    ):
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder.path, capture_output=True, text=True, check=False, timeout=60
        )
        assert (ran.returncode, ran.stdout[:11]) == (0, "1  shelling" if "<(" in command else "2  shelling")
    ged = f"{program} import ucdp-ged <(printf '{ROW}')".replace("\n", "\\n")
    ran = subprocess.run(["bash", "-c", ged], cwd=folder.path, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, "1 row: 1 new · 0 revised · 0 vanished · 0 unchanged · 0 rejected\n")


# --- bounds


def test_of_many_problems_the_first_are_kept_and_all_are_counted(cli, read):
    batch = read("{}\n" * 300)
    assert (len(batch.problems), batch.problem_count) == (100, 300)
    assert batch.problems[99].line == 100
    ran = cli("append", "-", stdin="{}\n" * 300)
    assert (ran.code, len(ran.err)) == (1, 21)
    assert ran.err[-1] == "chronology: and 280 more: 300 problems; nothing was appended"


def test_a_wrong_default_is_one_problem_however_many_facts_meet_it(read):
    batch = read('occurred = "2023-02-30"\n' + '[[shelling]]\nsource = "AFP"\n' * 150)
    assert (len(batch.problems), batch.problem_count) == (1, 1)


def test_all_rejected_rows_are_written_however_many(cli, folder):
    head, row = ROW.splitlines()
    (folder.path / "bad.csv").write_text(
        "\n".join([head, row, *(f"{n + 100},1,A,B,Mali,never,never,1,3,5" for n in range(300))])
    )
    assert cli("import", "ucdp-ged", "bad.csv").err[-1].startswith("chronology: and ")
    assert cli("import", "ucdp-ged", "bad.csv", "--rejects", "rejects.csv").code == 0
    lines = {line.split(",")[1] for line in (folder.path / "rejects.csv").read_text().splitlines()[1:]}
    assert lines == {str(number) for number in range(3, 303)}


def test_an_input_without_an_end_is_read_to_its_bound(cli, monkeypatch):
    ran = cli("append", "-", "--max-size", "1K", stdin='{"kind": "shelling", "source": "AFP"}\n' * 50)
    assert ran.code == 1
    assert ran.err[0] == "chronology: <stdin>:27: goes on beyond --max-size; expected less, or a larger --max-size"
    assert cli("append", "-", "--max-size", "1K", stdin="{" * 2_000).code == 1

    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = b"1" * len(buffer)
            return len(buffer)

    class Piped:
        buffer = io.BufferedReader(Endless())

    monkeypatch.setattr("chronology.importers.tables.sys.stdin", Piped, raising=False)
    from chronology.errors import Refused
    from chronology.importers.tables import opened

    with pytest.raises(Refused, match=r"<stdin> holds more than 1,000 bytes.*--max-size"), opened("-", 1_000):
        pass


@pytest.mark.parametrize("most", ["0", "1", "much", "-1K", "1e9K", "٣K"])
def test_a_bound_that_is_none_is_told(cli, most):
    ran = cli("append", "-", "--max-size", most)
    assert (ran.code, ran.err[0][:24]) == (2, "chronology: --max-size " + most[0])


# --- what is packed


def zipped(content, *, name="ged.csv", method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


BOMB = b"0" * (1 << 22)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(BOMB), "holds more than 1,000,000 bytes; where it is meant to, allow more with --max-size"),
        (zipped(BOMB), "holds more than 1,000,000 bytes; where it is meant to, allow more with --max-size"),
        (gzip.compress(gzip.compress(ROW.encode())), "is packed twice; unpack it once"),
        (zipped(zipped(ROW)), "is packed twice; unpack it once"),
        (gzip.compress(zipped(ROW)), "is packed twice; unpack it once"),
        (zipped(ROW, method=zipfile.ZIP_LZMA), "is packed in a way that few programs know; unpack it"),
        (zipped(ROW, method=zipfile.ZIP_BZIP2), "is packed in a way that few programs know; unpack it"),
        (zipped(ROW)[:-30], "cannot be unpacked"),
        (gzip.compress(ROW.encode())[:-9], "cannot be unpacked"),
    ],
)  # fmt: skip
def test_what_is_packed_is_read_to_its_bound_and_once(cli, folder, content, said):
    (folder.path / "packed").write_bytes(content)
    ran = cli("import", "ucdp-ged", "packed", "--max-size", "1M")
    assert (ran.code, ran.out, len(ran.err)) == (1, [], 1)
    assert said in ran.err[0]
    assert len(cli("log").out) == 1  # the names of columns


def test_a_zip_with_a_table_of_contents_of_any_size_is_not_read(cli, folder):
    packed = bytearray(zipped(ROW))
    end = packed.rindex(b"PK\x05\x06")
    room = b"\0" * (9 << 20)
    size = end - packed.index(b"PK\x01\x02") + len(room)
    packed[end + 12 : end + 16] = size.to_bytes(4, "little")
    packed[end:end] = room
    (folder.path / "packed").write_bytes(packed)
    ran = cli("import", "ucdp-ged", "packed")
    assert (ran.code, ran.err) == (
        1,
        ["chronology: packed cannot be unpacked: its table of contents is too long; fetch it again"],
    )


@pytest.mark.parametrize("pack", [gzip.compress, zipped, lambda text: text])
def test_within_its_bound_it_is_read(cli, folder, pack):
    (folder.path / "packed").write_bytes(pack(ROW.encode()))
    assert cli("import", "ucdp-ged", "packed", "--max-size", "1K").code == 0


# --- slips of TOML


@pytest.mark.parametrize(
    "text",
    [
        '[[because]]\na = 1\n[[fact_retracted]]\nfact = "1"\nreason = "so"\n',
        '[[published]]\n[[shelling]]\nsource = "AFP"\n',
        '[place]\nname = "Kidal"\n[[shelling]]\nsource = "AFP"\nplace = 1\n',
        '[[killed]]\nlow = 1\n[[killed]]\nlow = 2\n[[shelling]]\nsource = "AFP"\nkilled = "x"\n',
        '[[now]]\n[[fact_corrected]]\nfact = "1"\n',
        "[[shelling.place]]\nname = 1\n[shelling.killed]\n",
        '[[incidents.name]]\na = 1\n[[shelling]]\nsource = ["AFP"]\n',
        "shelling = [1, {}, [[]]]\n",
        "a = " + "[" * 5_000,
        "a." * 5_000 + "b = 1",
        "a = 1" + "0" * 10_000,
        "[[" + "a." * 2_000 + "b]]\n",
        "because = " + "{a=" * 200 + "1" + "}" * 200,
    ],
)
def test_tables_in_the_place_of_fields_are_told_and_nothing_else_happens(cli, text):
    ran = cli("append", "-", "--input-format", "toml", stdin=text)
    assert ran.code == 1
    assert ran.err[-1].endswith("; nothing was appended")
