"""Whatever is given, intake answers with facts or problems, and never raises."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chronology.errors import Problem
from chronology.intake import InputFormat, read_batch, read_stream
from chronology.log import Folder, Log
from chronology.vocabulary import KINDS, fields_of

FORMATS = st.sampled_from([None, *InputFormat])
NAMES = sorted({name for kind in KINDS.values() for name in fields_of(kind)} | {"id", "kind", "latitude", "nonsense"})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2023-10-31", ">=8"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
PIECES = st.sampled_from(
    [
        *("[[", "]]", "[", "]", "{", "}", "=", ".", ",", '"', '"""', "'", "'''", "#", "\n", " ", "\\", "\x00", "é"),
        *("ied_strike", "fact_corrected", "now", "source", "killed", "place", "8", "2023-10-31", "true", "nan", "a"),
    ]
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = Folder.create(tmp_path_factory.mktemp("any") / "kidal")
    with Log.open(folder.log_path) as log:
        yield log


def take(data, form, log):
    batch = read_batch(read_stream(io.BytesIO(data), "in", form), log)
    assert all(isinstance(problem, Problem) and "\n" not in str(problem) for problem in batch.problems)
    assert bool(batch.drafts) != bool(batch.problems)
    return batch


anything = settings(suppress_health_check=[HealthCheck.too_slow])


@anything
@given(data=st.binary(max_size=300), form=FORMATS)
def test_any_bytes(empty, data, form):
    take(data, form, empty)


@anything
@given(text=st.lists(PIECES, max_size=30).map("".join), form=FORMATS)
def test_anything_that_looks_like_toml(empty, text, form):
    take(text.encode(), form, empty)


@anything
@given(tag=st.sampled_from(sorted(KINDS)), values=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_any_values_in_any_fields(empty, tag, values):
    line = json.dumps({**values, "kind": tag})
    take(line.encode(), InputFormat.JSONL, empty)


@anything
@given(tag=st.sampled_from(sorted(KINDS)), data=st.data())
def test_any_value_in_a_field_of_the_kind(empty, tag, data):
    fields = fields_of(KINDS[tag])
    values = data.draw(st.dictionaries(st.sampled_from(sorted(fields)), JSON, min_size=1, max_size=8))
    take(json.dumps({**values, "kind": tag}).encode(), InputFormat.JSONL, empty)
