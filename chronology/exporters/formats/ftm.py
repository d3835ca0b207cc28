"""FollowTheMoney: events, actors, reports and who claims what, as entities for Aleph and OpenAleph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar, Final

import msgspec

from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State
from chronology.exporters.written import web_address

__all__ = ["FollowTheMoney"]

_PUBLIC: Final = {"state_forces", "external_forces", "government"}
_encode: Final = msgspec.json.Encoder().encode

Entity = dict[str, Any]


class FollowTheMoney(Exporter):
    """Entities, one a line: actors, operations and incidents (`Event`), reports (`Article`), claims (`UnknownLink`).

    Each property is a list of texts. Ids are hashes of the chronology's origin and our own ids: the same on every
    export, and different from those of other chronologies.
    """

    name: ClassVar = "ftm"
    meaning: ClassVar = "FollowTheMoney entities, for Aleph and OpenAleph"
    suffixes: ClassVar = (".ftm",)

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write one entity a line."""
        names = _Ids(state.about.origin)
        for entities in (_actors, _places, _operations, _reports, _incidents, _claims):
            stream.writelines(_encode(entity) + b"\n" for entity in entities(state, names))


class _Ids:
    """The ids of entities. What is of one sort and has one key is one entity."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._made: set[str] = set()

    def new(self, sort: str, *key: str) -> str:
        """The id of an entity that is written now."""
        made = self._hashed(sort, *key)
        self._made.add(made)
        return made

    def of(self, sort: str, *key: str) -> str | None:
        """The id of an entity that was written; None where there is none, as others may only name what is there."""
        found = self._hashed(sort, *key)
        return found if found in self._made else None

    def _hashed(self, *parts: str) -> str:
        return hashlib.sha1("\0".join([self._origin, *parts]).encode(), usedforsecurity=False).hexdigest()


def _entity(id: str, schema: str, **properties: object) -> Entity:  # noqa: A002 - the format's own word
    """An entity; of a property nothing is left where it has no value."""
    listed = {
        name: [str(each) for each in (values if isinstance(values, list) else [values]) if each not in {None, ""}]
        for name, values in properties.items()
    }
    return {"id": id, "schema": schema, "properties": {name: values for name, values in listed.items() if values}}


def _actors(state: State, ids: _Ids) -> Iterator[Entity]:
    rows = state.view("actors", ("name", "title", "type", "parent", "aliases"), "name").rows
    for name, title, type_, parent, aliases in rows:
        schema = "PublicBody" if type_ in _PUBLIC else "LegalEntity" if type_ is None else "Organization"
        yield _entity(
            ids.new("actor", name),
            schema,
            name=[name, title],
            alias=list(aliases),
            notes=f"part of {parent}" if parent else None,
            keywords=type_,
        )


def _places(state: State, ids: _Ids) -> Iterator[Entity]:
    for name, latitude, longitude, country in state.view(
        "places", ("name", "latitude", "longitude", "country"), "name"
    ).rows:
        full = ", ".join(filter(None, (name, country)))
        yield _entity(ids.new("place", name), "Address", full=full, latitude=latitude, longitude=longitude)


def _operations(state: State, ids: _Ids) -> Iterator[Entity]:
    words = """
        select operation, string_agg(in_words, '; ' order by category desc, victims, definition nulls first) as in_words
        from casualties_by_operation
        group by operation
    """
    for name, type_, title, parent, aliases, in_words in state.ask(f"""
        select operations.operation, operations.type, operations.title, operations.parent, operations.aliases,
            words.in_words
        from operations
        left join ({words}) as words on words.operation = operations.operation
        where {state.condition("operations")}
        order by operations.operation
    """).rows:
        yield _entity(
            ids.new("operation", name),
            "Event",
            name=[name, title],
            alias=list(aliases),
            summary=in_words,
            keywords=["operation", type_],
            notes=f"part of {parent}" if parent else None,
        )


def _reports(state: State, ids: _Ids) -> Iterator[Entity]:
    for fact, headline, source, speaker, published, url, quote in state.ask(f"""
        select facts.fact, timeline.headline, facts.source, facts.speaker,
            coalesce(facts.published_from, facts.published_to), facts.url, facts.quote
        from facts
        join timeline on timeline.fact = facts.fact
        where {state.condition("facts")}
        order by facts.fact
    """).rows:
        yield _entity(
            ids.new("fact", fact),
            "Article",
            title=headline,
            fileName=fact,
            publisher=source,
            author=speaker,
            publishedAt=published,
            sourceUrl=web_address(url),
            bodyText=quote,
        )


def _incidents(state: State, ids: _Ids) -> Iterator[Entity]:
    columns = (
        "incident", "kind", "operation", "occurred_from", "occurred_to", "place", "country", "actors", "in_words",
        "sources", "facts",
    )  # fmt: skip
    for values in state.view("incidents", columns, "incident").rows:
        row = dict(zip(columns, values, strict=True))
        place = row["place"]
        yield _entity(
            ids.new("incident", row["incident"]),
            "Event",
            name=row["incident"],
            recordId=row["incident"],
            summary=row["in_words"],
            startDate=row["occurred_from"],
            endDate=row["occurred_to"],
            location=", ".join(filter(None, (place, row["country"]))),
            addressEntity=ids.of("place", place) if place else None,
            involved=[ids.of("actor", actor) for actor in row["actors"]],
            proof=[ids.of("fact", fact) for fact in row["facts"]],
            publisher=list(row["sources"]),
            keywords=[row["kind"].replace("_", " "), row["operation"]],
        )


def _claims(state: State, ids: _Ids) -> Iterator[Entity]:
    """Claims and attributions; one that names no incident is left out."""
    for incident, actor, stance, said_by, facts in state.ask(f"""
        select incident, actor, stance, said_by, facts
        from claims
        where incident in (select incident from incidents) and {state.condition("claims")}
        order by incident, actor, stance
    """).rows:
        yield _entity(
            ids.new("claim", incident, actor, stance),
            "UnknownLink",
            subject=ids.of("actor", actor),
            object=ids.of("incident", incident),
            role=f"responsibility {stance}",
            publisher=list(said_by),
            proof=[ids.of("fact", fact) for fact in facts],
        )
