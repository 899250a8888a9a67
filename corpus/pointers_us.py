"""The places of the CFR, the U.S. Code and of orders that a text points to (pure).

"§§ 742.6 and 744.23", "§ 123.22(a), (b)(1), and (b)(2)", "paragraphs (a)(1) through (3) of this
section", "supplement no. 1 to this part", "15 CFR parts 730 through 774", "ECCNs 9A005 to 9A009",
"subsection (b)", "section 4.2(a) of this order". See `corpus/pointers.py` for the acts of the EU.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.labels import Path, complete, labels_between
from corpus.locators import Locator, Unit
from corpus.pointers import NAMED, OTHER, THIS, Pointer

_LABEL = r"\((?:\d{1,3}|[a-zA-Z]{1,5})\)"
_LABELS = rf"{_LABEL}(?: ?{_LABEL}){{0,6}}"
_JOINT = r"(?P<joint>,? (?:and|or) |, | through | to )"
_TITLE = r"(?:(?P<title>\d{1,2}) (?P<code>C\.?F\.?R|U\.?S\.?C)\.?,? )"
_CFR = r"\d{2,4}[a-z]?\.\d{1,3}[a-z]?"
_USC = r"\d{3,4}[a-z]{0,2}(?:-\d{1,2})?"
_END = r"(?!\w|\.\d)"
_SECTION = re.compile(
    rf"(?<![\w.]){_TITLE}?(?:§{{1,2}} ?|[Ss]ections? |[Ss]ecs?\. )?"
    rf"(?P<number>{_CFR}|{_USC})(?P<labels>(?:{_LABEL}){{1,7}})?{_END}"
)
_OF_TITLE = re.compile(r",? (?:of|in) title (?P<title>\d{1,2})\b")
_MORE_SECTIONS = re.compile(
    rf"{_JOINT}(?:(?:§ ?)?(?P<number>{_CFR}|{_USC})(?P<labels>{_LABELS})?|(?P<alone>{_LABELS}))"
    rf"{_END}"
)
_PART = re.compile(rf"{_TITLE}?\b(?P<word>[Pp]arts? )(?P<number>\d{{2,4}}){_END}")
_TITLE_ALONE = re.compile(rf"{_TITLE}(?P<word>)(?P<number>\d{{2,3}}){_END}")
_MORE_PARTS = re.compile(rf"{_JOINT}(?P<number>\d{{2,4}}){_END}")
_SUPPLEMENT = re.compile(
    r"\b[Ss]upplements? [Nn]os?\.? ?(?P<number>\d{1,2})(?:(?:,? and |, )(?P<second>\d{1,2}))? "
    rf"(?:to|of) (?:(?:\d{{2}} CFR )?[Pp]art (?P<part>\d{{3}})|this part)(?P<labels>{_LABELS})?"
)
_CATEGORY = rf"[Cc]ategor(?:y|ies) (?P<category>[IVX]{{1,5}})\b ?(?P<labels>{_LABELS})?"
_USML = re.compile(rf"(?:\b(?:USML|121\.1,|part 121,|Munitions List,?)|§ 121\.1,) {_CATEGORY}")
_OF_LIST = r",? of (?:the )?(?:USML|U\.?S\.? Munitions List|United States Munitions List|§ 121\.1)"
_CATEGORY_OF = re.compile(rf"\b{_CATEGORY}(?=(?:,? (?:(?:and|or) )?{_LABELS})*{_OF_LIST})")
_MORE_LABELS = re.compile(rf"{_JOINT}(?P<alone>{_LABELS})(?!\w)")
_PARAGRAPHS = re.compile(
    rf"\b(?P<level>[Pp]ara|[Ss]ubpara|[Ss]ubsection|[Cc]lause)(?:graph)?s? (?P<labels>{_LABELS})"
)
_WITHIN = re.compile(r",? (?:of|in|to|under) ")
_HERE = re.compile(r"this (?:section|supplement|subsection|paragraph)\b")
_ITEMS = r"(?:\.[a-z0-9]{1,3}(?!\w))"
_ECCN = re.compile(rf"\b(?P<number>\d[A-E]\d{{3}})(?P<items>{_ITEMS}*)(?!\w)")
_MORE_ITEMS = re.compile(
    rf"{_JOINT}(?:(?P<number>\d[A-E]\d{{3}})(?P<items>{_ITEMS}*)"
    rf"|(?P<alone>(?:{_ITEMS}|[b-z](?=[,;.) ]|$)|[a-z](?=\.[a-z0-9])){_ITEMS}*))(?!\w)"
)
_ORDER = re.compile(
    r"\b(?P<word>[Ss]ections?|[Ss]ubsections?) "
    rf"(?P<number>\d{{1,4}}[A-Z]?(?:\.\d{{1,2}})?|[IVX]+\b)(?P<labels>{_LABELS})?{_END}"
)
_MORE_ORDER = re.compile(
    rf"{_JOINT}(?:(?P<number>\d{{1,2}}(?:\.\d{{1,2}})?)(?P<labels>{_LABELS})?|(?P<alone>{_LABELS}))"
    rf"{_END}(?! (?:days?|weeks?|months?|years?|hours?))"
)
_OF_ORDER = re.compile(
    r" (?:of|to) (?:(?P<this>this )|(?:Executive Order|EO|E\.O\.) (?P<eo>\d{5})"
    r"|(?:the |that )?(?P<name>[A-Z][^.;:()]{2,60})|(?:the |that |title |its |such ))"
)
_DEPTH = {"subsection": 0, "para": 1, "subpara": 2, "clause": 3}


def read_us_places(text: str, own: Locator) -> Iterator[Pointer]:
    """The sections, parts, supplements and ECCNs that `text` points to; not sorted."""
    taken = bytearray(len(text))  # one mark a character: text may be full of places
    for pattern, read in _READERS:
        for found in pattern.finditer(text):
            if taken.find(1, *found.span()) >= 0:
                continue
            act, places, end = read(text, own, found)
            if places:
                taken[found.start() : end] = b"\x01" * (end - found.start())
            for locator, implied in places:
                yield Pointer(locator, act, found.start(), end, implied)


_Places = list[tuple[Locator, bool]]
_Read = tuple[str, _Places, int]
_NONE: _Read = ("", [], 0)


def _sections(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``§§ 120.2, 120.3, and 120.4``; ``15 CFR 744.23(a)``; ``50 U.S.C. 4801``."""
    code = (found["code"] or "").replace(".", "")
    is_cfr = "." in found["number"]
    if not _is_section(text, own, found, code, is_cfr=is_cfr):
        return _NONE

    def label_of(before: Path, more: re.Match[str]) -> Path | None:
        if more["number"]:
            alike = ("." in more["number"]) is is_cfr
            return (more["number"], *_parts(more["labels"])) if alike else None
        return complete(before, _parts(more["alone"]), fixed=1)

    first = (found["number"], *_parts(found["labels"]))
    listed, implied, end = _listed(text, _MORE_SECTIONS, first, found.end(), label_of)
    act = f"{code.lower()}:{found['title']}" if code else ""
    if of_title := _OF_TITLE.match(text, found.end()):
        act = f"usc:{of_title['title']}"
    return act, [(Locator(Unit.CFR, p[0], p[1:]), p in implied) for p in listed], end


def _is_section(text: str, own: Locator, found: re.Match[str], code: str, *, is_cfr: bool) -> bool:
    """Whether a number is that of a section: by its sign, its title, or how it is written."""
    if code:
        return (code == "CFR") is is_cfr
    if _OF_TITLE.match(text, found.end()):
        return not is_cfr
    words = found[0].lstrip()
    if words.startswith("§"):
        return True
    if is_cfr:
        worded = words[0] in "Ss" and own.unit is not Unit.SECTION  # orders number theirs alike
        return worded or bool(re.match(r"7[3-7]\d\.\d", words) and found["labels"])
    in_code = own.unit is Unit.CFR and "." not in own.number
    return in_code and words[0] in "Ss" and text.startswith(" of this title", found.end())


def _parts_of_title(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``part 744 of the EAR``, ``22 CFR parts 120 through 130``, ``22 CFR 121``."""
    code = (found["code"] or "").replace(".", "")
    if code == "USC" or (not found["word"] and code != "CFR"):
        return _NONE

    def label_of(before: Path, more: re.Match[str]) -> Path | None:
        alike = found["word"] and len(more["number"]) == len(found["number"])
        return (more["number"],) if alike else None

    listed, implied, end = _listed(text, _MORE_PARTS, (found["number"],), found.end(), label_of)
    if text.endswith("this ", 0, found.start()):
        listed = listed[1:]  # "this part 127 or 128"
    act = f"cfr:{found['title']}" if code else ""
    return act, [(Locator(Unit.PART, path[0]), path in implied) for path in listed], end


def _supplements(text: str, own: Locator, found: re.Match[str]) -> _Read:
    part = found["part"] or _part_of(own)
    if not part:
        return _NONE
    numbers = [number for number in (found["number"], found["second"]) if number]
    labels = _parts(found["labels"])
    return (
        "",
        [(Locator(Unit.SUPPLEMENT, f"{n}/{part}", labels), False) for n in numbers],
        found.end(),
    )


def _munitions(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``USML Category XI(c)``: a part of § 121.1 of the ITAR."""
    listed, _, end = _listed(
        text, _MORE_LABELS, _parts(found["labels"]), found.end(), _beside_or_none
    )
    of_list = re.compile(_OF_LIST).match(text, end)
    end = of_list.end() if of_list else end
    notes = ["".join([f"Category {found['category']}", *(f"({x})" for x in p)]) for p in listed]
    return "cfr:22", [(Locator(Unit.CFR, "121.1", (), note), False) for note in notes], end


def _paragraphs(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``paragraphs (a)(1) through (3) of this section``; in the U.S. Code ``paragraph (2)``."""
    listed, implied, end = _listed(
        text, _MORE_LABELS, _parts(found["labels"]), found.end(), _beside_or_none
    )
    placed = _base_of(text, own, found["level"].lower(), end)
    if placed is None:
        return _NONE
    act, base, end = placed
    return (
        act,
        [
            (Locator(base.unit, base.number, (*base.path, *path), base.note), path in implied)
            for path in listed
        ],
        end,
    )


def _base_of(text: str, own: Locator, level: str, end: int) -> tuple[str, Locator, int] | None:
    """Where a paragraph lies: what the words after it say, else in the section itself."""
    within = _WITHIN.match(text, end)
    if within and not _HERE.match(text, within.end()):
        for pattern, read in _ANCHORS:
            if found := pattern.match(text, within.end()):
                act, places, stop = read(text, own, found)
                if len(places) == 1:
                    return act, places[0][0], stop
        return None if within[0].strip(" ,") == "of" else _own_base(own, level, end)
    return _own_base(own, level, end)


def _own_base(own: Locator, level: str, end: int) -> tuple[str, Locator, int] | None:
    if own.unit not in {Unit.CFR, Unit.SUPPLEMENT, Unit.SECTION}:
        return None
    counts_levels = own.unit is Unit.CFR and "." not in own.number  # U.S. Code
    if not counts_levels:
        return None if own.note else (THIS, own.root, end)
    depth = _DEPTH[level]
    if depth > len(own.path):
        return None
    return THIS, Locator(own.unit, own.number, own.path[:depth]), end


def _entries(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``3A001.b.2 or b.3``, ``9A005 to 9A009``, ``1C351.d.15 and .16``."""

    def label_of(before: Path, more: re.Match[str]) -> Path | None:
        if more["number"]:
            return (more["number"], *_items(more["items"]))
        if len(before) == 1:
            return None
        if more["alone"].startswith("."):  # ".d.15 and .16"
            return complete(before, _items(more["alone"]), fixed=1)
        return (before[0], *_items(more["alone"]))  # "b.2 or b.3"

    first = (found["number"], *_items(found["items"]))
    listed, implied, end = _listed(text, _MORE_ITEMS, first, found.end(), label_of)
    return "", [(Locator(Unit.ECCN, path[0], path[1:]), path in implied) for path in listed], end


def _orders(text: str, own: Locator, found: re.Match[str]) -> _Read:
    """``sections 4.2(a) and (b) of this order``; ``section 5 of Executive Order 13984``."""

    def label_of(before: Path, more: re.Match[str]) -> Path | None:
        if more["number"]:
            return (more["number"], *_parts(more["labels"]))
        return complete(before, _parts(more["alone"]), fixed=1)

    first = (found["number"], *_parts(found["labels"]))
    listed, implied, end = _listed(text, _MORE_ORDER, first, found.end(), label_of)
    of = _OF_ORDER.match(text, end)
    if own.unit is not Unit.SECTION:
        if not of or not re.search(r"\b(?:Act|Code)\b", of["name"] or ""):
            return _NONE
        places = [(Locator(Unit.SECTION, p[0], p[1:]), p in implied) for p in listed]
        return OTHER, places, of.end()
    act = THIS
    if of and not of["this"]:
        named = f"{NAMED}{of['name']}" if of["name"] else OTHER
        act = f"eo:{of['eo']}" if of["eo"] else named
    return act, [(Locator(Unit.SECTION, p[0], p[1:]), p in implied) for p in listed], end


_Reader = Callable[[str, Locator, re.Match[str]], _Read]
_ANCHORS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_SUPPLEMENT, _supplements),
    (_USML, _munitions),
    (_SECTION, _sections),
)
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_PARAGRAPHS, _paragraphs),
    (_CATEGORY_OF, _munitions),
    *_ANCHORS,
    (_PART, _parts_of_title),
    (_TITLE_ALONE, _parts_of_title),
    (_ECCN, _entries),
    (_ORDER, _orders),
)


_LabelOf = Callable[[Path, re.Match[str]], "Path | None"]


def _listed(
    text: str, pattern: re.Pattern[str], first: Path, end: int, label_of: _LabelOf
) -> tuple[list[Path], set[Path], int]:
    """The members of a list that starts with `first`; those implied by a range; where it ends."""
    listed, implied = [first], set[Path]()
    while more := pattern.match(text, end):
        label = label_of(listed[-1], more)
        if label is None:
            break
        if more["joint"].strip() in {"to", "through"}:
            between = list(_between(listed[-1], label))
            listed += between
            implied |= set(between)
        listed.append(label)
        end = more.end()
    return listed, implied, end


def _beside_or_none(before: Path, more: re.Match[str]) -> Path | None:
    return complete(before, _parts(more["alone"])) if before else None


def _between(first: Path, last: Path) -> Iterator[Path]:
    if first[:-1] != last[:-1]:
        return
    if re.fullmatch(r"\d[A-E]\d{3}", first[-1]) and first[-1][:2] == last[-1][:2]:
        group, numbers = first[-1][:2], labels_between(first[-1][2:], last[-1][2:])
        yield from ((f"{group}{int(number):03}",) for number in numbers)
        return
    before, _, low = first[-1].rpartition(".")
    after, _, high = last[-1].rpartition(".")
    if before == after:  # 130.2 through 130.8
        stem = f"{before}." if before else ""
        yield from ((*first[:-1], f"{stem}{label}") for label in labels_between(low, high))


def _parts(labels: str | None) -> Path:
    return tuple(re.findall(r"\((\w+)\)", labels or ""))


def _items(items: str | None) -> Path:
    return tuple(part for part in (items or "").split(".") if part)


def _part_of(own: Locator) -> str:
    """The part that a section or supplement of the CFR lies in."""
    if own.unit is Unit.SUPPLEMENT:
        return own.number.partition("/")[2]
    if own.unit is Unit.ECCN:
        return "774"
    return own.number.partition(".")[0] if own.unit is Unit.CFR and "." in own.number else ""
