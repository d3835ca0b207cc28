"""A mapping file: how the rows of any table become facts. It is a fact, with `{columns}` where its words come from.

    dataset = "bulletins"
    key = "{date}"

    [columns.date]
    date = "%d/%m/%Y"

    [fact]
    kind = "casualty_update"
    source = "health ministry"
    published = "{date}"
    killed = [{ figure = "{dead}", measure = "increment" }]

What is wrong with a mapping is found before a row is read, with its line; docs/importing.md says what can stand in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from chronology.errors import Problem, Rejected
from chronology.files import NotText, NotToml, read_input, text_of, toml_of
from chronology.importers.datasets import datasets
from chronology.importers.filling import INTERVAL, Column, Template, columns_in, sample, template_of
from chronology.importers.headers import plain_name
from chronology.importers.mapping_options import ALL_UNUSED, OPTIONS, Options, read_options
from chronology.importers.withholding import read_secret
from chronology.intake.facts import read_fact
from chronology.intake.known_names import Names, NamesOfLog, NoNames
from chronology.intake.raw import Raw, brief
from chronology.intake.toml_lines import lines_of
from chronology.vocabulary import KINDS, Kind, Place, Report, Role, fields_of, texts_of
from chronology.vocabulary.near import did_you_mean

__all__ = ["ROW", "MappingFile", "mapping_of", "read_mapping"]

ROW: Final = frozenset({"row", "#row"})
"""In a key: the number of the row, for files whose rows nothing else tells apart; a column of this name is itself."""

MOST_BYTES: Final = 1 << 20

_KEYS: Final = ("dataset", "key", "licence", "version", "skip", "columns", "fact", *OPTIONS)
_DATASET: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_NOT_HERE: Final = ("id", "native")
_OF_PLACE: Final = ("latitude", "longitude", "geo_precision")
_OF_FIGURE: Final = ("unless",)
_ONLY_MISSING: Final = "missing"

Path_ = tuple[str | int, ...]
Conditions = tuple[Mapping[str, tuple[str, ...]], ...]


class MappingFile(NamedTuple):
    """A mapping that can be used: nothing of it is wrong but, perhaps, the names of its columns."""

    file: str
    sha256: str
    dataset: str
    key: Template
    fact: Mapping[str, Any]
    """Field → constant, `Template`, or tables and lists of these."""
    columns: Mapping[str, Column]
    skip: Conditions
    kinds: tuple[type[Report], ...]
    """The kinds that a row may become."""
    licence: str | None
    version: int
    lines: Mapping[str, int]
    """Of each column that the mapping names, the line that does so first."""
    options: Options
    secret: bytes
    """What the hashes of columns are made with."""

    def strangers(self, columns: list[str], said: str) -> list[Problem]:
        """A problem for each column that the mapping names and the table does not have; `said` is what is wrong."""
        # Where columns are to be withheld, what stands in the place of their names may be what is to be withheld.
        withholds = self.options.leave_out or self.options.hashed
        fits = any(name in columns for name in self.lines)
        found, listed = [], "" if withholds else f"; there are {', '.join(columns)}"
        for name, line in self.lines.items():
            if name in columns or name in self.options.optional or name in {*ROW, ALL_UNUSED}:
                continue
            hint = did_you_mean(name, columns)
            expected = said + (f"; {hint}" if hint else listed)
            if fits and name not in self.options.leave_out | self.options.hashed:
                may_miss = f'If some files lack it, the mapping can say so: optional = ["{name}"]'
                expected += f" {may_miss}" if hint else f". {may_miss}"
            found.append(Problem(self.file, line, "", f"{{{name}}}", expected))
            listed = listed if hint else ""  # once is enough: there may be many
        return found


def read_mapping(path: Path, log: NamesOfLog, new_names: tuple[str, ...]) -> MappingFile:
    """The mapping of a file. `log` says which names are known, `new_names` are those that are new on purpose.

    Raises Refused for a file that cannot be read, Rejected with everything that is wrong in it.
    """
    return mapping_of(read_input(path, MOST_BYTES), path.name, path.parent, log, new_names)


def mapping_of(data: bytes, name: str, folder: Path, log: NamesOfLog | None, new_names: tuple[str, ...]) -> MappingFile:
    """The mapping of the bytes of a file in a folder. Raises Rejected with everything that is wrong in it, Refused."""
    try:
        text = text_of(data)
        given = toml_of(text)
    except (NotText, NotToml) as error:
        raise Rejected(
            [Problem(name, error.line, "", error.what, "expected a mapping; --suggest prints one")]
        ) from error
    reader = _Reader(name, given, lines_of(text), folder)
    mapping = reader.read(hashlib.sha256(data).hexdigest())
    if mapping is not None:
        reader.check_fact(mapping, Names(NoNames() if log is None else log, new_names))
    if reader.problems or mapping is None:
        raise Rejected(sorted(reader.problems, key=lambda each: each.line or 0))
    return mapping


class _Reader:
    """One mapping on its way; what is wrong with it is gathered in `problems`."""

    def __init__(self, file: str, given: dict[str, Any], lines: Mapping[Path_, int], folder: Path) -> None:
        self._file, self._given, self._lines, self._folder = file, given, lines, folder
        self._named: dict[str, int] = {}
        self.problems: list[Problem] = []

    def _problem(self, path: Path_, value: object, expected: str, what: str = "") -> None:
        self.problems.append(
            Problem(self._file, self._line(path), _written(path), f"{brief(value)} {what}".strip(), expected)
        )

    def _line(self, path: Path_) -> int | None:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None

    def read(self, sha256: str) -> MappingFile | None:
        for key in self._given:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS)
                self._problem((key,), self._given[key], f"expected one of {', '.join(_KEYS)}{hint and f'; {hint}'}")
        dataset, version = self._dataset(), self._version()
        options = read_options(self._given, self._problem)
        licence = self._text("licence")
        columns, skip = self._columns(), self._conditions(("skip",), self._given.get("skip", []))
        key_of, fact = self._key(), self._given.get("fact")
        if not isinstance(fact, dict):
            expected = "expected [fact], with a kind, a source, and {columns} in the place of words"
            self._problem(("fact",), fact, expected, _ONLY_MISSING * (fact is None))
        if self.problems or not isinstance(fact, dict) or key_of is None:
            return None
        kinds = self._kinds(fact, columns)
        filled = {name: self._template(("fact", name), value) for name, value in fact.items()}
        if self.problems:
            return None
        self._check_left_out(options)
        for name in columns:
            self._named.setdefault(name, self._line(("columns", name)) or 1)
        for key in ("leave_out", "hashed"):
            for name in sorted(getattr(options, key) - {ALL_UNUSED}):
                self._named.setdefault(name, self._line((key,)) or 1)
        secret = b"" if options.hash_key is None else read_secret(self._folder / options.hash_key)
        return MappingFile(
            self._file, sha256, dataset, key_of, filled, columns, skip, kinds, licence, version, self._named, options,
            secret,
        )  # fmt: skip

    def _check_left_out(self, options: Options) -> None:
        """Report columns that are left out and used: nothing can be made of them."""
        for name in sorted(options.leave_out & self._named.keys()):
            expected = "expected no use of a column that is left out; hashed = [...] keeps a hash of it"
            self.problems.append(Problem(self._file, self._named[name], "", f"{{{name}}}", expected))
        if not ROW.isdisjoint(self._named) and options.group:
            self._problem(("group",), options.group, "expected a key that rows share, not {row}")

    def _dataset(self) -> str:
        dataset = self._text("dataset")
        if dataset is not None and _DATASET.fullmatch(dataset) and dataset not in datasets():
            return dataset
        expected = "expected a short name for the data set, in small letters, digits and dashes, such as bulletins"
        self._problem(("dataset",), dataset, expected, _ONLY_MISSING * ("dataset" not in self._given))
        return ""

    def _version(self) -> int:
        version = self._given.get("version", 1)
        if isinstance(version, int) and not isinstance(version, bool) and 1 <= version <= 2**31:
            return version
        self._problem(("version",), version, "expected a whole number from 1 on")
        return 1

    def _key(self) -> Template | None:
        key = self._template(("key",), self._given.get("key"))
        if isinstance(key, Template):
            return key
        expected = 'expected the columns that tell a record from all others, such as "{id}" or "{date}-{town}"'
        self._problem(("key",), self._given.get("key"), expected, _ONLY_MISSING * ("key" not in self._given))
        return None

    def _text(self, key: str) -> str | None:
        value = self._given.get(key)
        if value is None or (isinstance(value, str) and len(value) <= 300):
            return value
        self._problem((key,), value, "expected a text of at most 300 characters")
        return None

    # --- columns

    def _columns(self) -> dict[str, Column]:
        given = self._given.get("columns", {})
        if not isinstance(given, dict):
            self._problem(("columns",), given, "expected tables such as [columns.date]")
            return {}
        return {plain_name(name): self._column(name, how) for name, how in given.items()}

    def _column(self, name: str, how: object) -> Column:
        if not isinstance(how, dict):
            self._problem(("columns", name), how, f"expected a table: [columns.{name}]")
            return Column()
        for key in how:
            if key not in Column._fields:
                self._problem(("columns", name, key), how[key], f"expected one of {', '.join(Column._fields)}")
        dates = self._texts(("columns", name, "date"), how.get("date", []))
        for each in dates:
            if "%Y" not in each and "%y" not in each:
                self._problem(("columns", name, "date"), each, "expected how its dates are written, such as %d/%m/%Y")
        codes = how.get("codes", {})
        if not isinstance(codes, dict) or not all(isinstance(value, str) for value in codes.values()):
            self._problem(("columns", name, "codes"), codes, 'expected what each code means: { "1" = "airstrike" }')
            codes = {}
        split = how.get("split", "")
        if not isinstance(split, str):
            self._problem(("columns", name, "split"), split, 'expected the separator of the parts, such as ";"')
            split = ""
        empty = self._texts(("columns", name, "empty"), how.get("empty", []))
        return Column(dates, codes, empty, split)

    def _texts(self, path: Path_, given: object) -> tuple[str, ...]:
        texts = given if isinstance(given, list) else [given]
        if all(isinstance(each, str) for each in texts):
            return tuple(texts)
        self._problem(path, given, "expected a text, or a list of texts")
        return ()

    def _conditions(self, path: Path_, given: object) -> Conditions:
        """`[{ a = "", b = ["0", "-"] }]`: each a set of columns with what has to stand in them."""
        found = []
        for each in given if isinstance(given, list) else [given]:
            if not isinstance(each, dict) or not each:
                self._problem(path, given, 'expected columns and their values, such as { total = "yes" }')
                return ()
            for name in each:
                self._named.setdefault(plain_name(name), self._line(path) or 1)
            found.append({plain_name(name): self._texts(path, value) for name, value in each.items()})
        return tuple(found)

    # --- the fact

    def _kinds(self, fact: dict[str, Any], columns: dict[str, Column]) -> tuple[type[Report], ...]:
        """The kinds that a row may become: one, or those of a code table."""
        given = fact.get("kind")
        names: list[object] = [given]
        if isinstance(given, str) and (named := columns_in(given)):
            column = columns.get(named[0], Column())
            names = list(column.codes.values())
            if given != f"{{{named[0]}}}" or not names:
                expected = (
                    f'expected [columns.{named[0]}] codes = {{ "…" = "airstrike" }}, which say what kind a row is'
                )
                self._problem(("fact", "kind"), given, expected)
                return ()
        found = []
        for name in names:
            kind = KINDS.get(name) if isinstance(name, str) else None
            if kind is None or not issubclass(kind, Report):
                reports = [tag for tag, each in KINDS.items() if issubclass(each, Report)]
                hint = did_you_mean(str(name), reports, "see chronology kinds")
                missing = _ONLY_MISSING if name is None else ""
                self._problem(("fact", "kind"), name, f"expected a kind of report; {hint}", missing)
            elif kind not in found:
                found.append(kind)
        self._check_fields(fact, found)
        return tuple(found)

    def _check_fields(self, fact: dict[str, Any], kinds: list[type[Report]]) -> None:
        """A field of a mapping is one of a kind that a row may become; others would never be seen."""
        known = {name: field for kind in kinds for name, field in fields_of(kind).items()}
        if "place" in known:
            known |= {name: fields_of(Place)[name] for name in _OF_PLACE}
        for name, value in fact.items():
            if name in _NOT_HERE:
                self._problem(("fact", name), value, "expected no such field: the key and the columns make it")
            elif name in known and known[name].role is Role.ENTRY:
                self._problem(("fact", name), value, "expected no field that names entries; append such facts")
            elif name != "kind" and kinds and name not in known:
                tags = ", ".join(str(kind.__struct_config__.tag) for kind in kinds)
                hint = did_you_mean(name, known, f"see chronology kinds {tags}")
                self._problem(("fact", name), value, f"expected a field of {tags}; {hint}")

    def _template(self, path: Path_, value: object) -> Any:  # noqa: ANN401
        """A value of the fact with its templates read. Other values stay as they are."""
        match value:
            case str():
                try:
                    template = template_of(value)
                except ValueError as error:
                    self._problem(path, value, str(error))
                    return value
                for name in template.columns:
                    self._named.setdefault(name, self._line(path) or 1)
                return template if template.columns else template.text
            case list():
                return [self._template((*path, index), each) for index, each in enumerate(value)]
            case dict():
                if INTERVAL.issuperset(value) and not {"from", "until"}.isdisjoint(value):
                    return self._interval(path, value)
                return {
                    name: self._conditions((*path, name), each)
                    if name in _OF_FIGURE
                    else self._template((*path, name), each)
                    for name, each in value.items()
                }
        return value

    def _interval(self, path: Path_, value: dict[str, Any]) -> dict[str, Any]:
        if len({"from", "until"} & value.keys()) + len({"days", "hours"} & value.keys()) > 2 or {
            "days", "hours"
        } <= value.keys():  # fmt: skip
            self._problem(path, value, "expected from and until, or one of them with days or hours")
        return {name: self._template((*path, name), each) for name, each in value.items()}

    def check_fact(self, mapping: MappingFile, names: Names) -> None:
        """Check that the fact reads with a sample in the place of each column; what does not is the mapping's fault."""
        for kind in mapping.kinds:
            tag = str(kind.__struct_config__.tag)
            values = sample(mapping.fact, kind)
            lines = {
                _written(path[1:]): line for path, line in self._lines.items() if path[0] == "fact" and len(path) > 1
            }
            fact, problems = read_fact(Raw(self._file, self._line(("fact",)), tag, values, lines))
            for each in problems:
                if each not in self.problems:
                    self.problems.append(each._replace(path=f"fact.{each.path}" if each.path else "fact"))
            if fact is not None and not problems:
                self._check_names(mapping, fact, names, lines)

    def _check_names(self, mapping: MappingFile, fact: Kind, names: Names, lines: Mapping[str, int]) -> None:
        """Names written by hand here are guarded as everywhere: near a known one, they are most likely a slip."""
        constants = set(_constants(mapping.fact))
        for path, role, text in texts_of(fact):
            if role is None or not role.is_guarded or text not in constants:
                continue
            nearly = names.match(role, text).nearly
            # Two that stand side by side in one mapping are no slips of each other.
            if nearly is not None and nearly not in constants:
                field = re.split(r"[.\[]", path)[0]
                expected = (
                    f"expected a known {role}: did you mean {nearly}? If it is another, give --new-name {brief(text)}"
                )
                where = lines.get(path, lines.get(field))
                self.problems.append(Problem(self._file, where, f"fact.{path}", brief(text), expected))


def _constants(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _constants(each)
        case dict():
            for each in value.values():
                yield from _constants(each)


def _written(path: Path_) -> str:
    """A path as problems write it: `fact.killed[0].measure`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
