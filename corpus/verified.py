"""What was checked against the official texts: the committed record, shown without them."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

RECORD = "verified.json"


@lru_cache(maxsize=1)
def verified_ids() -> frozenset[str]:
    """Ids of the provisions whose figures and dates were all found in their official text."""
    file = resources.files("corpus") / "data" / RECORD
    if not file.is_file():
        return frozenset()
    return frozenset(json.loads(file.read_text("utf-8"))["provisions"])
