"""The sentence that asks, and the several questions that it may ask (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.follow_up import leans_on_more
from assistant.mentions import Names
from assistant.resolving import topic_of
from assistant.sentences import sentences
from index.tokens import STOPWORDS, words

_WH = (
    r"(?:(?:from|by|until|till|since|in|under|to|for|on|at|with|within|of|above|below|through|after"
    r"|against)\s+)?(?:what|which|who|whom|whose|when|where|why|how)\b"
)
_AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had"
    r"|isn't|aren't|don't|doesn't|didn't|can't)\b"
)
# "able to complain and have it looked at" opens no question.
_OPENS = rf"(?!(?:do|have)\s+(?!(?:we|they|you|these|those|such|both|all|any)\b)){_AUX}"
_IMPERATIVE = (
    r"(?:please\s+)?(?:name|list|give|tell|compare|contrast|explain|describe|set|line|show"
    r"|summari[sz]e|define|quote|find|cite)\b"
)
_NOISE = r"\W*(?:(?:and|so|but|or|then|now|ok|okay|well|please|also|if so|if not)\b\W+)*"
_ASKS = re.compile(rf"{_NOISE}(?:{_WH}|{_AUX}|{_IMPERATIVE})", re.IGNORECASE)
# Words after which a question proper begins: ", what", "; does", ": how many", " - is".
_CLAUSE = re.compile(rf"[,;:–—-]\s+(?:{_WH}|{_AUX}\s+\w+)", re.IGNORECASE)
_SEAM = re.compile(
    r"(?:\s*[,;:–—]\s*|\s+)(?:(?:and|or|but|plus)\s+)(?:(?:also|then),?\s+)?"
    r"(?:if (?:so|not),?\s+)?"
    rf"(?=(?:{_WH}|{_OPENS}))"
    rf"|\s*[,;]\s+(?=(?:{_WH}|{_OPENS}))",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    rf"{_AUX}|{_WH}(?:\s+[\w'’-]+){{0,6}}?\s+{_AUX}|(?:who|what|which(?:\s+[\w'’-]+){{1,7}}?)\s+"
    r"[a-z]+(?:s|ed|t|d|n)\b|(?:from|by|until|since)\s+when\W*$|how\s+(?:long|soon|much|many|often)",
    re.IGNORECASE,
)
# "who must register and when they must do so" reports a question: a subject before its verb.
_REPORTED = re.compile(
    rf"{_WH}\s+(?:(?:exactly|precisely)\s+)?(?:it|he|she|they|we|you|i|this|that|one|its|their|the"
    r"|an?)\b",
    re.IGNORECASE,
)
_FEWEST = 2
_MOST = 4


def asking_of(question: str) -> str:
    """The sentences of a question that ask, less the scenario around them; all if none does.

    >>> asking_of("We are a small firm. Our model is open. Does Brussels make us register?")
    'Does Brussels make us register?'
    """
    asking = asking_sentences(question)
    return " ".join(asking) if asking else question


def asking_sentences(question: str) -> tuple[str, ...]:
    """The sentences that ask, in order: by their mark, or by how they open."""
    every = [sentence.text for sentence in sentences(question)]
    marked = [text for text in every if text.rstrip("\"'”’) ").endswith("?")]
    opened = [text for text in every if _ASKS.match(text)]
    return tuple(text for text in every if text in marked or text in opened)


def scenario_of(question: str) -> str:
    """The sentences before the first that asks: the facts of the case; often empty."""
    asking = asking_sentences(question)
    if not asking:
        return ""
    return question[: question.index(asking[0])].strip()


def clauses_of(question: str) -> tuple[str, ...]:
    """The questions that the asking sentences ask, as written; one if there is no sure seam.

    Two clauses are two questions only if each is put as one (verb before subject, or a question
    word as subject) and the later has words of its own. Most "and" are no seam.

    >>> clauses_of("Who must report an incident, and by when must they do it?")
    ('Who must report an incident', 'by when must they do it')
    """
    found = [
        clause
        for sentence in asking_sentences(question)
        for clause in _of(sentence)
        if _is_question(clause)
    ]
    return tuple(found[:_MOST]) if len(found) > 1 else (question,)


def pieces_of(question: str) -> tuple[str, ...]:
    """The asking sentences cut wherever a question word may begin another question, sure or not.

    >>> pieces_of("Which one, and how many?")
    ('Which one', 'how many?')
    """
    sentences_asking = asking_sentences(question) or (question,)
    cut = (piece for sentence in sentences_asking for piece in _SEAM.split(sentence))
    return tuple(piece for piece in cut if piece.strip())


def parts_of(question: str, earlier: str = "", names: Names | None = None) -> tuple[str, ...]:
    """The questions put in one, each with what it shares with the first; empty for a single one.

    The case told before them goes with each. `earlier` is what a follow-up leans on. As in a
    follow-up the words of the part itself come twice, so that they weigh more.

    >>> parts_of("Who must report an incident, and by when must they do it?")[1]
    'by when must they do it? they do it report an incident'
    """
    clauses = clauses_of(question)
    if len(clauses) == 1:
        return ()
    scenario = scenario_of(question)
    lead = f"{scenario} " if scenario else ""
    carried = f" {topic_of(earlier)}" if earlier else ""
    shared = f" {topic_of(clauses[0])}{carried}"
    first = f"{lead}{clauses[0]}? {topic_of(clauses[0])}{carried}"
    rest = (
        f"{lead}{clause}? {topic_of(clause)}"
        + (shared if leans_on_more(clause, names) else carried)
        for clause in clauses[1:]
    )
    return (first, *rest)


def _of(sentence: str) -> Sequence[str]:
    body = sentence.rstrip(" ?!.\"'”’")
    pieces: list[str] = []
    start = 0
    for seam in _SEAM.finditer(body):
        before, after = body[start : seam.start()], body[seam.end() :]
        if _is_question(before) and _is_question(after):
            pieces.append(before.strip(" ,;:"))
            start = seam.end()
    pieces.append(body[start:].strip())
    return pieces


def _is_question(clause: str) -> bool:
    """Whether a clause asks by itself, in the order of words of a question."""
    bare = re.sub(rf"^{_NOISE}", "", clause, flags=re.IGNORECASE)
    if _CLAUSE.search(bare) and not _ASKS.match(bare):
        return True
    if _REPORTED.match(bare) or not _INVERTED.match(bare):
        return False
    content = [word for word in words(bare) if word not in STOPWORDS]
    return len(content) >= _FEWEST
