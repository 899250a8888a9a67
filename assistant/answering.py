"""The whole flow of one question, readable in one screen.

clean -> read (language) -> understand -> gather -> fault? -> confident? -> compose -> check quotes
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from assistant import abstaining, refuting
from assistant.citing import is_exact
from assistant.dating import marked_by
from assistant.gathering import Gatherer
from assistant.languages import Reading, read
from assistant.premises import Fault, FaultFinder
from assistant.protocols import AnswerEngine, Confidence, Draft, Evidence
from assistant.types import AbstainReason, Answer, AnswerStatus, Question
from assistant.understanding import Understood, clean, clean_history, understand
from corpus.catalog import Corpus
from index.protocols import Retriever


@dataclass(frozen=True)
class Assistant:
    """Answers from one corpus through one retriever and one engine; safe between threads.

    `knows` says whether a word occurs in the corpus; it helps to turn a question into English.
    `finder` finds faults of questions; one is made where none is given.
    """

    corpus: Corpus
    retriever: Retriever
    engine: AnswerEngine
    confidence: Confidence
    fingerprint: str
    threshold: float
    today: Callable[[], date] = date.today
    knows: Callable[[str], bool] | None = None
    finder: FaultFinder | None = None

    def answer(self, question: Question) -> Answer:
        """Answer from the corpus alone; abstain, with near misses, when it does not bear one out.

        Raises:
            QuestionError: If the question is empty, too long or not text.
        """
        started = time.perf_counter()
        history = clean_history(question.history)
        question = replace(question, text=clean(question.text), history=history)
        reading = read(question.text, history, knows=self.knows)
        understood = self._understood(reading)
        as_of = question.as_of or understood.as_of or self.today()
        evidence = self.evidence(question, understood, as_of)
        retrieved = time.perf_counter()
        scoped = bool(question.instruments)
        confidence = self.confidence.score(understood.text, evidence.hits, scoped=scoped)
        answer = self._answer(question, reading, evidence, confidence)
        ended = time.perf_counter()
        return replace(
            answer,
            confidence=round(confidence, 4),
            understood_as=understood.shown if understood.rewritten or reading.note else "",
            record_id=self._record_id(question, as_of),
            timings_ms=(
                ("retrieve", round((retrieved - started) * 1000, 1)),
                ("answer", round((ended - retrieved) * 1000, 1)),
                ("total", round((ended - started) * 1000, 1)),
            ),
        )

    def prepare(self) -> None:
        """Collect now what the first questions would wait for, about a second in all."""
        self._faults.prepare()
        _ = self._gatherer.namer.instruments_in("warm up")

    def understand(self, question: Question) -> Understood:
        """The question as read, with the day that it names or that a text in it marks."""
        return self._understood(read(question.text, question.history, knows=self.knows))

    def evidence(self, question: Question, understood: Understood, as_of: date) -> Evidence:
        """What retrieval and ranking give the engine for a question."""
        return self._gatherer.evidence(question, understood, as_of)

    def _understood(self, reading: Reading) -> Understood:
        names = self._gatherer.namer
        understood = understand(reading.text, reading.history, self.today(), names)
        marked = marked_by(understood.text, self.corpus, names.instruments_in)
        if marked is None:
            return understood
        return replace(understood, text=marked.text, as_of=understood.as_of or marked.day)

    @cached_property
    def _gatherer(self) -> Gatherer:
        return Gatherer(self.corpus, self.retriever)

    @cached_property
    def _faults(self) -> FaultFinder:
        return self.finder or FaultFinder(self.corpus)

    def _answer(
        self, question: Question, reading: Reading, evidence: Evidence, confidence: float
    ) -> Answer:
        """The answer if the question can be answered as asked, and the corpus bears one out."""
        if reading.refusal:
            return abstaining.unread(question, reading, evidence)
        fault = self._faults.find(evidence, reading.history)
        if fault and fault.reason is AbstainReason.AMBIGUOUS and question.instruments:
            fault = None  # the scope chosen says which text is meant
        draft = self._draft(evidence, fault, confidence)
        if draft.citations:
            return self._answered(question, reading, evidence, draft)
        return abstaining.decline(question, evidence, self.corpus, fault, reading.language)

    def _draft(self, evidence: Evidence, fault: Fault | None, confidence: float) -> Draft:
        """What is said: why the premise is wrong, or what answers; empty to decline."""
        if fault is not None:
            refuted = refuting.compose(fault, evidence, self.corpus) if fault.answers else None
            return self._checked(refuted) if refuted else Draft("", (), ())
        if confidence < self.threshold or abstaining.not_there(evidence, self.corpus):
            return Draft("", (), ())
        return self._checked(self.engine.compose(evidence))

    def _checked(self, draft: Draft) -> Draft:
        """The draft if every quote is byte-exact; a wrong one is a bug and stops the answer."""
        wrong = [c.provision_id for c in draft.citations if not is_exact(c, self.corpus)]
        if wrong:
            raise AssertionError(f"quotes that are not in their provision: {wrong}")
        return draft

    def _answered(
        self, question: Question, reading: Reading, evidence: Evidence, draft: Draft
    ) -> Answer:
        text = f"*{reading.note}*\n\n{draft.text}" if reading.note else draft.text
        return Answer(
            question=question,
            as_of=evidence.as_of,
            status=AnswerStatus.ANSWERED,
            text=text,
            engine=draft.engine,
            model=draft.model,
            claims=draft.claims,
            citations=draft.citations,
            near_misses=evidence.hits,
        )

    def _record_id(self, question: Question, as_of: date) -> str:
        engine = f"{self.engine.name}/{getattr(getattr(self.engine, 'model', None), 'name', '')}"
        parts = (self.fingerprint, engine, question.text, repr(question.history), str(as_of))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
