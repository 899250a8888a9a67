"""Sentences with a provision that bears them out, or no longer does: our own test of checks (pure).

A sentence of a digest is borne out by its provision, as it stands and restated. Altered in one
thing that counts (a figure, a date, a person, a negation, a modal verb, a place), or cited to the
provision that is nearest to its own by words, it is not. Each alteration is a rule; none knows
what a check looks for. All spring from one sentence, so that only the alteration differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.sentences import sentences
from corpus.catalog import Corpus
from corpus.locators import Unit, find, formalise
from corpus.types import Provision, ProvisionId, TextKind, Version
from index.tokens import tokens

VERBATIM, RESTATED, NEAR = "verbatim", "restated", "near provision"
SUPPORTED = (VERBATIM, RESTATED)
_SHORTEST, _LONGEST = 40, 600
_SAME = 0.6  # a provision that holds this share of a sentence's words may well say it too


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, the provision version that it cites, and what was done to it.

    `kind` is one of `SUPPORTED`, `NEAR` or a key of `ALTERATIONS`. `group` is the instrument.
    """

    sentence: str
    provision: Provision
    version: Version
    kind: str

    @property
    def group(self) -> str:
        """The instrument that the sentence is of: pairs of one belong together."""
        return self.provision.instrument_id

    @property
    def cited(self) -> str:
        """The cited words, with those that lead into them."""
        return f"{self.version.lead} {self.version.text}".strip()

    @property
    def is_supported(self) -> bool:
        """Whether the cited provision bears the sentence out."""
        return self.kind in SUPPORTED


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_FIGURE = re.compile(
    r"(?<![\w.,/^-])(\d{1,3}(?:[ ,]\d{3})+|\d+(?:\.\d+)?)"
    r"(?=%| (?:%|per cent|days?|months?|years?|weeks?|hours?|million|billion|euros?|dollars?"
    r"|members?|employees|persons|pages|countries|units|bits|TPP|GB|nanometers|nm)\b)"
)
_COUNTED = re.compile(
    r"\b(two|three|four|five|six|seven|ten|twelve|fifteen|thirty)"
    r"(?= (?:\w+ )?(?:days?|months?|years?|weeks?|members?|categories|conditions|countries)\b)"
)
_NEXT_COUNT = {
    **{"two": "three", "three": "four", "four": "five", "five": "six", "six": "seven"},
    **{"seven": "eight", "ten": "twelve", "twelve": "ten", "fifteen": "thirty", "thirty": "sixty"},
}
# Persons who play one part in a rule, in singular and plural: any may stand for another.
_ROLES: tuple[tuple[str, str], ...] = (
    ("provider", "deployer"),
    ("importer", "distributor"),
    ("exporter", "reexporter"),
    ("manufacturer", "importer"),
    ("the Commission", "the Council"),
    ("Member State", "notified body"),
    ("the AI Office", "the AI Board"),
    ("Secretary of Commerce", "Secretary of State"),
    ("the Secretary", "the President"),
    ("BIS", "NIST"),
    ("national competent authorities", "providers"),
    ("developer", "user"),
    ("agencies", "companies"),
    ("Parties", "providers"),
)
_FORBIDS = re.compile(r"\b(shall|must|may|should|can|could|will|is|are) not\b")
_ALLOWS = re.compile(r"\b(shall|must|may|should|is|are|will)(?! not\b| also\b| only\b)(?= [a-z])")
_NEGATES = re.compile(r"\b(?:no|nor|neither|none|never|without|unless|only)\b", re.IGNORECASE)
_NEXT_MODAL = {"shall": "may", "must": "may", "may": "shall", "should": "shall"}
_MODAL = re.compile(r"\b(shall|must|may|should)(?! not\b)(?= [a-z])")
_NUMBER = re.compile(r"\d+(?!.*\d)")


def other_figure(sentence: str) -> str | None:
    """The sentence with its first quantity changed; None if it states none.

    >>> other_figure("It shall be kept for 10 years.")
    'It shall be kept for 20 years.'
    """
    if found := _FIGURE.search(sentence):
        bare = re.sub("[ ,]", "", found[1])
        doubled = f"{float(bare) * 2:g}" if "." in bare else f"{int(bare) * 2}"
        return _put(sentence, found.span(1), doubled)
    if counted := _COUNTED.search(sentence):
        return _put(sentence, counted.span(1), _NEXT_COUNT[counted[1]])
    return None


def other_date(sentence: str) -> str | None:
    """The sentence with its first date a year later; None if it has none."""
    found = _DATE.search(sentence)
    return found and _put(sentence, found.span(3), str(int(found[3]) + 1))


def other_actor(sentence: str) -> str | None:
    """The sentence with a person put for another; None if it names none, or both."""
    for one, other in _ROLES:
        for ours, theirs in ((one, other), (other, one)):
            found = re.search(rf"\b{ours}(?=s?\b)(?! of\b)", sentence)
            if found and theirs.casefold() not in sentence.casefold():
                return _put(sentence, found.span(), theirs)
    return None


def other_negation(sentence: str) -> str | None:
    """The sentence with "not" taken out of it, or put after its first auxiliary.

    None where that would negate twice, and without an auxiliary.
    """
    if found := _FORBIDS.search(sentence):
        return _put(sentence, found.span(), found[1])
    if _NEGATES.search(sentence):
        return None
    allowed = _ALLOWS.search(sentence)
    return allowed and _put(sentence, allowed.span(), f"{allowed[1]} not")


def other_modal(sentence: str) -> str | None:
    """The sentence with a duty for a permission, or the other way; None without a modal verb."""
    found = _MODAL.search(sentence)
    return found and _put(sentence, found.span(), _NEXT_MODAL[found[1]])


def other_place(sentence: str) -> str | None:
    """The sentence with the last number of its first locator raised by one; None without one."""
    if formalise(sentence) != sentence:  # places are counted in the formal spelling
        return None
    for mention in find(sentence):
        number = _NUMBER.search(sentence, mention.start, mention.end)
        if number:
            return _put(sentence, number.span(), str(int(number[0]) + 1))
    return None


ALTERATIONS: dict[str, Callable[[str], str | None]] = {
    "number": other_figure,
    "date": other_date,
    "actor": other_actor,
    "negation": other_negation,
    "modality": other_modal,
    "place": other_place,
}


def restated(sentence: str, provision: Provision, name: str) -> str:
    """The sentence with its place named, "must" for "shall" and dates spelt another way.

    The place stands before the sentence, or at its end where it begins with a name or a place.
    """
    text = re.sub(r"\bshall\b(?! not)", "must", sentence)
    text = _DATE.sub(r"\2 \1, \3", text)
    has_number = provision.locator.unit is not Unit.HEADING
    place = f"{provision.locator} of the {name}" if has_number else f"the {name}"
    if text.split(" ", 1)[0] in {"The", "A", "An", "Any", "Each", "Every", "No", "All"}:
        return f"Under {place}, {text[0].lower()}{text[1:]}"
    return f"{text.removesuffix('.')} ({place})."


def make_pairs(corpus: Corpus, *, every: int = 1) -> Iterator[Pair]:
    """Pairs from each `every`-th usable sentence of the digests, in reading order."""
    stems = {p.id: frozenset(tokens(_newest(p).text)) for p in corpus.provisions.values()}
    for number, (provision, version, sentence) in enumerate(_usable(corpus)):
        if number % every:
            continue
        name = corpus.instruments[provision.instrument_id].short_title
        yield Pair(sentence, provision, version, VERBATIM)
        yield Pair(restated(sentence, provision, name), provision, version, RESTATED)
        for kind, alter in ALTERATIONS.items():
            altered = alter(sentence)
            if altered and altered not in version.text:
                yield Pair(altered, provision, version, kind)
        others = [p for p in corpus.of(provision.instrument_id) if p.id != provision.id]
        near = _nearest(sentence, others, stems)
        if near is not None:
            yield Pair(sentence, near, _newest(near), NEAR)


def _usable(corpus: Corpus) -> Iterator[tuple[Provision, Version, str]]:
    """Whole sentences of the newest wording of each digest, none of them twice."""
    seen: set[str] = set()
    for provision in corpus.provisions.values():
        version = _newest(provision)
        if version.text_kind is not TextKind.DIGEST:
            continue
        for sentence in sentences(version.text):
            is_whole = sentence.text[0].isupper() and sentence.text.endswith(".")
            is_fitting = is_whole and _SHORTEST <= len(sentence.text) <= _LONGEST
            if is_fitting and sentence.text not in seen:
                seen.add(sentence.text)
                yield provision, version, sentence.text


def _nearest(
    sentence: str, others: Sequence[Provision], stems: Mapping[ProvisionId, frozenset[str]]
) -> Provision | None:
    """The provision that shares the most words with a sentence, yet cannot say the same."""
    ours = set(tokens(sentence))
    shares = [(len(ours & stems[p.id]) / max(1, len(ours)), p) for p in others]
    fitting = [(share, p) for share, p in shares if 0 < share < _SAME]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _newest(provision: Provision) -> Version:
    return provision.versions[-1]


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"
