"""Views of an empty log, made once in each process: a test's first question brings them to the head of its log."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from chronology.log import Folder, Log
from projections.store.provenance import remember
from projections.store.refresh import refresh
from projections.views.catalogue import Catalogue

_BESIDE = tempfile.TemporaryDirectory(prefix="chronology-tests-")


@cache
def _views() -> Path:
    folder = Folder.create(Path(_BESIDE.name) / "empty")
    with Log.open(folder.log_path, read_only=True) as log:
        refresh(log, folder.views_path, Catalogue(), pytest.fail)
    return folder.views_path


def put_empty_views(folder: Folder) -> None:
    """Put views of an empty log into a new chronology, which spares a test the making of all of them."""
    shutil.copyfile(_views(), folder.views_path)
    folder.views_path.chmod(0o600)
    remember(folder.views_path)
