"""Whether a list of names holds the one that a question asks about (pure).

"Is Poland on the list?" is answered by the list alone: yes where it stands, no where it does not
and the corpus knows the name from other lists, so that a missing name is no misspelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.sentences import sentences

SHORTEST_LIST = 6
MOST_WORDS = 4

_ASKED = re.compile(
    r"^\W*(?i:is|are|was|were) (?:the )?"
    r"((?:[A-Z][\w'’.-]*)(?: (?:of |and |the )*[A-Z][\w'’.-]*){0,3})"
    r" (?!(?:or|and)\b)(?=.*\b(?:on|in|among|part of|one of|listed|included|named)\b)"
)
_ITEM = re.compile(r"(?:the )?([A-Z][\w'’.()-]*(?: (?:of |and |the )*[A-Z(][\w'’.()-]*){0,3})\.?")
_NOT_PLAIN = re.compile(r"\b(?:except|other than|excluding|exclud\w+|not|no longer)\b", re.I)
_SAME = {
    "uk": "united kingdom",
    "u.k": "united kingdom",
    "great britain": "united kingdom",
    "us": "united states",
    "usa": "united states",
    "u.s": "united states",
    "uae": "united arab emirates",
    "korea": "south korea",
    "republic of korea": "south korea",
    "korea, south": "south korea",
    "czechia": "czech republic",
    "holland": "netherlands",
    "türkiye": "turkey",
    "turkiye": "turkey",
    "macao": "macau",
}


def name_asked(question: str) -> str | None:
    """The one name whose place on a list is asked for; None for any other question.

    >>> name_asked("Is New Zealand on the list of Article 3?")
    'New Zealand'
    """
    found = _ASKED.match(question)
    return found[1] if found and " and " not in found[1] else None


def names_in(text: str) -> frozenset[str]:
    """The names of the lists in a text, each in one spelling; a list has six or more of them.

    >>> len(names_in("Austria, Belgium, Chile, Denmark, Estonia and Finland"))
    6
    """
    found: set[str] = set()
    for run in re.split(r"[.:\n](?:\s|$)|\(", text):
        items = [_ITEM.fullmatch(item.strip()) for item in re.split(r"[,;]|\band\b", run) if item]
        named = [folded(item[1]) for item in items if item]
        if len(named) >= SHORTEST_LIST:
            found |= set(named)
    return frozenset(found)


def folded(name: str) -> str:
    """A name in one spelling.

    >>> folded("the UK"), folded("Poland.")
    ('united kingdom', 'poland')
    """
    plain = re.sub(r"^the ", "", name.casefold().strip(" ."))
    return _SAME.get(plain, plain)


def is_listed(name: str, quoted: str, whole: str, known: Iterable[str]) -> bool | None:
    """Whether a list names it: True, False, or None where the list does not say.

    Args:
        name: As the question writes it.
        quoted: The words quoted, which must hold the list.
        whole: All words of the provision; a name anywhere in them is not missing.
        known: Names that lists of the corpus hold, folded.
    """
    lists = [one.text for one in sentences(quoted) if names_in(one.text)]
    if not lists or any(_NOT_PLAIN.search(one) for one in lists):
        return None
    asked, listed = folded(name), frozenset().union(*map(names_in, lists))
    if asked in listed:
        return True
    spellings = {asked, *(short for short, long in _SAME.items() if long == asked)}
    if any(re.search(rf"\b{re.escape(one)}\b", whole, re.IGNORECASE) for one in spellings):
        return None
    return False if asked in set(known) and listed & set(known) - {asked} else None
