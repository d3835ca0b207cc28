"""The door for Python: a chronology, and all that can be done with it. The command line is built on it.

```python
from chronology import Chronology

with Chronology.open("kidal") as chronology:
    chronology.append({"kind": "ied_strike", "source": "AP", "injured": ">=8 peacekeepers"})
    for convoy, low, high in chronology.query("select convoy, low, high from injuries_by_convoy"):
        print(convoy, low, high)
```

Whatever goes wrong is a `ChronologyError` whose text is one line that names the next step. What is heavy is imported by
the method that needs it: `append` loads no DuckDB.
"""

from __future__ import annotations

from chronology.api.door import Chronology
from chronology.api.questions import Moment, days_between
from chronology.api.recording import BY_MAPPING, Appended, Progress, recorded

__all__ = ["BY_MAPPING", "Appended", "Chronology", "Moment", "Progress", "days_between", "recorded"]
