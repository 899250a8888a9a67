"""What the rules for places and days of every language share."""

from __future__ import annotations

import re
from collections.abc import Callable

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ROMAN = r"[IVXLC]{1,6}"

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
"""What to look for, and what to write for it."""
