"""Names that a question takes to be on a list, or asks about, beside the list itself (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.mentions import Kind, mentions
from assistant.premises_fault import Fault, as_hit
from assistant.protocols import Evidence
from assistant.sentences import Sentence, sentences
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.types import Provision
from index.types import Hit

SHORTEST_LIST = 6
LISTS_AMONG = 5
_MOST_ELSEWHERE = 2

_LIST = (
    r"(?i:lists?|country groups?|groups?|destinations?|countries|members?|signator(?:y|ies)"
    r"|designers?|parties|participants?|states|supplement|annex|companies|firms|organi[sz]ations)"
)
_ON = (
    rf"(?:(?:is|are|was|were|be|been)\s+)?(?:also\s+|still\s+|really\s+|already\s+)?"
    rf"(?:(?:on|in|among|part of|one of|a member of|belongs? to|an?"
    r"|(?:listed|included|named|appears?) (?:in|on|among))"
    rf"\b[^.?!;]{{0,80}}?\b{_LIST})\b"
)
_NAME = (
    r"(?P<name>(?!(?:Since|As|Because|Given|Now|Why|If|When|Is|Are|Was|Were|That)\b)"
    r"(?:the )?[A-Z][\w'’.&-]*(?: (?:of |and the |the )?[A-Z][\w'’.&-]*){0,4})"
)
# "Is Poland on the list?", and nothing after it.
_WHETHER = re.compile(rf"(?:^|[.?!,;:]\s+)(?i:and |but |so )?(?i:is|are|was|were) {_NAME} {_ON}")
# "Poland appears in the list", "since Taiwan is in Country Group A:5", "if Brazil is a member".
_TAKEN = re.compile(
    r"(?:^|[.?!;:]\s+|\b(?i:since|as|because|given that|now that|why|that|if|when) )"
    rf"(?i:is |are |was |were )?{_NAME} (?=(?:is|are|was|were|appears?|belongs?) ){_ON}"
)
# "Under which number does the list of countries name Poland?"
_NUMBER_OF = re.compile(
    rf"\b(?i:under|at|by) (?i:which|what) (?i:number|entry|position|point|item)\b"
    rf"[^.?!]{{0,60}}\b(?:is|are|does|do)\b[^.?!]{{0,60}}?\b{_NAME}(?: [^.?!]{{0,40}})?[?.!]*$"
)
_LABEL = re.compile(r"\b([A-E]:\d)\b")
_NOT_PLAIN = re.compile(r"\b(?:except|other than|excluding|excludes?|no longer)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:is|are|was|were) not\b")
_ITEM = re.compile(
    r"\s*(?:the )?[A-Z][\w'’.()&-]*(?: (?:of |and |the )*[A-Z(][\w'’.()&-]*){0,4}\s*\.?\s*"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A provision with the sentence that lists names, each as written and folded."""

    provision: Provision
    hit: Hit
    sentence: Sentence
    names: frozenset[str]


@dataclass(frozen=True)
class Lists:
    """Looks names up on the lists of a corpus."""

    corpus: Corpus

    def fault(self, evidence: Evidence) -> Fault | None:
        """Whether the one name asked about, or taken to be there, stands on the best list.

        "Yes" only where nothing but that is asked. None unless one name, one list and a plain
        sentence of the list settle it.
        """
        text = evidence.understood.text[:4000]
        asked, only = _name_asked(text)
        if asked is None:
            return None
        listing = self._listing(text, evidence)
        if listing is None or not self._is_of_its_kind(asked, listing):
            return None
        wording = listing.provision.versions[listing.hit.passage.version].text
        there = _folded(asked) in listing.names
        if there:
            return self._fault(f"Yes: {asked} is on the list", listing) if only else None
        if _occurs(asked, listing.sentence.text) or _affirmed(asked, wording):
            return None
        opening = "No: " if only else ""
        said = f"{opening}{asked} is not on the list"
        return self._fault(said, listing, self._elsewhere(asked, listing, evidence))

    def _fault(self, said: str, listing: Listing, elsewhere: str = "") -> Fault:
        title = self.corpus.instrument(listing.provision.instrument_id).short_title
        place = str(listing.provision.locator).removeprefix("Heading: ")
        span = (listing.sentence.start, listing.sentence.end)
        return Fault(
            reason=AbstainReason.FALSE_PREMISE,
            words=f"{said} of {title}, {place}.{elsewhere}",
            citations_from=(listing.hit,),
            answers=True,
            spans=(span,),
        )

    def _listing(self, text: str, evidence: Evidence) -> Listing | None:
        """The list meant: the one of the label named, else the best hit's that is a list."""
        labels = set(_LABEL.findall(text))
        if len(labels) > 1:
            return None
        for hit in evidence.hits[: None if labels else LISTS_AMONG]:
            provision = self.corpus.provisions[hit.passage.provision_id]
            if labels and not labels & set(provision.locator.path):
                continue
            is_group = any(_LABEL.fullmatch(label) for label in provision.locator.path)
            if found := self._read(provision, hit, least=1 if is_group else SHORTEST_LIST):
                return found
        if labels:
            for provision in self._labelled.get(labels.pop(), ()):
                return self._read(provision, as_hit(provision, evidence.as_of), least=1)
        return None

    def _read(self, provision: Provision, hit: Hit, *, least: int) -> Listing | None:
        """The sentence of a provision that lists the most names, if it plainly lists enough."""
        text = provision.versions[hit.passage.version].text
        found = max(sentences(text), key=lambda one: len(items_in(one.text)), default=None)
        if found is None or len(names := items_in(found.text)) < least:
            return None
        if _NOT_PLAIN.search(found.text) or _DENIES.search(found.text):
            return None
        return Listing(provision, hit, found, names)

    def _is_of_its_kind(self, name: str, listing: Listing) -> bool:
        """Whether a name can be on such a list: a country among countries, a firm among firms.

        A name that nothing in the corpus has may be a slip of the pen.
        """
        countries = sum(1 for one in listing.names if _country(one))
        is_country = _country(name) is not None
        if is_country != (2 * countries > len(listing.names)):
            return False
        return is_country or _folded(name) in self._known

    def prepare(self) -> None:
        """Collect the names now."""
        _ = self._known, self._labelled

    @cached_property
    def _known(self) -> frozenset[str]:
        """Words with a capital anywhere in the corpus, folded."""
        return frozenset(
            word.casefold()
            for _, _, version in self.corpus.versions()
            for word in re.findall(r"[A-Z][\w&-]+(?: [A-Z][\w&-]+)?", version.text)
        ) | frozenset(
            word.casefold()
            for _, _, version in self.corpus.versions()
            for word in re.findall(r"[A-Z][\w&-]+", version.text)
        )

    @cached_property
    def _labelled(self) -> dict[str, tuple[Provision, ...]]:
        found: dict[str, tuple[Provision, ...]] = {}
        for provision in self.corpus.provisions.values():
            for label in provision.locator.path:
                if _LABEL.fullmatch(label):
                    found[label] = (*found.get(label, ()), provision)
        return found

    def _elsewhere(self, name: str, listing: Listing, evidence: Evidence) -> str:
        """Sister lists that have the name: Taiwan is not in A:5, but in A:6."""
        held = [
            label
            for label, provisions in self._labelled.items()
            for sister in provisions[:1]
            if sister.locator.root == listing.provision.locator.root
            and sister.instrument_id == listing.provision.instrument_id
            and (found := self._read(sister, as_hit(sister, evidence.as_of), least=1))
            and _folded(name) in found.names
        ]
        own = [label for label in listing.provision.locator.path if _LABEL.fullmatch(label)]
        if not own or not held:
            return ""
        return f" It is listed in {' and '.join(held[:_MOST_ELSEWHERE])}."


def _name_asked(text: str) -> tuple[str | None, bool]:
    """The one name whose place on a list is asked for, and whether nothing else is asked."""
    for pattern, only in ((_WHETHER, True), (_TAKEN, False), (_NUMBER_OF, False)):
        if found := pattern.search(text):
            name = re.sub(r"^the ", "", found["name"])
            if " and " in name or not _is_name(name):
                return None, False
            rest = text[found.end() :]
            return name, only and not re.search(r"[?!;]\s*\w|,\s*(?:and|so|or|but)\b", rest)
    return None, False


def _is_name(name: str) -> bool:
    found = mentions(f"the {name}")
    return any(one.kind in {Kind.COUNTRY, Kind.NAME} for one in found)


def _country(name: str) -> str | None:
    """The country that a name is, by its short English name; None for another name."""
    found = [one for one in mentions(name) if one.kind is Kind.COUNTRY]
    plain = re.sub(
        r"\b(?:the|republic|kingdom|of|people's|democratic)\b|[^\w]", "", name.casefold()
    )
    if len(found) != 1 or plain not in re.sub(
        r"[^\w]", "", name[found[0].start : found[0].end].casefold() + "s"
    ):
        return None
    return found[0].value


def _folded(name: str) -> str:
    """A name in one spelling: a country's short name, else the words in lower case."""
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip(" .")
    plain = re.sub(r"^the ", "", plain)
    return (_country(plain) or plain).casefold()


@lru_cache(maxsize=1_024)
def items_in(sentence: str) -> frozenset[str]:
    """The names that a sentence lists, each in one spelling.

    >>> sorted(items_in("It has 3 members: the UK, Norway and the Republic of Korea."))
    ['norway', 'south korea', 'united kingdom']
    """
    listed = re.split(r":\s", sentence, maxsplit=1)[-1]
    return frozenset(_items(listed))


def _items(listed: str) -> Iterator[str]:
    for part in re.split(r"[,;]|\band\b", re.sub(r"\bnamely\b|\bcountries\b", ",", listed)):
        piece = part.strip()
        if piece and _ITEM.fullmatch(piece):
            yield _folded(piece)
            if found := re.search(r"\(([^)]+)\)", piece):
                yield _folded(found[1])
        elif found := re.search(r"\b(?:states?|members?|are|is) ([A-Z][\w ]+)$", piece):
            yield _folded(found[1])


def _occurs(name: str, text: str) -> bool:
    """Whether a text has the name in any spelling."""
    asked = _folded(name)
    if any(one.kind is Kind.COUNTRY and one.value.casefold() == asked for one in mentions(text)):
        return True
    return re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _affirmed(name: str, text: str) -> bool:
    """Whether a sentence of the text has the name without denying it a place."""
    return any(_occurs(name, one.text) and not _DENIES.search(one.text) for one in sentences(text))
