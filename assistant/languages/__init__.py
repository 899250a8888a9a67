"""Questions in French, German, Italian and Japanese: told apart, and turned into English words."""

from assistant.languages.detect import detect
from assistant.languages.reading import Reading, read
from assistant.languages.saying import Saying, sayings
from assistant.languages.translate import to_english
from assistant.languages.types import Language, Translated

__all__ = ["Language", "Reading", "Saying", "Translated", "detect", "read", "sayings", "to_english"]
