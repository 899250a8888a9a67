from __future__ import annotations

import json

from corpus.catalog import Corpus
from corpus.types import ProvisionId
from index.describe import hit_json
from index.types import Hit, Passage, PassageId


def test_a_hit_has_the_fields_of_the_contract_and_no_more(small: Corpus) -> None:
    passage = Passage(
        PassageId("robot-act#article-2_1@0:0"),
        ProvisionId("robot-act#article-2_1"),
        version=0,
        start=0,
        end=13,
        text="Courier robot",
        context="Robot Act",
    )

    described = hit_json(Hit(passage, 3, 0.123456789, 0.5, 7.0, ("definition", "dense")), small)

    assert json.loads(json.dumps(described)) == {
        "rank": 3,
        "score": 0.123457,
        "passage_id": "robot-act#article-2_1@0:0",
        "provision_id": "robot-act#article-2_1",
        "instrument_id": "robot-act",
        "locator": "Article 2(1)",
        "text": "Courier robot",
        "found_by": ["definition", "dense"],
    }
