"""The suite `answers`: gold questions, judged by what is cited, said and declined."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.answering import Assistant
from assistant.citing import is_exact
from assistant.types import Answer, AnswerStatus
from corpus.catalog import Corpus
from corpus.locators import parse
from evals import citing
from evals.asking import Asker, record
from evals.citing import Place
from evals.gold import Gold, Nugget, place_name, read_gold
from evals.summary import pooled_decisions
from evals.types import Figure, Record, Suite, Task
from index.types import Hit

__all__ = ["FIGURES", "SUITE", "Gold", "gold_tasks", "judge", "read_gold"]

FOUND_WITHIN = 5
_NAMED = 4

FIGURES = (
    Figure("strictly_right", "all vital nuggets, article cited, nothing wrong said", leads=True),
    Figure("gold_cited", "a gold provision, or one below it, is cited", leads=True),
    Figure("all_gold_cited", "every gold part is cited"),
    Figure("cited_exact", "share of the gold parts cited, at a place of theirs or below"),
    Figure("cited_level", "share of the gold parts cited at the level of the article"),
    Figure("citation_precision", "share of the places cited that are right to cite"),
    Figure("recall@5", "share of the gold parts among the five best provisions"),
    Figure("nugget_recall", "share of the vital nuggets that the answer holds", leads=True),
    Figure("nugget_recall_all", "share of all nuggets that the answer holds"),
    Figure("premise_ok", "a false premise is declined or not taken over", leads=True),
    Figure("said_wrong", "a wrong statement occurs", higher_is_better=False, leads=True),
    Figure("coverage", "answered, not declined"),
    Figure("abstain_precision", "of the questions declined: rightly"),
    Figure("abstain_recall", "of the questions to be declined: declined", leads=True),
    Figure("abstain_f1", "harmonic mean of the two"),
    Figure("wrong_rate", "of the answers: not strictly right", higher_is_better=False),
    Figure("conditioned", "right where answerable, declined where not"),
    Figure("calibration_error", "gap of confidence and rightness", higher_is_better=False),
    Figure("brier", "squared gap of confidence and rightness", higher_is_better=False),
    Figure("citations_per_answer", "quotes an answer", is_neutral=True),
    Figure("quote_validity", "share of the quotes that are in their provision to the letter"),
    Figure("phantom", "share of the citations of what the corpus lacks", higher_is_better=False),
)


def judge(gold: Gold, answer: Answer, corpus: Corpus, hits: Sequence[Hit] = ()) -> Record:
    """Judge one answer; an abstention on an answerable question counts 0.

    Measures that do not apply to the question are left out, so that a mean is over the questions
    that a figure is about. Of a `false_premise`, abstaining is neither right nor wrong.
    """
    judgement = _Judgement(gold, answer, corpus, tuple(hits))
    return record(gold.kind, answer, hits, dict(judgement.measures()), tuple(judgement.faults()))


@dataclass(frozen=True)
class _Judgement:
    """One answer beside what it should be."""

    gold: Gold
    answer: Answer
    corpus: Corpus
    hits: tuple[Hit, ...]

    @cached_property
    def abstained(self) -> bool:
        return self.answer.status is AnswerStatus.ABSTAINED

    @cached_property
    def cited(self) -> tuple[Place, ...]:
        if self.abstained:
            return ()
        return tuple((c.instrument_id, parse(c.locator)) for c in self.answer.citations)

    @cached_property
    def good(self) -> tuple[Place, ...]:
        """The places that are right to cite."""
        groups = (*self.gold.groups, *self.gold.levels, self.gold.also_ok)
        return tuple(place for group in groups for place in group)

    @cached_property
    def held(self) -> tuple[bool, ...]:
        """Of each nugget, whether the answer holds it."""
        return tuple(not self.abstained and self._holds(n) for n in self.gold.nuggets)

    @cached_property
    def said_wrong(self) -> tuple[str, ...]:
        """Words of the answer that a right one does not hold."""
        if self.abstained:
            return ()
        return tuple(filter(None, (_found(p, self.answer.text) for p in self.gold.must_not)))

    def measures(self) -> Iterator[tuple[str, float]]:
        if self.gold.is_cited:
            yield from self._of_citations()
        if self.cited and self.good:
            yield "citation_precision", citing.precision(self.cited, self.good)
        if self.gold.nuggets and not self.gold.should_abstain:
            yield from self._of_nuggets()
        if not self.gold.should_abstain:
            yield "strictly_right", float(self._is_strictly_right())
        if self.gold.kind == "false_premise":
            yield "premise_ok", float(self.abstained or self._withstands())
        yield "said_wrong", float(bool(self.said_wrong))
        yield from self._of_decision()
        if not self.abstained:
            yield from self._of_quotes()

    def _of_citations(self) -> Iterator[tuple[str, float]]:
        groups = self.gold.groups
        exact = citing.exact_recall(self.cited, groups)
        yield "gold_cited", float(exact > 0)
        yield "all_gold_cited", float(exact == 1)
        yield "cited_exact", exact
        yield "cited_level", citing.level_recall(self.cited, groups, self.gold.levels)
        best = list(dict.fromkeys(hit.passage.provision_id for hit in self.hits))[:FOUND_WITHIN]
        found = [self.corpus.provisions[identifier] for identifier in best]
        places = [(provision.instrument_id, provision.locator) for provision in found]
        yield "recall@5", citing.exact_recall(places, groups)

    def _of_nuggets(self) -> Iterator[tuple[str, float]]:
        held = [float(value) for value in self.held]
        vital = [nugget.vital for nugget in self.gold.nuggets]
        if any(vital):
            yield "nugget_recall", citing.vital_score(held, vital)
        yield "nugget_recall_all", citing.all_score(held)

    def _of_decision(self) -> Iterator[tuple[str, float]]:
        yield "coverage", float(not self.abstained)
        if self.abstained and self.gold.kind != "false_premise":
            yield "abstain_precision", float(self.gold.should_abstain)
        if self.gold.should_abstain:
            yield "abstain_recall", float(self.abstained)

    def _of_quotes(self) -> Iterator[tuple[str, float]]:
        citations = self.answer.citations
        yield "citations_per_answer", float(len(citations))
        if citations:
            exact = [is_exact(citation, self.corpus) for citation in citations]
            ids = [str(citation.provision_id) for citation in citations]
            yield "quote_validity", sum(exact) / len(exact)
            yield "phantom", citing.phantom_rate(ids, self.corpus.provisions)

    def _is_strictly_right(self) -> bool:
        if self.abstained or self.said_wrong or not self.answer.text.strip():
            return False
        nuggets = zip(self.gold.nuggets, self.held, strict=True)
        if any(nugget.vital and not held for nugget, held in nuggets):
            return False
        if not self.gold.is_cited:
            return True
        return citing.level_recall(self.cited, self.gold.groups, self.gold.levels) > 0

    def _withstands(self) -> bool:
        """Whether the answer says nothing wrong and cites nothing beside the point."""
        if self.said_wrong or not self.answer.text.strip():
            return False
        return not self.cited or citing.precision(self.cited, self.good) == 1

    def _holds(self, nugget: Nugget) -> bool:
        if any(_found(pattern, self.answer.text) for pattern in nugget.patterns):
            return True
        places = "; ".join(place_name(place) for place in self.cited)
        return nugget.in_citations and any(_found(p, places) for p in nugget.patterns)

    def faults(self) -> Iterator[str]:
        if self.abstained:
            if not self.gold.should_abstain:
                yield "declined, though the corpus answers it"
            return
        if self.gold.should_abstain:
            yield "answered, though it is to be declined"
        yield from (f"says {said!r}, which is wrong" for said in self.said_wrong)
        if self.gold.is_cited:
            yield from self._uncited()
        if not self.gold.should_abstain:
            for nugget, held in zip(self.gold.nuggets, self.held, strict=True):
                if nugget.vital and not held:
                    yield f"does not say: {nugget.text}"
        if not all(is_exact(citation, self.corpus) for citation in self.answer.citations):
            yield "a quote is not in its provision"

    def _uncited(self) -> Iterator[str]:
        levels = self.gold.levels or ((),) * len(self.gold.groups)
        for group, level in zip(self.gold.groups, levels, strict=True):
            if not citing.exact_recall(self.cited, [group]):
                named = " or ".join(place_name(place) for place in group[:_NAMED])
                more = f" or {len(group) - _NAMED} more" if len(group) > _NAMED else ""
                near = citing.level_recall(self.cited, [group], [level])
                yield f"does not cite {named}{more}" + (", but another part of it" if near else "")


_FOLDED = str.maketrans({**dict.fromkeys("‘’‛`´", "'"), **dict.fromkeys("“”„", '"'), "*": None})


def _found(pattern: str, text: str) -> str:
    """What a pattern finds in a text: as it stands, or with marks, spaces and bold folded."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDED).split())
    found = re.search(pattern, text, re.IGNORECASE) or re.search(pattern, plain, re.IGNORECASE)
    return found[0] if found else ""


def gold_tasks(questions: Sequence[Gold], assistant: Assistant) -> list[Task]:
    """Gold questions as tasks for an assistant."""
    asker = Asker(assistant)
    return [
        Task(
            id=gold.question.id,
            kind=gold.kind,
            question=gold.question.text,
            content=gold.content,
            ask=_ask(gold, asker),
            measures=tuple(_applying(gold)),
            should_abstain=gold.should_abstain,
            gold=tuple(tuple(place_name(place) for place in group) for group in gold.groups),
            reference="; ".join(nugget.text for nugget in gold.nuggets),
        )
        for gold in questions
    ]


def _ask(gold: Gold, asker: Asker) -> Callable[[], Record]:
    def ask() -> Record:
        answer, hits = asker.ask(gold.question)
        return judge(gold, answer, asker.assistant.corpus, hits)

    return ask


def _applying(gold: Gold) -> list[str]:
    """The measures that a question has, whatever the answer is."""
    names = ["coverage"]
    if gold.is_cited:
        names += ["gold_cited", "all_gold_cited", "cited_exact", "cited_level", "recall@5"]
    if gold.should_abstain:
        return [*names, "abstain_recall"]
    if gold.nuggets:
        names.append("nugget_recall_all")
    if any(nugget.vital for nugget in gold.nuggets):
        names.append("nugget_recall")
    return [*names, "strictly_right", *(["premise_ok"] if gold.kind == "false_premise" else [])]


def _pooled(records: Sequence[Record]) -> Mapping[str, float]:
    """Figures over quotes and decisions, not over questions."""
    quotes = [(len(r.citations), r.measures.get("quote_validity", 1.0)) for r in records]
    count = sum(number for number, _ in quotes)
    exact = sum(number * valid for number, valid in quotes)
    return {
        **pooled_decisions(records),
        **({"quote_validity": exact / count} if count else {}),
    }


def _tasks(assistant: Assistant, questions: Path | None) -> list[Task]:
    return gold_tasks(read_gold(questions), assistant)


SUITE = Suite("answers", "Gold questions: what is cited, said, declined.", FIGURES, _tasks, _pooled)
