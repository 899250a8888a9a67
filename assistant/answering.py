"""The whole flow of one question, readable in one screen.

clean -> understand -> retrieve -> confident? -> compose -> check quotes -> Answer
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from assistant import abstaining
from assistant.citing import is_exact
from assistant.dating import marked_by
from assistant.protocols import AnswerEngine, Confidence, Draft, Evidence
from assistant.ranking import Ranker, in_turn
from assistant.types import Answer, AnswerStatus, Question
from assistant.understanding import Understood, clean, clean_history, understand
from corpus.catalog import Corpus
from index.expand import Expander
from index.protocols import Retriever
from index.types import Filters, Hit

EVIDENCE = 20
MOST_SIDES = 4
A_SIDE = 3


@dataclass(frozen=True)
class Assistant:
    """Answers from one corpus through one retriever and one engine; safe between threads."""

    corpus: Corpus
    retriever: Retriever
    engine: AnswerEngine
    confidence: Confidence
    fingerprint: str
    threshold: float
    today: Callable[[], date] = date.today

    def answer(self, question: Question) -> Answer:
        """Answer from the corpus alone; abstain, with near misses, when it does not bear one out.

        Raises:
            QuestionError: If the question is empty, too long or not text.
        """
        started = time.perf_counter()
        history = clean_history(question.history)
        question = replace(question, text=clean(question.text), history=history)
        understood = self.understand(question)
        as_of = question.as_of or understood.as_of or self.today()
        evidence = self.evidence(question, understood, as_of)
        retrieved = time.perf_counter()
        confidence = self.confidence.score(understood.text, evidence.hits)
        draft = Draft("", (), ())
        if confidence >= self.threshold and not abstaining.not_there(evidence, self.corpus):
            draft = self._checked(self.engine.compose(evidence))
        answer = (
            self._answered(question, evidence, draft)
            if draft.citations
            else abstaining.decline(question, evidence, self.corpus)
        )
        ended = time.perf_counter()
        return replace(
            answer,
            confidence=round(confidence, 4),
            understood_as=understood.text if understood.rewritten else "",
            record_id=self._record_id(question, as_of),
            timings_ms=(
                ("retrieve", round((retrieved - started) * 1000, 1)),
                ("answer", round((ended - retrieved) * 1000, 1)),
                ("total", round((ended - started) * 1000, 1)),
            ),
        )

    def understand(self, question: Question) -> Understood:
        """The question as read, with the day that it names or that a text in it marks."""
        understood = understand(question.text, question.history, self.today())
        marked = marked_by(understood.text, self.corpus, self._expander.instruments_in)
        if marked is None:
            return understood
        return replace(understood, text=marked.text, as_of=understood.as_of or marked.day)

    @cached_property
    def _expander(self) -> Expander:
        """Names and terms of the corpus, collected once."""
        return Expander(self.corpus)

    def evidence(self, question: Question, understood: Understood, as_of: date) -> Evidence:
        """What retrieval and ranking give the engine for a question."""
        filters = Filters(as_of, question.instruments, question.jurisdictions, question.text_kinds)
        named = self._expander.instruments_in(understood.text)
        hits = self.retriever.retrieve(understood.text, k=EVIDENCE, filters=filters)
        sides = named[:MOST_SIDES] if len(named) > 1 else ()
        hits = [*hits, *self._of_each(understood.text, hits, sides, filters)]
        ranker = Ranker(self.corpus, self._expander)
        ranked = in_turn(ranker.rank(hits, understood, named, as_of), sides)
        if filters == Filters(as_of):
            ranked = [*ranker.absent(understood.text, hits, as_of), *ranked]
        return Evidence(understood, as_of, (*ranked, *ranker.ended_by(ranked, as_of)), named)

    def _of_each(
        self, text: str, hits: list[Hit], sides: tuple[str, ...], filters: Filters
    ) -> list[Hit]:
        """The best hits of each instrument named, whoever scores higher, less those in `hits`."""
        present = {hit.passage.provision_id for hit in hits}
        found: list[Hit] = []
        for instrument in sides:
            narrow = replace(filters, instruments=frozenset({instrument}))
            found += self.retriever.retrieve(text, k=A_SIDE, filters=narrow)
        return [hit for hit in found if hit.passage.provision_id not in present]

    def _checked(self, draft: Draft) -> Draft:
        """The draft if every quote is byte-exact; a wrong one is a bug and stops the answer."""
        wrong = [c.provision_id for c in draft.citations if not is_exact(c, self.corpus)]
        if wrong:
            raise AssertionError(f"quotes that are not in their provision: {wrong}")
        return draft

    def _answered(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        return Answer(
            question=question,
            as_of=evidence.as_of,
            status=AnswerStatus.ANSWERED,
            text=draft.text,
            engine=draft.engine,
            model=draft.model,
            claims=draft.claims,
            citations=draft.citations,
            near_misses=evidence.hits,
        )

    def _record_id(self, question: Question, as_of: date) -> str:
        parts = (self.fingerprint, question.text, repr(question.history), as_of.isoformat())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
