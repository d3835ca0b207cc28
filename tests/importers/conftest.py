"""A chronology that imports by a mapping, for each test that names it."""

import pytest
from mapped_imports import MappedImports


@pytest.fixture
def imports(tmp_path):
    return MappedImports(tmp_path / "given")
