"""Words of EUR-Lex pages: running text without notes and change marks, capitals, identifiers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from lxml import etree

from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

IsNote = Callable[[etree._Element], bool]

_SKIPPED = frozenset({"script", "style", "noscript", "head", "form", "button", "img", "svg", "hr"})
_NOTE, _SUP, _SUP_END = "\ue000", "\ue001", "\ue002"
_MARKS = re.compile(r"[►▼]\s?[A-Z]{1,2}\d{0,3}\s?|[►▼]|\s?◄")
_MAX_LEVELS = 8  # part, title, chapter, section, subsection and some to spare
_DIVISION = re.compile(r"([^\W\d_]{4,14}) ([IVXLC]{1,7}|[ivx]{1,6}|\d{1,2})([A-Za-z]?)")
_RULE = re.compile(r"[\s—–_\-.]{4,}")


def is_element(node: etree._Element) -> bool:
    """Whether it is an element that holds text: no comment, instruction or script."""
    return isinstance(node.tag, str) and node.tag not in _SKIPPED


def content_of(root: etree._Element) -> etree._Element:
    """The part of a page that is the text, where the EUR-Lex site frames it; else its body."""
    for path in (".//div[@id='textTabContent']", ".//div[@id='document1']", ".//body"):
        found = root.find(path)
        if found is not None:
            return found
    return root


def classes(element: etree._Element) -> list[str]:
    """The class names of an element."""
    return (element.get("class") or "").split()


def all_text(element: etree._Element) -> str:
    """Every character inside an element, as it stands."""
    return "".join(str(part) for part in element.itertext())


def running_text(parts: Iterable[str | etree._Element], is_note: IsNote) -> str:
    """One canonical line: note calls and change marks gone, exponents as ``10^25``."""
    text = "".join(part if isinstance(part, str) else _raw(part, is_note) for part in parts)
    text = canonical(text)  # first, so that no pattern meets a long run of spaces
    text = re.sub(rf" ?\( ?{_NOTE} ?\)| ?{_NOTE}", "", text)
    text = re.sub(rf"(?<=[\w)]) ?{_SUP}([-−+]?\d+){_SUP_END}", r"^\1", text)
    text = re.sub(rf"{_SUP}\*\d*{_SUP_END}|[{_SUP}{_SUP_END}]", "", text)
    text = canonical(_MARKS.sub("", text))
    return "" if _RULE.fullmatch(text) else text


def inside(element: etree._Element) -> Iterator[str | etree._Element]:
    """The text and the children of an element, in reading order."""
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""


def _raw(element: etree._Element, is_note: IsNote) -> str:
    if not is_element(element):
        return ""
    if element.tag == "br":
        return " "
    if is_note(element):
        return _NOTE
    parts = [element.text or ""]
    for child in element:
        parts += (_raw(child, is_note), child.tail or "")
    text = "".join(parts)
    if element.tag == "sup" or "superscript" in classes(element):
        return f"{_SUP}{text.strip()}{_SUP_END}" if text.strip() else ""
    return text


class Capitals:
    """How a text writes its words, so that shouted titles can be put in ordinary letters.

    >>> Capitals(["rules on the AI system of the Union"]).calm("AI SYSTEMS OF THE UNION")
    'AI systems of the Union'
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for line in lines:
            for word in re.findall(r"(?<=[\w,;’”)\]] )[^\W\d_]+|(?<=[-‘“(/])[^\W\d_]+", line):
                self._forms[word.lower()][word] += 1

    def calm(self, title: str, *, begins: bool = True) -> str:
        """`title`, its words as the text writes them if they are all in capitals.

        `begins` says that it begins a heading, with a capital letter.
        """
        shouted = title if title == title.upper() else _shouted_start(title)
        if not re.search(r"[^\W\d_]{4}", shouted):
            return title
        calmed = re.sub(r"[^\W\d_]+", self._form, shouted) + title[len(shouted) :]
        return calmed[:1].upper() + calmed[1:] if begins else calmed

    def calm_lines(self, lines: Iterable[str]) -> str:
        """The lines of one heading, joined; each may be shouted or not."""
        calmed = (self.calm(line, begins=place == 0) for place, line in enumerate(lines))
        return " ".join(calmed)

    def _form(self, found: re.Match[str]) -> str:
        word = found[0]
        known = self._forms.get(word.lower())
        if found.string[max(0, found.start() - 1) : found.start()] == "/":  # 2009/65/EC
            return word
        if known:
            usual, times = known.most_common(1)[0]
            return word.lower() if 4 * known[word.lower()] >= times else usual
        return word if re.fullmatch(r"[IVXLC]+", word) and len(word) > 1 else word.lower()


def _shouted_start(title: str) -> str:
    """The words in capitals that begin a title which goes on in ordinary letters."""
    shouted = []
    for word in title.split(" "):
        if word != word.upper():
            break
        shouted.append(word)
    return " ".join(shouted)


def capitals_of(nodes: Iterable[Node]) -> Capitals:
    """How these provisions write their words."""
    return Capitals(f"{node.text}\n{node.closing}" for top in nodes for node in top.walk())


class Divisions:
    """The titles, chapters and sections now open, outermost first.

    The word of a mark tells its level: a second "CHAPTER" ends the first one and all below it.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, str, str]] = []  # word, mark, title

    def read(self, line: str) -> None:
        """Read one line of a division's head: its mark, or its title."""
        if found := _DIVISION.fullmatch(line):
            number = found[2].upper() + found[3]
            self.mark(found[1].lower(), f"{found[1].capitalize()} {number}")
        elif self._open and not self._open[-1][2]:
            self._open[-1] = (*self._open[-1][:2], line)
        else:
            self.mark("", "")
            self._open[-1] = ("", "", line)

    def mark(self, word: str, mark: str) -> None:
        """A division of this kind begins."""
        kinds = [kind for kind, _, _ in self._open]
        if word in kinds:
            del self._open[kinds.index(word) :]
        del self._open[_MAX_LEVELS - 1 :]
        self._open.append((word, mark, ""))

    def context(self) -> tuple[tuple[str, str], ...]:
        """Mark and title of every open division."""
        return tuple((mark, title) for _, mark, title in self._open)


def context_lines(context: Iterable[tuple[str, str]], capitals: Capitals) -> tuple[str, ...]:
    """Context as nodes keep it: "Chapter III: High-risk AI systems"."""
    calmed = ((mark, capitals.calm(title)) for mark, title in context)
    return tuple(
        ": ".join(filter(None, (mark, title[:1].upper() + title[1:]))) for mark, title in calmed
    )


def page_value(data_head: str, name: str) -> str:
    """The content of one of the EUR-Lex site's ``WT.*`` meta elements; empty without it."""
    found = re.search(rf"<meta name=['\"]WT\.{name}['\"] content=['\"]([^'\"]{{1,400}})", data_head)
    return found[1] if found else ""


def day(text: str) -> date | None:
    """The first date written as day.month.year."""
    found = re.search(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})\b", text)
    if not found:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
