"""The vocabulary: what can be said, as classes. It knows nothing of files, logs or views."""

from __future__ import annotations

from chronology.vocabulary.entries import Decision, GeoPrecision, Kind, Modality, Naming, Place, Report, tag_of
from chronology.vocabulary.fields import Field, fields_of, texts_of
from chronology.vocabulary.figures import Category, Figure, Measure
from chronology.vocabulary.kinds import KINDS, kinds_below
from chronology.vocabulary.text import Role, name_key

__all__ = [
    "KINDS",
    "Category",
    "Decision",
    "Field",
    "Figure",
    "GeoPrecision",
    "Kind",
    "Measure",
    "Modality",
    "Naming",
    "Place",
    "Report",
    "Role",
    "fields_of",
    "kinds_below",
    "name_key",
    "tag_of",
    "texts_of",
]
