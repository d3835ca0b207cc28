"""A small chronology for exporters: open bounds, a name in Arabic, uncertain dates, texts that would act."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from chronology import Chronology

FACTS = """
    [[operation_named]]
    name = "campaign"
    type = "campaign"
    [[operation_named]]
    name = "siege"
    type = "siege"
    parent = "campaign"
    [[place_named]]
    name = "رفح"
    latitude = 31.2969
    longitude = 34.2436
    geo_precision = "near"

    [[airstrike]]
    id = "strike"
    source = "وكالة الأناضول"
    published = "2023-11-02"
    occurred = "2023-10-31/2023-11-01"
    place = "رفح"
    operation = "siege"
    incidents = ["rafah-1"]
    perpetrators = ["إسرائيل"]
    killed = ">=3 civilians"
    injured = "7..9"
    url = "https://example.org/a?b=c&d=e"
    quote = "قُتل ثلاثة مدنيين على الأقل"

    [[armed_attack]]
    id = "acts"
    source = "=HYPERLINK(\\"http://evil\\")"
    published = "2023-11-03"
    occurred = "../2023-11-03"
    place = "a|b <script>alert(1)</script>"
    operation = "campaign"
    incidents = ["@sum"]
    killed = 2
    quote = "first, *bold* [x](javascript:y)\\nsecond; line"

    [[statement_made]]
    id = "aside"
    source = "AP"
    actor = "UN"
    about = "nothing in particular"
    published = "2023-11-04"

    [[shelling]]
    id = "undated"
    source = "AP"
    injured = 1
"""


def chronology_of(folder: Path) -> Chronology:
    """The chronology of FACTS, in a new folder."""
    made = Chronology.create(folder, name="published", on_warning=lambda _: None)
    made.append(FACTS)
    return made


_MADE: dict[tuple[Path, str, str], bytes] = {}


def exported(chronology: Chronology, name: str, **options: Any) -> bytes:
    """The file that an exporter writes; of a chronology that does not grow it is written once for all tests."""
    asked = (chronology.path, name, repr(options))
    if asked not in _MADE:
        _MADE[asked] = written(chronology, name, **options)
    return _MADE[asked]


def written(chronology: Chronology, name: str, **options: Any) -> bytes:
    """The same, written now."""
    file = BytesIO()
    chronology.export(name, file, **options)
    return file.getvalue()
