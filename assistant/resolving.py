"""A follow-up put so that it stands alone: the new takes the place of what it is like (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.follow_up import OPENING, VERB
from assistant.mentions import Kind, Mention, Names, adjective_of, mentions
from assistant.sentences import sentences
from corpus.locators import formalise
from index.tokens import words


@dataclass(frozen=True, slots=True)
class Resolved:
    """A follow-up that stands alone: `text` to search with, `shown` to the user as understood.

    In `text` the words of the earlier turn come without its question words, so that it asks once,
    and those of the new turn twice, so that they weigh more.
    `whole` is what a further follow-up leans on, `asks` the question that is asked now.
    """

    text: str
    shown: str
    whole: str
    asks: str


@dataclass(frozen=True, slots=True)
class _Swap:
    """Words of the earlier turn, ``[start:end)``, and those that take their place."""

    start: int
    end: int
    put: str


_LEAD = re.compile(
    r"^\W*(?:(?:and|but|or|so|then|also|well|ok)\b\W*)*"
    r"(?:(?:from|by|until|since|in|under|to|for|on|at|of|within)\s+)?"
    r"(?:(?:how (?=(?:is|are|do|does|did|can|may|must|should|will|would)\b)|how \w+|what|which|who"
    r"|whom|whose|when|where|why)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have"
    r"|had)\b\s*)?",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:and |but |what |so )*(?P<rest>(?:if|unless|when)\b(?! (?:is|are|was|were|do|does|did"
    r"|can|could|may|must|shall|should|will|would|has|have|had)\b).+)",
    re.IGNORECASE,
)
_MAIN = re.compile(
    r",\s*(?:(?:by|from|for|until|in|to|under) )?(?:what|which|who|when|where|how|why|is|are|do"
    r"|does|did|can|may|must|will|would|should|has|have)\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(
    r"\b(?:(?P<unit>paragraph|para\.?|point|letter|subsection|sub-?paragraph)\s+\(?"
    r"(?P<number>\d{1,2}[a-z]?|[a-z])\)?|\((?P<bare>\d{1,2}|[a-z])\))(?!\w)",
    re.IGNORECASE,
)
# What an earlier question is about, where its grammar leaves no doubt.
_ABOUT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:what|who) (?:is|are|was|were) (?P<thing>.+?)(?: about)?$",
        r"(?:is|are|was|were) (?P<thing>.+?) (?:still |already |now |ever )*(?:in force"
        r"|in effect|valid|law|binding|mandatory|voluntary|revoked|repealed|suspended"
        r"|amended|legally .+)$",
        r"(?:(?:from |since |by |until )?when|how|why|where) (?:is|are|was|were) (?P<thing>.+?)"
        r" (?:defined|signed|adopted|published|revoked|repealed|amended|enforced|supervised)\b.*$",
        r"(?:(?:from |since |by |until )?when|how|why|what) (?:does|do|did) (?P<thing>.+?)"
        r" (?:apply|enter|come|take|start|end|expire|lapse|work|mean|cover|say|require)\b.*$",
    )
)
_STANDS_FOR = re.compile(
    r"(?<!\w)(?<!decide )(?<!decides )(?<!says )(?<!say )"
    r"(?:(?P<owns>its|their)|it|this|that|they|them|these|those)"
    r"(?!\w|['’])(?! (?:true|said|says|say|possible|legal)\b)",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\s*(?:[?,.;]|$|(?:is|are|was|were|has|have|had|do|does|did|can|could|may|might|must|shall"
    r"|should|will|would|also|still|not|ever|too|apply|applies|enter|come|take|mean|cover|bind"
    r"|need|say|require|end|expire|hold|in|on|to|for|by|from|under|when|if|with|at)\b)",
    re.IGNORECASE,
)
# "who signed?" has a verb, whatever it is; "since when?" has none.
_ASKS_ONLY = re.compile(
    r"(?:\w+ )?(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE
)
# "And its fines?" is about what the earlier question was about, and replaces nothing in it.
_OWNED = re.compile(r"(?:its|their)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:which|who|what|how many|how much)\b.*\w+(?:ed|t|s)\b", re.IGNORECASE)
_MOST_THING = 14
_CASE = re.compile(
    r",? (?:for|if|when|where) "
    r"(?!(?:how|what|is|are|do|does|did|can|may|must|will|would|should)\b)",
    re.IGNORECASE,
)
_OPENS_PHRASE = re.compile(
    r"(?:for|on|in|under|to|from|about|with|against|at|by)(?= )", re.IGNORECASE
)
# "What counts as X under the Act?", "What does the Act mean by X?": X may give way.
_ASKED_OF = re.compile(
    r"(?P<before>(?:.*\s)?(?:what|who) (?:is|are|was|were|counts? as|qualif\w+ as)|.*\bmeans? by"
    r"|.*\bdefinition of)\s+(?!meant)(?P<thing>(?:(?!\b(?:under|in|for|of|within)\b)[^,]){2,60}?)"
    r"(?P<after>\s+(?:under|in|for|of|within) .*)?$",
    re.IGNORECASE,
)


def resolve(question: str, earlier: str, names: Names | None = None) -> Resolved:
    """A follow-up as a question of its own.

    A fragment ("And Canada?") is put into the earlier question: in the place of what it is like
    (country, instrument, actor, day, locator, name), else after it. In a whole sentence a pronoun
    gives way to what the earlier question was surely about; else the earlier question is added.

    >>> resolve("And Huawei?", "Is Nvidia an approved designer?").shown
    'Is Huawei an approved designer?'
    """
    earlier = formalise(earlier).rstrip(" ?!.")
    question = formalise(question)
    swaps = _swaps(question, earlier, names)
    condition = _CONDITION.match(question)
    if condition and not _MAIN.search(question):
        return _joined(question, _conditioned(earlier, condition["rest"].rstrip(" ?!.")))
    fragment = _fragment(question)
    if fragment is None or _ASKS_ONLY.match(fragment) or _OWNED.match(fragment):
        return _of_sentence(question, earlier, swaps, names)
    if not _says_more(fragment, names):
        if swaps:
            return _joined(question, _put(earlier, swaps))
        if all(mention.kind is Kind.DATE for mention in mentions(f"- {fragment}", names)):
            # The day asked about is kept apart from the words that are searched.
            return Resolved(f"{earlier}?", f"{earlier}, {fragment}?", f"{earlier}?", f"{earlier}?")
    return _joined(question, _put(earlier, swaps) if swaps else _added(earlier, fragment))


def _conditioned(earlier: str, condition: str) -> str:
    """The earlier question under another condition, in the place of the last one if "instead"."""
    other = re.sub(r",? instead$", "", condition, flags=re.IGNORECASE)
    cases = list(_CASE.finditer(earlier))
    if other != condition and cases:
        return f"{earlier[: cases[-1].start()]} {other}"
    return f"{earlier}, {condition}"


def _added(earlier: str, fragment: str) -> str:
    """The earlier question with a fragment in the place of what has its form, else after it."""
    opens = _OPENS_PHRASE.match(fragment)
    if opens:
        like = list(re.finditer(rf"\b{opens[0]}(?= )[^,]*$", earlier, re.IGNORECASE))
        return f"{earlier[: like[-1].start()]}{fragment}" if like else f"{earlier}, {fragment}"
    asked = _ASKED_OF.match(earlier)
    if asked:
        return f"{asked['before']} {fragment}{asked['after'] or ''}"
    return f"{earlier}, and {fragment}"


def topic_of(question: str) -> str:
    """What a question is about: its words without those that ask, and without its marks.

    >>> topic_of("We are a bank. Which duties does Article 26 put on us?")
    'We are a bank. duties does Article 26 put on us'
    """
    every = [sentence.text for sentence in sentences(question)]
    last = len(every) - 1
    left = [
        _LEAD.sub("", text, count=1) if n == last or text.endswith("?") else text
        for n, text in enumerate(every)
    ]
    return " ".join(text.rstrip(" ?!") for text in left).rstrip(".")


def _joined(question: str, put: str) -> Resolved:
    return Resolved(f"{question.rstrip(' ?!.')}. {put}?", f"{put}?", f"{put}?", f"{put}?")


def _of_sentence(
    question: str, earlier: str, swaps: Sequence[_Swap], names: Names | None
) -> Resolved:
    put = _put(earlier, swaps)
    text = f"{question} {topic_of(question)} {topic_of(_less(put, question, names))}"
    thing = _thing(earlier)
    for found in _STANDS_FOR.finditer(question) if thing else ():
        owns = bool(found["owns"])
        if owns or _FOLLOWED.match(question[found.end() :]):
            said = f"{thing}'s" if owns and not thing.endswith("s") else thing + "'" * owns
            shown = f"{question[: found.start()]}{said}{question[found.end() :]}"
            shown = shown[:1].upper() + shown[1:]
            return Resolved(text, shown, shown, shown)
    bare = question.rstrip(" ?!.")
    return Resolved(text, f"{bare}? (asked after: {put}?)", f"{put}? {bare}?", f"{bare}?")


def _less(earlier: str, question: str, names: Names | None) -> str:
    """The earlier question without its places, where the new one names another place."""
    if not any(mention.kind is Kind.LOCATOR for mention in mentions(question, names)):
        return earlier
    places = [m for m in mentions(earlier, names) if m.kind is Kind.LOCATOR]
    return _put(earlier, [_Swap(place.start, place.end, "") for place in places])


def _thing(earlier: str) -> str:
    """The thing that the earlier question is about; empty where that is not sure."""
    last = re.split(r"(?<=[.!?])\s+", earlier)[-1]
    for pattern in _ABOUT:
        found = pattern.match(last)
        if found and len(found["thing"].split()) <= _MOST_THING and "," not in found["thing"]:
            return "" if VERB.search(found["thing"]) else found["thing"]
    return ""


def _fragment(question: str) -> str | None:
    """A question without a verb of its own, less its opening; None for a whole sentence."""
    opening = OPENING.match(question)
    bare = question[opening.end() if opening else 0 :].strip(" ?!.")
    return None if VERB.search(bare) or _CLAUSE.match(bare) or not bare else bare


def _says_more(fragment: str, names: Names | None) -> bool:
    """Whether a fragment says more than the one thing that it mentions."""
    left = fragment
    for mention in reversed(mentions(f"- {fragment}", names)):
        left = left[: max(0, mention.start - 2)] + " " + left[mention.end - 2 :]
    return bool(set(words(_PARAGRAPH.sub(" ", left))) - _SMALL)


_SMALL = frozenset(
    """a an the in on of for to from under by with at and or about as its their firms companies
    company firm government one ones""".split()  # noqa: SIM905 - reads best as words
)


def _swaps(question: str, earlier: str, names: Names | None) -> tuple[_Swap, ...]:
    now = _by_kind(mentions(f"- {question}", names))
    then = _by_kind(mentions(earlier, names))
    # A country may give way inside the name of a text: "the deal with Japan", "the Korean one".
    then[Kind.COUNTRY] = [m for m in mentions(earlier) if m.kind is Kind.COUNTRY]
    places = tuple(_sub_places(question, then.get(Kind.LOCATOR, [])))
    if places:
        return places
    # In a whole sentence what is new may well stand beside what was there before.
    if _fragment(question) is None and not _INSTEAD.search(question):
        return ()
    return tuple(
        swap
        for kind, new in now.items()
        if len(new) == 1
        for swap in _swap(question, earlier, new[0], then.get(kind, []))
    )


_INSTEAD = re.compile(
    r"^\W*(?:and )?(?:what|how) about\b|\b(?:the|a|an) \w+ ones?\b", re.IGNORECASE
)


def _by_kind(found: Iterable[Mention]) -> dict[Kind, list[Mention]]:
    kinds: dict[Kind, list[Mention]] = {}
    for mention in found:
        kinds.setdefault(mention.kind, []).append(mention)
    return kinds


def _swap(question: str, earlier: str, new: Mention, old: Sequence[Mention]) -> Iterator[_Swap]:
    """One thing in the place of the only one like it."""
    if any(mention.value == new.value for mention in old):
        return
    if new.kind is Kind.COUNTRY:
        # Whose law it is stays: "between the US and Japan", then "and Korea?".
        old = [mention for mention in old if mention.value != "United States"] or old
    if new.kind is Kind.NAME:
        old = [one for one in old if not earlier[: one.start].casefold().endswith("the ")]
    if len(old) != 1:
        return
    put = question[new.start - 2 : new.end - 2]
    if new.kind is Kind.COUNTRY:
        is_adjective = earlier[old[0].start : old[0].end] == adjective_of(old[0].value)
        put = adjective_of(new.value) if is_adjective else new.value
    yield _Swap(old[0].start, old[0].end, put)


def _sub_places(question: str, places: Sequence[Mention]) -> Iterator[_Swap]:
    """Another paragraph of the same article: "And paragraph 2?" after "Article 53(1)"."""
    found = _PARAGRAPH.search(question)
    if found and len(places) == 1:
        number = found["number"] or found["bare"]
        whole = places[0].value
        letter = number[0].isalpha()
        base = re.sub(r"\([a-z]+\)$", "", whole) if letter else whole.partition("(")[0]
        yield _Swap(places[0].start, places[0].end, f"{base}({number})")


def _put(earlier: str, swaps: Iterable[_Swap]) -> str:
    changed = len(earlier)
    for swap in sorted(swaps, key=lambda swap: -swap.start):
        if swap.end <= changed:  # a country inside the name of a text that gives way
            earlier = earlier[: swap.start] + swap.put + earlier[swap.end :]
            changed = swap.start
    return earlier
