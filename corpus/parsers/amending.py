"""What an amending act does to other acts, read from its instructions (pure).

"in Article 1(2), point (g) is replaced by the following: ‘(g) ...’" becomes an `Amendment` of
Article 1(2)(g) with the new point as its node. Instructions in steps ("Article 2 is amended as
follows: (a) paragraph 2 is replaced ...") are followed down. A subparagraph that is added has no
label, so its node stands under the place with a note ("Article 40(2), subparagraph added by
2026/1744"). A replaced piece without a locator has a note as well ("Article 11(1), second
subparagraph"). What cannot be expressed so (a replaced sentence) becomes a `reword` with empty
words at the place, and a warning: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.locators import Locator, Unit
from corpus.parsers._amended_places import Place, places_in, without_act
from corpus.parsers._oj_blocks import Block, lines_of
from corpus.parsers._oj_identity import celex_of_act
from corpus.parsers._oj_nodes import (
    annex_node,
    article_node,
    bare,
    below,
    fold_quotes,
    listed,
    paragraph_nodes,
    point_nodes,
    split_paragraphs,
)
from corpus.parsers.document import Action, Amendment, Node
from corpus.pieces import is_piece

_IS = r"\b(?:is|are|shall be) "
_AMENDED = re.compile(_IS + r"amended\b")
_REPLACED = re.compile(_IS + r"(?:replaced|substituted) by\b")
_DELETED = re.compile(_IS + r"deleted\b")
_ADDED = re.compile(rf"\bthe following ([\w ]{{1,40}}?) {_IS[2:]}(inserted|added)\b")
_VERBS = re.compile(_IS + r"(?:amended|replaced|substituted|deleted|inserted|added)\b")
_WORDS = re.compile(
    r"‘([^‘]{1,400})’,? (?:is|are|shall be) (?:replaced by [^‘’]{0,40}‘([^‘]{1,400})’|deleted)"
)
_OPENS = re.compile(
    r"In |Articles? |Annex|(?:Council |Commission )?(?:Implementing |Delegated )?"
    r"(?:Regulation|Directive|Decision)|The (?:following|Annex)"
)
_QUOTED = re.compile(r"‘[^‘]{0,400}?’(?=[\s,;.]|$)")
_ARTICLE = re.compile(r"Article\s+(\d{1,3}[a-z]?)", re.IGNORECASE)
_ANNEX = re.compile(r"ANNEX\s+([IVXLC]{1,8})", re.IGNORECASE)
_CLOSING_QUOTE = re.compile(r"[’”\"'](?:\s?[;.,])*$")


@dataclass(frozen=True, slots=True)
class _Task:
    """Where an instruction stands (`source`), and what those above it have settled.

    `by` is the number of the amending act as acts are cited: "2026/1744".
    """

    source: Locator
    act: str = ""
    base: Place | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Done:
    """What came out of an instruction."""

    amendments: tuple[Amendment, ...] = ()
    warnings: tuple[str, ...] = ()


def amendments_of(
    articles: Iterable[tuple[Locator, Sequence[Block]]], *, by: str
) -> tuple[tuple[Amendment, ...], tuple[str, ...]]:
    """What the articles of the act `by` (its CELEX number) do to other acts, and warnings."""
    number = f"{by[1:5]}/{by[6:].lstrip('0')}" if re.fullmatch(r"3\d{4}[RLD]\d{4}", by) else ""
    done: list[_Done] = []
    for locator, blocks in articles:
        body = [block for block in blocks if block.style not in {"ti-art", "sti-art"}]
        own, paragraphs = split_paragraphs(body)
        done += _followed(_Task(locator, by=number), own)
        for label, inner in paragraphs:
            done += _followed(_Task(below(locator, label), by=number), inner)
    return (
        tuple(amendment for one in done for amendment in one.amendments),
        tuple(warning for one in done for warning in one.warnings),
    )


def _followed(task: _Task, blocks: Sequence[Block]) -> list[_Done]:
    """What one instruction does, with those below it."""
    folded = fold_quotes(blocks)
    head, quote, items = _parts(folded)
    plain = _QUOTED.sub("‘’", head)
    if not task.act and not _is_amending(plain, bool(quote or items)):
        return []
    task = replace(task, act=celex_of_act(plain) or task.act)
    if not task.act:
        return []
    if items and _AMENDED.search(plain):
        places = places_in(plain[: _start(_AMENDED, plain)], task.base)
        if len(places) > 1:
            return [_unknown(task, head, places)]
        inner = replace(task, base=places[0] if places else None)
        return [done for item in items for done in _followed(_below(inner, item), item.inner)]
    return [_instructed(task, head, plain, quote)]


def _is_amending(plain: str, more: bool) -> bool:
    """Whether a sentence changes another act, rather than speaks of deleted data or the like."""
    if not _OPENS.match(plain):
        return False
    if _DELETED.search(plain):
        return len(plain) < 300 and bool(re.search(r"deleted[.;]?$", plain))
    if _AMENDED.search(plain):
        return more or "in accordance with the Annex" in plain
    return bool(_REPLACED.search(plain) or _ADDED.search(plain)) and (more or "‘’" in plain)


def _parts(folded: Sequence[Block]) -> tuple[str, tuple[Block, ...], list[Block]]:
    """The words of an instruction, the wording it quotes, and the instructions below it."""
    head: list[str] = []
    for block in folded:
        if block.style in {"item", "quote"}:
            break
        head.append(block.text)
    quote = next((block.inner for block in folded if block.style == "quote"), ())
    return " ".join(head), _unquoted(quote), [block for block in folded if block.style == "item"]


def _below(task: _Task, item: Block) -> _Task:
    label = bare(item.label)
    return replace(task, source=below(task.source, label)) if label.isalnum() else task


def _start(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else len(text)


def _instructed(task: _Task, head: str, plain: str, quote: tuple[Block, ...]) -> _Done:
    """What an instruction without others below it does."""
    if len(_VERBS.findall(plain)) > 1:
        first = places_in(plain[: _start(_VERBS, plain)], task.base)
        return _unknown(task, head, [Place(place.locator.root) for place in first])
    if words := _WORDS.search(head):
        return _reworded(task, head, words)
    if _ADDED.search(plain):
        return _added(task, head, plain, quote)
    if _REPLACED.search(plain) or (_AMENDED.search(plain) and quote):
        where = plain[: min(_start(_REPLACED, plain), _start(_AMENDED, plain))]
        return _replaced(task, head, places_in(where, task.base), quote)
    if _DELETED.search(plain):
        return _deleted(task, head, places_in(plain[: _start(_DELETED, plain)], task.base))
    return _unknown(task, head, places_in(plain[: _start(_AMENDED, plain)], task.base))


def _deleted(task: _Task, head: str, places: tuple[Place, ...]) -> _Done:
    """Whole provisions that are gone."""
    if not places or any(place.part for place in places):
        return _unknown(task, head, places)
    return _Done(tuple(_amendment(task, place.locator, "delete") for place in places))


def _reworded(task: _Task, head: str, words: re.Match[str]) -> _Done:
    """Single words exchanged or deleted throughout a place."""
    places = places_in(head[: words.start()], task.base)
    if not places or any(place.part for place in places) or len(_WORDS.findall(head)) > 1:
        return _unknown(task, head, places)
    old, new = words[1], words[2] or ""
    changes = (_amendment(task, place.locator, "reword") for place in places)
    return _Done(tuple(replace(change, old=old, new=new) for change in changes))


def _added(task: _Task, head: str, plain: str, quote: tuple[Block, ...]) -> _Done:
    """New provisions: articles, annexes, paragraphs, points, subparagraphs."""
    found = _ADDED.search(plain)
    kind = found[1].lower().rstrip("s") if found else ""
    before, after, _ = plain[: _start(_ADDED, plain)].partition("after ")
    places = places_in(before, task.base)
    place = places[0] if len(places) == 1 else None
    nodes = _new_nodes(kind, place, quote)
    if not nodes and place and not place.part and not after and kind.endswith("paragraph"):
        nodes = _unlabelled(task, place, kind, quote)
    if not nodes:
        return _unknown(task, head, places)
    return _Done(tuple(_amendment(task, node.locator, "insert", node) for node in nodes))


def _replaced(task: _Task, head: str, places: tuple[Place, ...], quote: tuple[Block, ...]) -> _Done:
    """Whole provisions with new wording; those left over on one side are new, or gone."""
    if len(places) == 1 and is_piece(places[0].part) and (piece := _piece(places[0], quote)):
        return _Done((_amendment(task, piece.locator, "replace", piece),))
    if not places or any(place.part for place in places):
        return _unknown(task, head, places)
    wanted = {place.locator: place for place in places}
    nodes = {node.locator: node for node in _replacements(places[0], quote)}
    if not wanted.keys() & nodes.keys():
        return _unknown(task, head, places)
    changes = [
        _amendment(task, locator, "replace" if locator in wanted else "insert", node)
        for locator, node in nodes.items()
    ]
    gone = [_amendment(task, locator, "delete") for locator in wanted if locator not in nodes]
    return _Done((*changes, *gone))


def _piece(place: Place, quote: tuple[Block, ...]) -> Node | None:
    """New wording of a piece of a provision; it opens with the number if it is the first."""
    locator = replace(place.locator, note=place.part)
    parent = place.locator.parent
    if parent is not None and parent.parent is None:
        own, paragraphs = paragraph_nodes(parent, quote)
        if paragraphs:
            same = not own and [node.locator for node in paragraphs] == [place.locator]
            return replace(paragraphs[0], locator=locator, label="") if same else None
    node = listed(place.locator, quote)
    return replace(node, locator=locator) if node.text else None


def _replacements(place: Place, quote: tuple[Block, ...]) -> tuple[Node, ...]:
    """The quoted provisions that stand in the stead of one like `place`."""
    parent = place.locator.parent
    if parent is None:
        kind = "annex" if place.locator.unit is Unit.ANNEX else "article"
        return _new_nodes(kind, place, quote)
    paragraphs = _new_nodes("paragraph", Place(parent), quote)
    return paragraphs or _new_nodes("point", Place(parent), quote)


def _new_nodes(kind: str, place: Place | None, quote: tuple[Block, ...]) -> tuple[Node, ...]:
    """The quoted provisions of one kind, located in the amended act; none when it has none."""
    if kind == "article":
        return tuple(
            article_node(Locator(Unit.ARTICLE, number), inner, label=label)
            for number, label, inner in _headed(quote, "ti-art", _ARTICLE)
        )
    if kind in {"annex", "annexe"}:
        return tuple(
            annex_node(number, inner, label=label)
            for number, label, inner in _headed(quote, "doc-ti", _ANNEX)
        )
    if place is None or (place.part and kind != "point"):
        return ()
    if kind == "paragraph" and not place.locator.path and place.locator.unit is Unit.ARTICLE:
        own, paragraphs = paragraph_nodes(place.locator, quote)
        return () if own else paragraphs
    if kind == "point":
        labelled = places_in("point 1", place)[0]
        return () if labelled.part else point_nodes(place.locator, quote)
    return ()


def _unlabelled(task: _Task, place: Place, kind: str, quote: tuple[Block, ...]) -> tuple[Node, ...]:
    """A subparagraph added at the end: no label, so a note says whose it is."""
    if not quote:
        return ()
    note = f"{kind} added by {task.by}" if task.by else f"added {kind}"
    return (listed(replace(place.locator, note=note), quote),)


def _headed(
    quote: Sequence[Block], style: str, pattern: re.Pattern[str]
) -> list[tuple[str, str, list[Block]]]:
    """Quoted articles or annexes: number, label, blocks."""
    found: list[tuple[str, str, list[Block]]] = []
    for block in quote:
        number = pattern.match(block.text) if block.style == style else None
        if number:
            found.append((number[1], number[0], []))
        if found:
            found[-1][2].append(block)
    return found


def _unquoted(quote: Sequence[Block]) -> tuple[Block, ...]:
    """Quoted blocks without the quotation marks around them."""
    kept = [block for block in quote if not re.fullmatch(r"[;.,’” ]*", "".join(lines_of((block,))))]
    if kept:
        kept[0] = _without_opening(kept[0])
        kept[-1] = _without_closing(kept[-1])
    return tuple(kept)


def _without_opening(block: Block) -> Block:
    if block.label:
        return replace(block, label=block.label.lstrip("‘“"))
    if block.inner:
        return replace(block, inner=(_without_opening(block.inner[0]), *block.inner[1:]))
    return replace(block, text=block.text.lstrip("‘“"))


def _without_closing(block: Block) -> Block:
    if block.inner:
        return replace(block, inner=(*block.inner[:-1], _without_closing(block.inner[-1])))
    return replace(block, text=_CLOSING_QUOTE.sub("", block.text))


def _amendment(task: _Task, locator: Locator, action: Action, *nodes: Node) -> Amendment:
    return Amendment(task.act, locator, action, task.source, nodes)


def _unknown(task: _Task, head: str, places: Sequence[Place]) -> _Done:
    """A change whose outcome cannot be derived: the place is marked, the user warned."""
    distinct = dict.fromkeys(place.locator for place in places)
    where = " and ".join(map(str, places)) or "a place it does not number"
    words = without_act(head)[:160].strip().rstrip(":;")
    warning = (
        f"{task.source} changes {where} of {task.act}, which cannot be carried out by itself "
        f"(“{words}”); the new words stand in {task.source}"
    )
    return _Done(tuple(_amendment(task, locator, "reword") for locator in distinct), (warning,))
