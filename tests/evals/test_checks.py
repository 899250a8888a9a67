from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.supporting import LearnedSupport, load_support
from assistant.testing import small_corpus
from assistant.verify import verify
from corpus.catalog import Corpus
from evals import checks
from evals.check_claims import measure_claims
from evals.check_figures import at_threshold
from evals.check_pairs import NEAR, VERBATIM, Pair, make_pairs
from evals.check_report import as_text, write_plots
from evals.check_types import Report
from evals.checks import measure_own, scores_of, source_of
from evals.fit_support import Claim
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder


@pytest.fixture(scope="module")
def judge(onnx: OnnxMiniLmEmbedder) -> LearnedSupport:
    found = load_support(onnx)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pairs(embedded: Corpus) -> tuple[Pair, ...]:
    return tuple(make_pairs(embedded, every=90))


@pytest.fixture(scope="module")
def report(judge: LearnedSupport, embedded: Corpus, pairs: Sequence[Pair]) -> Report:
    scores = scores_of(judge, [(pair.sentence, pair.cited) for pair in pairs])
    verdicts = [verify(pair.sentence, [source_of(pair, embedded)]) for pair in pairs]
    own = measure_own(pairs, scores, verdicts, 0.6)
    return Report(own, measure_claims(judge, invented_claims()), 9.0, 3.0)


def invented_claims() -> list[Claim]:
    """Claims of ten questions: copied, on another matter, half there, and without words."""
    found = []
    for number in range(10):
        text = f"The keeper of tower {number} winds the clockwork each evening."
        other = f"Leave hive {number} fifteen kilograms of honey for the winter."
        group = f"q{number}"
        found += [
            Claim(text, (text, other), "Complete", group),
            Claim(text, (other,), "Incomplete", group),
            Claim(text, ("The keeper winds the clockwork.",), "Partial", group),
            Claim(text, (), "Complete", group),
        ]
    return found


def test_the_checks_of_words_let_quotes_pass_and_no_altered_sentence(report: Report) -> None:
    found = {one.kind: one for one in report.own.kinds}

    assert found[VERBATIM].words == 0
    for kind, one in found.items():
        if kind not in {VERBATIM, "restated"}:
            assert one.words > 0.9, kind


def test_the_judge_tells_another_provision_but_not_another_figure(report: Report) -> None:
    found = {one.kind: one for one in report.own.kinds}

    assert report.own.near_auc.value > 0.95
    assert found[NEAR].judge > 0.6
    assert found[VERBATIM].judge < 0.05
    assert found["negation"].judge < 0.1


def test_both_turn_down_what_either_does(report: Report) -> None:
    for one in report.own.kinds:
        assert max(one.judge, one.words) <= one.both <= one.judge + one.words


def test_precision_is_that_of_half_supported_and_kinds_that_weigh_alike(report: Report) -> None:
    unsupported = [one.judge for one in report.own.kinds if one.kind in checks.UNSUPPORTED]
    supported = [one for one in report.own.kinds if one.kind not in checks.UNSUPPORTED]
    recall = 1 - np.average([k.judge for k in supported], weights=[k.count for k in supported])
    mixed = report.own.mixed[0]

    assert mixed.caught.value == pytest.approx(np.mean(unsupported))
    assert mixed.recall.value == pytest.approx(recall)
    assert mixed.precision.value == pytest.approx(recall / (recall + 1 - np.mean(unsupported)))


def test_claims_without_words_are_counted_apart_and_partial_ones_are_no_class(
    report: Report,
) -> None:
    found = report.claims

    assert found is not None
    assert (found.count, found.supported, found.without_words, found.questions) == (20, 10, 10, 10)
    assert found.auc.value == 1.0
    assert found.all_aucs[0] == pytest.approx(0.5)  # half of the supported ones score nought
    assert found.mean_unsupported < found.mean_partial < found.mean_supported
    assert found.passed_words == pytest.approx(0.5)


def test_a_source_has_the_names_and_terms_of_its_instrument(embedded: Corpus) -> None:
    provision = embedded.provision("eu-ai-act#article-50_1")
    pair = Pair("x", provision, provision.versions[-1], VERBATIM)

    source = source_of(pair, embedded)

    assert source.locator == provision.locator
    assert embedded.instruments[provision.instrument_id].short_title in source.names
    assert "AI system" in source.terms_in("An AI system.")


def test_the_text_gives_every_kind_threshold_and_figure(report: Report) -> None:
    text = as_text(report)

    for one in report.own.kinds:
        assert f"\n{one.kind:<16}{one.count:>6}" in text
    assert "AUC judge 1.000 [1.000, 1.000]" in text
    assert text.count("  at 0.60: ") == 2
    assert "9.0 ms with its text, 3.0 ms if that is known" in text


def test_plots_stand_alone_and_the_one_on_claims_needs_claims(
    report: Report, tmp_path: Path
) -> None:
    both = write_plots(report, tmp_path / "both")
    alone = write_plots(Report(report.own, None, 1.0, 1.0), tmp_path / "alone")

    assert [path.name for path in both] == ["checks-own.svg", "checks-reliability.svg"]
    assert [path.name for path in alone] == ["checks-own.svg"]
    for path in both:
        svg = path.read_text(encoding="utf-8")
        assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="360" height="')
        assert "<style>" in svg


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_the_command_measures_our_own_pairs(
    flags: list[str],
    onnx: OnnxMiniLmEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pairs: Sequence[Pair],
) -> None:
    monkeypatch.setattr(checks, "OnnxMiniLmEmbedder", lambda: onnx)
    monkeypatch.setattr(checks, "make_pairs", lambda corpus, every: pairs)

    checks.main(["--every", "90", *flags])

    out = capsys.readouterr().out
    if flags:
        found = json.loads(out)
        assert found["own"]["count"] == len(pairs)
        assert found["claims"] is None
        assert found["next_ms"] < found["first_ms"]
    else:
        assert out.startswith(f"own pairs: {len(pairs)} of ")


def test_pairs_of_a_small_corpus_can_be_told_apart_by_hand(judge: LearnedSupport) -> None:
    pairs = [p for p in make_pairs(small_corpus()) if p.kind in {VERBATIM, NEAR}]

    scores = scores_of(judge, [(pair.sentence, pair.cited) for pair in pairs])
    found = at_threshold(scores, np.array([pair.is_supported for pair in pairs]), 0.6)

    assert found.recall == 1.0
    assert found.caught > 0.5
