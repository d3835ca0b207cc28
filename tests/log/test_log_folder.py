"""A chronology is a folder: made once, found from anywhere inside."""

import stat
from pathlib import Path

import pytest
from log_examples import statement
from processes import processes

from chronology.errors import Refused, Unavailable
from chronology.log import Draft, Folder, Log


@pytest.fixture
def kidal(tmp_path):
    return Folder.create(tmp_path / "kidal")


def test_a_new_chronology_has_a_name_and_an_empty_log(tmp_path):
    folder = Folder.create(tmp_path / "deep" / "kidal", name='The "Kidal" convoy, Кидаль')
    assert (folder.path, folder.name) == (tmp_path / "deep" / "kidal", 'The "Kidal" convoy, Кидаль')
    assert (folder.log_path, folder.views_path) == (folder.path / "log.db", folder.path / "views.duckdb")
    assert folder.projections_path == folder.path / "projections"
    assert Folder.find(folder.path) == folder
    with Log.open(folder.log_path) as log:
        assert log.head == 0


def test_a_chronology_is_its_owners_alone(kidal):
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (kidal.path, *kidal.path.iterdir())}
    assert modes.pop("kidal") == 0o700
    assert set(modes.values()) == {0o600}


def test_it_is_named_after_its_folder_where_nobody_says_otherwise(kidal):
    assert kidal.name == "kidal"
    assert (kidal.path / "chronology.toml").read_text() == 'name = "kidal"\nlog = "log.db"\n'


def test_a_chronology_that_is_there_is_not_made_again(kidal):
    with Log.open(kidal.log_path) as log:
        log.append([Draft(statement())])
    with pytest.raises(Refused, match="holds a chronology already"):
        Folder.create(kidal.path, "another")
    assert Folder.find(kidal.path) == kidal


def make(path, out, together):
    said = []
    for turn in range(10):
        together.wait()
        try:
            said.append(Folder.create(path / f"{turn}").name)
        except Refused as error:
            said.append(str(error))
    out.put(said)


def test_of_six_who_make_the_same_chronology_one_does(tmp_path):
    out, together = processes.Queue(), processes.Barrier(6, timeout=60)
    children = [processes.Process(target=make, args=(tmp_path, out, together)) for _ in range(6)]
    for child in children:
        child.start()
    found = [out.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    for turn, said in enumerate(zip(*found, strict=True)):
        assert said.count(f"{turn}") == 1
        assert sum("holds a chronology already" in each for each in said) == 5


@pytest.mark.parametrize("name", ["", " kidal", "a\nb", "a\u202eb", "x" * 201])
def test_a_name_that_hides_something_is_refused(tmp_path, name):
    with pytest.raises(Refused, match="cannot be the name of a chronology"):
        Folder.create(tmp_path / "kidal", name)
    assert not (tmp_path / "kidal").exists()


def test_a_chronology_is_found_from_any_folder_in_it(kidal):
    inside = kidal.path / "reports" / "november"
    inside.mkdir(parents=True)
    assert Folder.find(inside) == kidal


def test_a_named_folder_goes_before_the_variable_and_that_before_where_one_stands(kidal, tmp_path):
    gao, mopti = Folder.create(tmp_path / "gao"), Folder.create(tmp_path / "mopti")
    environ = {"CHRONOLOGY_DIR": str(gao.path)}
    assert Folder.find(kidal.path, mopti.path, environ) == mopti
    assert Folder.find(kidal.path, None, environ) == gao
    assert Folder.find(kidal.path, None, {"CHRONOLOGY_DIR": ""}) == kidal


def test_where_there_is_none_it_says_how_to_make_or_name_one(tmp_path):
    with pytest.raises(Refused) as error:
        Folder.find(tmp_path)
    assert str(error.value) == (
        f"no chronology here or above {tmp_path}; make one with `chronology init`, or name it with -C DIR"
    )
    for named in ((tmp_path, None), (None, {"CHRONOLOGY_DIR": str(tmp_path)})):
        with pytest.raises(Refused, match=r"no chronology in .* \((-C|CHRONOLOGY_DIR)\)"):
            Folder.find(Path("/"), *named)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "kidal', "toml:1: is not TOML: "),
        ('name = "kidal"\nlog = \n', "toml:2: is not TOML: invalid value (column 7)"),
        ('nmae = "kidal"', "'nmae' is not known; expected name and log"),
        ("name = 7", 'expected texts, such as name = "kidal"'),
        ('name = "a\\u202eb"', "cannot be the name of a chronology"),
        ('log = "/etc/passwd"', "log = '/etc/passwd' leads out of the folder"),
        ('log = "../other.db"', "leads out of the folder"),
        ('log = "logs/../../other.db"', "leads out of the folder"),
        ('log = ""', "leads out of the folder"),
        ('log = "."', "leads out of the folder"),
        ('name = "a"\nlog = "\xff"', "toml:2: byte 8 of the line (0xff) is not UTF-8"),
    ],
)
def test_a_chronology_toml_that_is_not_right_is_named_with_its_place(kidal, text, said):
    file = kidal.path / "chronology.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused) as error:
        Folder.find(kidal.path)
    assert str(error.value).startswith(str(file)) or "name of a chronology" in said
    assert said in str(error.value)


def test_the_log_may_stand_deeper_in_the_folder(kidal):
    (kidal.path / "chronology.toml").write_text('log = "logs/a.db"\n')
    assert Folder.find(kidal.path).log_path == kidal.path / "logs" / "a.db"
    (kidal.path / "chronology.toml").write_text("")
    assert Folder.find(kidal.path) == kidal


def test_what_cannot_be_read_or_made_is_unavailable(kidal, tmp_path):
    (kidal.path / "chronology.toml").unlink()
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        Folder.create(tmp_path / "file" / "kidal")
    with pytest.raises(Unavailable):
        Folder.create(tmp_path / "file")
    with pytest.raises(Unavailable):
        Folder.create(tmp_path / "a\0b", "a")
