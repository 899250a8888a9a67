"""What stands beside a provision: the words by which it is found as part of its place (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.catalog import Corpus
from corpus.types import Provision, ProvisionId, Version
from index.types import Passage

BESIDE_CHARS = 1_400


def wide_texts(corpus: Corpus, passages: Sequence[Passage]) -> list[str]:
    """A text for each provision version, in the order of its passages: its words and neighbours'.

    A rule and the rule next to it are asked about together, and each uses words that the other
    leaves out.
    """
    own: dict[tuple[ProvisionId, int], list[str]] = {}
    for passage in passages:
        words = own.setdefault((passage.provision_id, passage.version), [])
        if passage.indexed:
            words.append(passage.indexed)
    beside = dict(_neighbours(corpus))
    found = []
    for (identifier, number), words in own.items():
        version = corpus.provisions[identifier].versions[number]
        then = [_wording(other, version) for other in beside.get(identifier, ())]
        found.append("\n".join([*words, *(v.text[:BESIDE_CHARS] for v in then if v)]))
    return found


def _neighbours(corpus: Corpus) -> Iterator[tuple[ProvisionId, tuple[Provision, ...]]]:
    """Each provision with the one before and the one after it, if they are of its place."""
    for instrument in corpus.instruments:
        provisions = corpus.of(instrument)
        joined = [False, *(_side_by_side(a, b) for a, b in pairwise(provisions)), False]
        for n, provision in enumerate(provisions):
            before = (provisions[n - 1],) if joined[n] else ()
            after = (provisions[n + 1],) if joined[n + 1] else ()
            yield provision.id, (*before, *after)


def _side_by_side(one: Provision, other: Provision) -> bool:
    """Whether two provisions that follow each other are of one heading or one larger unit."""
    headings = {version.heading for version in one.versions if version.heading}
    if headings & {version.heading for version in other.versions}:
        return True
    parent = one.locator.parent
    return parent is not None and parent == other.locator.parent


def _wording(provision: Provision, version: Version) -> Version | None:
    """The wording that stood beside `version`."""
    return next((v for v in provision.versions if v.valid.overlaps(version.valid)), None)
