"""Words of a sentence as verification compares them: by kind, in one spelling (pure).

Two spellings of one thing give one token: "2 August 2026" and "2026-08-02", "10²⁵" and "1e25",
"35 million euros" and "EUR 35 000 000", "shall" and "must". What bears a rule (figures, dates,
places, negations, modal verbs, persons, limits, conditions) has a kind of its own, so that it is
never skipped or exchanged unnoticed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from corpus.locators import find, formalise
from corpus.terms import base_form
from index.tokens import stem


class Kind(StrEnum):
    """What a token is; all but `WORD` and `LIGHT` bear the rule."""

    WORD = "words"
    LIGHT = "quantifiers"  # "any", "each": left out without loss, added never
    FIGURE = "numbers"
    DATE = "dates"
    PLACE = "places"
    NEGATION = "negation"
    MODAL = "modality"
    ACTOR = "actors"
    LIMIT = "limits"
    CONDITION = "conditions"
    LINK = "links"  # "and", "or", "by"


@dataclass(frozen=True, slots=True)
class Token:
    """A word in one spelling.

    `before` holds the punctuation between it and the token before it. `passive` says that a
    form of "be" makes a participle of it: "is informed" is not "informs". `raw` is as written.
    """

    kind: Kind
    value: str
    raw: str
    before: str = ""
    passive: bool = False

    def means(self, other: Token) -> bool:
        """Whether both are the same word in the same role."""
        mine, theirs = (self.kind, self.value), (other.kind, other.value)
        return mine == theirs and self.passive == other.passive


# Dropped on both sides: what is left of a sentence is what it says.
_FREE = frozenset(
    """a an the of in on at as that which who whom whose this these those such it its
    itself they them their themselves he she his her is are be been being was were has have had
    having do does did there here thereof therein thereto under also thus therefore moreover
    furthermore hereby""".split()  # noqa: SIM905 - reads best as words
)
_BE = frozenset(("is", "are", "be", "been", "being", "was", "were"))
_LIGHT = frozenset(("any", "each", "every", "all"))
_NEGATIONS = frozenset(
    ("not", "no", "never", "neither", "nor", "none", "nothing", "nobody", "without", "non")
)
_LINKS = frozenset(("and", "or", "but", "by"))
_ACTORS = frozenset(
    """provider deployer importer exporter reexporter distributor operator manufacturer maker
    representative user owner holder developer supplier vendor seller buyer purchaser controller
    processor recipient consignee licensee licensor applicant authority body commission council
    parliament board office agency bureau secretary under-secretary president minister ministry
    department director administrator commissioner committee court judge inspector officer
    government state party country nation company corporation undertaking enterprise sme person
    individual citizen resident employee employer worker entity organisation organization
    affiliate subsidiary parent carrier forwarder intermediary bank investor shareholder
    researcher laboratory panel expert consumer customer beneficiary auditor assessor signatory
    congress attorney-general ambassador mayor player participant""".split()  # noqa: SIM905
)
_PARTICIPLES = frozenset(
    """made given taken put set held kept known shown drawn written done built sent sold brought
    bought laid led met paid run read found bound understood withdrawn borne chosen seen spent
    left lost told thought dealt cut broken driven hidden forbidden""".split()  # noqa: SIM905
)
_PHRASES: tuple[tuple[Kind, str, str], ...] = (
    # The first that fits is taken, so longer phrases stand before their parts.
    (Kind.MODAL, "need not", r"need not|(?:is|are|be) not (?:required|obliged|obligated) to"
     r"|(?:does|do) not (?:have|need) to"),
    (Kind.MODAL, "must not", r"(?:shall|must) not|(?:is|are|be) not (?:permitted|allowed) to"),
    # "may not" may forbid, or tell of what is possible: it is neither of the others.
    (Kind.MODAL, "may not", r"may not"),
    (Kind.MODAL, "must", r"shall|must|(?:is|are|be) (?:required|obliged|obligated) to"
     r"|(?:has|have|had) to"),
    (Kind.MODAL, "should", r"should|ought to"),
    (Kind.MODAL, "may", r"(?:is|are|be) (?:permitted|allowed) to"),
    (Kind.LIMIT, "at least", r"at least|not less than|no less than|not fewer than|no fewer than"),
    (Kind.LIMIT, "at most", r"at most|up to|not more than|no more than|not exceeding"),
    (Kind.LIMIT, "by", r"(?:no|not) later than|at the latest by|by (?=\d{1,4}\b|the end\b"
     r"|(?:january|february|march|april|may|june|july|august|september|october|november"
     r"|december)\b)"),
    (Kind.LIMIT, "more than", r"more than|greater than|higher than|in excess of|over (?=[€$£\d])"),
    (Kind.LIMIT, "less than", r"less than|fewer than|lower than|under (?=[€$£\d])"),
    (Kind.LIMIT, "from", r"as (?:of|from)|starting (?:on|from)|since|from"),
    (Kind.LIMIT, "before", r"prior to|before"),
    (Kind.CONDITION, "if", r"in (?:the )?(?:case|event) (?:of|that)|if|where|when|whenever"),
    (Kind.CONDITION, "provided", r"provided that|as long as"),
    (Kind.CONDITION, "subject to", r"subject to"),
    (Kind.CONDITION, "except", r"except|other than|excluding|save (?:for|where)|apart from"),
    (Kind.CONDITION, "extent", r"in ?so ?far as|to the extent"),
    (Kind.CONDITION, "only", r"only|solely|exclusively"),
)  # fmt: skip
_SINGLE: dict[str, Kind] = {
    **dict.fromkeys(_LIGHT, Kind.LIGHT),
    **dict.fromkeys(_NEGATIONS, Kind.NEGATION),
    **dict.fromkeys(_LINKS, Kind.LINK),
    **dict.fromkeys(("can", "could", "will", "would", "might"), Kind.MODAL),
    **dict.fromkeys(("unless", "otherwise", "notwithstanding", "despite"), Kind.CONDITION),
    **dict.fromkeys(
        """after until within during between above below over more less fewer minimum maximum
        least most exceeding""".split(),  # noqa: SIM905 - reads best as words
        Kind.LIMIT,
    ),
}

_MONTHS = tuple(
    """january february march april may june july august september october november
    december""".split()  # noqa: SIM905 - reads best as words
)
_MONTH = "|".join((*_MONTHS, "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"))
_UNITS = ("", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
          "fifteen sixteen seventeen eighteen nineteen")  # fmt: skip
_COUNTS = {word: number for number, word in enumerate(" ".join(_UNITS).split(), 1)} | {"zero": 0}
_TENS = {
    word: number * 10
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),  # noqa: SIM905
        2,
    )
}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALES |= {"trillion": 10**12, "bn": 10**9}
_CURRENCIES = {"€": "eur", "eur": "eur", "euro": "eur", "euros": "eur", "$": "usd", "us$": "usd"}
_CURRENCIES |= {"usd": "usd", "dollar": "usd", "dollars": "usd", "£": "gbp", "gbp": "gbp"}
_WORDED = "|".join((*_COUNTS, *_TENS))
_SCALE = "|".join(_SCALES)
_PIECE = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d\d-\d\d\b)
  | (?P<dmy>\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{_MONTH})\b\.?,?\s+
      (?P<y1>\d{{4}})\b)
  | (?P<mdy>\b(?P<m2>{_MONTH})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b)
  | (?P<my>\b(?P<m3>{_MONTH})\b\.?,?\s+(?P<y3>\d{{4}})\b)
  | (?P<dots>(?<![\d.])(?P<d4>\d{{1,2}})\.(?P<m4>\d{{1,2}})\.(?P<y4>(?:19|20)\d\d)(?![\d.]*\d))
  | (?P<power>(?<![\w.])10\s*(?:\*\*|\(?\s*\^)\s*\(?(?P<e1>\d+)\)?
      |(?<![\w.])1(?:\.0+)?e\+?(?P<e2>\d+)\b
      |\b(?:10|ten)\s+to\s+the\s+(?:power\s+(?:of\s+)?)?(?P<e3>\d+)(?:th)?\b)
  | (?P<number>(?P<cur1>€|\$|£|\bus\$|\beur\b|\busd\b|\bgbp\b)?\s?
      (?<![\w.])(?P<digits>\d{{1,3}}(?:[ ,]\d{{3}})+(?:\.\d+)?(?![\d,]\d)|\d+(?:\.\d+)*)
      (?![\w]|\.\d)
      (?:\s(?P<scale>{_SCALE})\b)?
      (?:\s?(?P<percent>%|\bper\s?cent\b)|\s(?P<cur2>euros?|eur|usd|(?:u\.?s\.?\s)?dollars?|gbp)\b)?)
  | (?P<worded>\b(?P<count>(?:{_WORDED})(?:[-\s](?:{_WORDED}))?)\b(?:\s(?P<wscale>{_SCALE})\b)?
      (?:\s(?P<wpercent>per\s?cent)\b|\s(?P<wcur>euros?|dollars?)\b)?)
  | (?P<label>\((?-i:[a-z]{{1,4}}|[A-Z]|\d{{1,3}})\))
  | (?P<initials>\b(?:[a-z]\.){{2,}})
  | (?P<word>[^\W_]+)
  | (?P<mark>[^\w\s])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PHRASE = [(kind, value, re.compile(rf"\b(?:{p})(?<!\w)(?=\W|\d|$)|\b(?:{p})\b", re.IGNORECASE))
           for kind, value, p in _PHRASES]  # fmt: skip
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_CONTRACTED = ((r"\bcan['’]?t\b|\bcannot\b", "can not"), (r"\bwon['’]t\b", "will not"),
               (r"\bshan['’]t\b", "shall not"), (r"n['’]t\b", " not"), (r"['’]s\b", ""),
               (r"(?<=s)['’](?=\s)", ""))  # fmt: skip
_PLACEHOLDER = "\ue000"


def plain_text(text: str) -> str:
    """A text with one spelling for marks that look alike: powers, dashes, spaces, quotes.

    >>> plain_text("10²⁵ FLOPs can’t")
    '10^25 FLOPs can not'
    """
    text = _SUPERSCRIPT.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[‐‑‒]", "-", text)
    for pattern, replacement in _CONTRACTED:
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a sentence, in order.

    >>> [(t.kind.name, t.value) for t in tokens_of("It shall not exceed EUR 7.5 million.")]
    [('MODAL', 'must not'), ('WORD', 'exceed'), ('FIGURE', '7500000 eur')]
    >>> [t.value for t in tokens_of("by August 2, 2026, see Art. 51(2)")]
    ['by', '2026-08-02', 'see', 'Article 51(2)']
    """
    formal = _formal(plain_text(text))
    places = {mention.start: mention for mention in find(formal, limit=400)}
    return tuple(_reader(formal, {at: (m.end, str(m.locator)) for at, m in places.items()}))


def _formal(text: str) -> str:
    """The text with each locator in its formal spelling, such that another pass changes nothing.

    `find` counts in the text as it stands after such a pass.
    """
    for _ in range(4):
        text, before = formalise(text), text
        if text == before:
            break
    return text


def _reader(text: str, places: dict[int, tuple[int, str]]) -> Iterator[Token]:
    at, before, be = 0, "", False
    while at < len(text):
        if at in places:
            end, value = places[at]
            yield Token(Kind.PLACE, value, text[at:end], before)
            at, before, be = end, "", False
            continue
        token, end = _read(text, at, be)
        if isinstance(token, str):  # a mark, or a word that is dropped
            before += token
            word = text[at:end].casefold()
            be = word in _BE or (be and not token)
        else:
            yield Token(token.kind, token.value, token.raw, before, token.passive)
            before = ""
            # "is not yet informed": negations and adverbs do not part a verb from its "be".
            be = (token.kind is Kind.MODAL and token.raw.casefold().endswith("be")) or (
                be and (token.kind in {Kind.NEGATION, Kind.LIGHT} or token.raw.endswith("ly"))
            )
        at = end


def _read(text: str, at: int, be: bool) -> tuple[Token | str, int]:
    """What stands at a place: a token, or a mark ("" for space and dropped words); its end."""
    if text[at].isspace():
        return "", at + 1
    if at == 0 or not text[at - 1].isalnum():
        for kind, value, pattern in _PHRASE:
            if found := pattern.match(text, at):
                return Token(kind, value, found[0].strip()), found.end()
    found = _PIECE.match(text, at)
    if found is None:
        return "", at + 1
    if found["mark"]:
        mark = found["mark"]
        is_hyphen = mark == "-" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
        return ("" if is_hyphen else mark), found.end()
    for name, make in _MAKERS.items():
        if found[name]:
            kind, value = make(found)
            return Token(kind, value, found[0].strip()), found.end()
    return _word(found["word"] or found["initials"].replace(".", ""), be), found.end()


def _word(word: str, be: bool) -> Token | str:
    low = word.casefold()
    if low == "may":
        return Token(Kind.WORD if word == "May" else Kind.MODAL, "may", word)
    if low in _FREE:
        return ""
    if low in _SINGLE:
        return Token(_SINGLE[low], low, word)
    if any(char.isdigit() for char in low):
        return Token(Kind.FIGURE, low, word)
    base = base_form(low)
    if base in _ACTORS:
        return Token(Kind.ACTOR, base, word)
    passive = be and (low.endswith("ed") or low in _PARTICIPLES)
    return Token(Kind.WORD, stem(low), word, passive=passive)


def _date(year: str, month: str, day: str = "") -> tuple[Kind, str]:
    number = int(month) if month.isdigit() else _month(month)
    return Kind.DATE, f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else "")


def _month(name: str) -> int:
    return next(n for n, known in enumerate(_MONTHS, 1) if known.startswith(name.casefold()[:3]))


def _number(found: re.Match[str]) -> tuple[Kind, str]:
    digits = re.sub("[ ,]", "", found["digits"])
    if digits.count(".") > 1:
        return Kind.FIGURE, digits
    value = Decimal(digits) * _SCALES.get((found["scale"] or "").casefold(), 1)
    unit = "%" if found["percent"] else _currency(found["cur1"] or found["cur2"] or "")
    return Kind.FIGURE, _figure(value, unit)


def _worded(found: re.Match[str]) -> tuple[Kind, str]:
    parts = re.split(r"[-\s]", found["count"].casefold())
    known = {**_COUNTS, **_TENS}
    value = Decimal(sum(known[part] for part in parts))
    value *= _SCALES.get((found["wscale"] or "").casefold(), 1)
    unit = "%" if found["wpercent"] else _currency(found["wcur"] or "")
    return Kind.FIGURE, _figure(value, unit)


def _currency(written: str) -> str:
    name = written.casefold().replace(".", "").split(" ")[-1]
    return _CURRENCIES.get(name, "")


def _figure(value: Decimal, unit: str) -> str:
    number = format(value.normalize(), "f")
    return f"{number} {unit}".strip()


_MAKERS: dict[str, Callable[[re.Match[str]], tuple[Kind, str]]] = {
    "iso": lambda m: (Kind.DATE, m["iso"]),
    "dmy": lambda m: _date(m["y1"], m["m1"], m["d1"]),
    "mdy": lambda m: _date(m["y2"], m["m2"], m["d2"]),
    "my": lambda m: _date(m["y3"], m["m3"]),
    "dots": lambda m: _date(m["y4"], m["m4"], m["d4"]),
    "power": lambda m: (Kind.FIGURE, f"10^{m['e1'] or m['e2'] or m['e3']}"),
    "number": _number,
    "worded": _worded,
    "label": lambda m: (Kind.PLACE, m["label"].casefold()),
}
