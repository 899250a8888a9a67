from __future__ import annotations

from assistant.engines.following import followed
from assistant.engines.picking import read
from assistant.testing import TODAY, flat_idf, small_corpus
from corpus.catalog import Corpus, assemble_parts
from corpus.locators import parse
from corpus.types import TextKind, Version


def corpus_of(**texts: str) -> Corpus:
    base = small_corpus()
    robot = {key: value for key, value in base.instruments.items() if key == "robot-act"}
    owner = next(iter(robot))
    return assemble_parts(
        robot,
        [
            (owner, parse(name.replace("_", " ").capitalize()), Version(text, "", TextKind.DIGEST))
            for name, text in texts.items()
        ],
    )


def places(corpus: Corpus, question: str) -> list[str]:
    rule = corpus.at("robot-act", parse("Article 1"))[0]
    found = followed(corpus, read(question, flat_idf), rule, rule.versions[0], TODAY)
    return [str(provision.locator) for provision, _ in found]


def test_a_rule_that_refers_to_the_figure_asked_leads_to_it() -> None:
    corpus = corpus_of(
        article_1="The period of Article 2 applies, and Article 3 too.",
        article_2="The period is 30 days.",
        article_3="Robots are fun.",
    )

    assert places(corpus, "How long is the period?") == ["Article 2"]


def test_a_question_for_no_figure_follows_nothing() -> None:
    corpus = corpus_of(
        article_1="The period of Article 2 applies.", article_2="The period is 30 days."
    )

    assert places(corpus, "Who decides?") == []
