"""The log as an application of the eventsourcing library: our recorder, our mapper, nothing from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import Environment, EnvType

from chronology.log.entry import Entry, encode
from chronology.log.store.port import LogRecorder
from chronology.log.store.recorder import SQLiteRecorder
from chronology.log.store.sqlite import Datastore
from chronology.log.store.stored_entries import entry_of

if TYPE_CHECKING:
    from eventsourcing.domain import DomainEventProtocol

__all__ = ["EntryMapper", "LogApplication", "LogFactory"]


class EntryMapper(Mapper[str]):
    """Entry ↔ stored event. The library imports what a topic names; here it is a tag, and names nothing to run."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The row of an entry."""
        if not isinstance(domain_event, Entry):
            msg = f"{type(domain_event).__name__} is not an entry of the log"
            raise TypeError(msg)
        return StoredEvent(domain_event.id, domain_event.revision, domain_event.kind, encode(domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The entry of a row. Raises Damaged."""
        return entry_of(stored_event)


class LogFactory(SQLiteFactory):
    """Makes the parts. Their classes stand here; the library would take them from environment variables."""

    def __init__(self, env: Environment, datastore: Datastore) -> None:
        super(SQLiteFactory, self).__init__(env)  # not SQLiteFactory, which makes a datastore of its own
        self.datastore: Datastore = datastore

    def application_recorder(self) -> SQLiteRecorder:
        """Our recorder, over a file found to be a log. Raises Damaged."""
        return SQLiteRecorder(self.datastore)


class LogApplication(Application[str]):
    """One stream per fact, in one file. `save(entry)` appends as is; `Log.append` judges first."""

    recorder: LogRecorder

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._datastore = Datastore(path, read_only=read_only)
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """An empty one: a variable set for another program must not choose our cipher, classes or file."""
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Our parts."""
        return LogFactory(env, self._datastore)

    def construct_mapper(self) -> EntryMapper:
        """Our mapper."""
        return EntryMapper(transcoder=self.construct_transcoder())
