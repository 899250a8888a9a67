"""A cross-encoder of the user's own as a judge of support; needs torch."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import SettingsError

_ENTAILS = "entail"


class CrossEncoderJudge:
    """Scores whether words entail a sentence with a natural-language-inference model in a folder.

    A model with classes gives the probability of the class that is named ``entailment``; a model
    with one output gives its logistic value.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder).expanduser()
        if not (self._folder / "config.json").is_file():
            raise SettingsError(
                f"POLICY_NLI_MODEL={folder!r} is no folder of a model",
                hint="Name a folder with config.json and weights, as sentence-transformers saves.",
            )

    def score(self, sentence: str, cited: str) -> float:
        """The probability, in [0, 1], that `cited` entails `sentence`.

        Raises:
            SettingsError: If the model cannot be loaded, or has no class for entailment.
        """
        outputs = [float(value) for value in self._model.predict([(cited, sentence)])[0:1].ravel()]
        if len(outputs) == 1:
            return 1 / (1 + math.exp(-outputs[0]))
        exponents = [math.exp(value - max(outputs)) for value in outputs]
        return exponents[self._entailment] / sum(exponents)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            return CrossEncoder(str(self._folder), local_files_only=True, activation_fn=Identity())
        except (OSError, ValueError, RuntimeError) as error:
            said = " ".join(str(error).split())[:200]
            raise SettingsError(f"POLICY_NLI_MODEL cannot be loaded: {said}") from error

    @cached_property
    def _entailment(self) -> int:
        names: dict[int, str] = self._model.model.config.id2label
        found = [n for n, name in names.items() if name.casefold().startswith(_ENTAILS)]
        if not found:
            raise SettingsError(
                f"POLICY_NLI_MODEL has no class for entailment, but {', '.join(names.values())}",
                hint="Take a model of natural-language inference.",
            )
        return int(found[0])
