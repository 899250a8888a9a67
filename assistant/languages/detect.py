"""Which language a question is written in, told from its script and its commonest words (pure).

Taking an English question for a foreign one is the worst mistake: it would be answered by way of
a glossary, or declined. So English is the verdict unless another language has clearly more of its
own function words, and words in quotation marks or in capitals do not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from assistant.languages.types import Language

_MOST = 4_000
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|‘[^’]*’")
_WORD = re.compile(r"[^\W\d_]+'?")

# Words that are frequent in one language and rare in the others' sentences. Words that two of
# them share ("in", "a", "come", "die" of English) are left out, or stand with both.
_COMMON = {
    Language.ENGLISH: """the of is what which does do did how must under to and for are was were
        when who where why has have had can could may might shall should would will with by from
        that this these those there it its if be been not or an our we you your they their any
        between about into than before after whose whom my me us isn doesn don let tell give show
        make take get need say says said mean means apply applies use used as at on in a i per
        comment ai non eu act""",
    Language.FRENCH: """le la les des du un une est sont qui que quoi quel quelle quels quelles
        quand comment pourquoi où combien dans sur pour par avec sans sous selon aux au et ou mais
        nous vous ils elles elle peut peuvent doit doivent faut pouvons devons été être avoir ont
        ce cette ces cet leur leurs son ses sa notre votre mes mon ne pas qu' l' d' j' c' n'
        s' y en de il se à entre vers lors après avant depuis lorsque puis donc t me je""",
    Language.GERMAN: """der die das den dem des ein eine einen einem einer eines ist sind war waren
        wird werden wurde wurden was wer wen wem wie wann wo warum wieso welche welcher welches
        welchen welchem und oder aber nicht kein keine für mit von vom zu zum zur bei beim nach
        auf aus über unter zwischen gegen ohne durch im am ab bis seit darf dürfen muss müssen kann
        können soll sollen gilt gelten hat haben man wir sie ich es sich auch noch nur wenn dass
        ob in an als um vor gibt unser unsere ihre ihr mein""",
    Language.ITALIAN: """il lo la i gli le un uno una è sono che chi cosa quale quali qual quando
        come perché dove quanto quanti quante quanta di del dello della dei degli delle da dal
        dalla dai nel nello nella nei nelle su sul sulla sui per con tra fra al allo
        alla ai agli alle ed e o ma non si può possono deve devono posso possiamo dobbiamo ha
        hanno essere stato stata questo questa ci ne se anche secondo entro cui suo sua loro c'
        l' d' un' all' dall' dell' nell' sull'""",
    Language.SPANISH: """el los las un una unos unas es son que qué cuál cuáles cuándo cómo quién
        dónde cuánto cuántos por para con sin según del al de la lo y o pero no se puede pueden
        debe deben hay está están su sus este esta en entre sobre como más ser fue ha han me mi
        nuestro nos""",
    Language.PORTUGUESE: """o os as um uma uns umas é são que quê qual quais quando como quem onde
        quanto por para com sem segundo do da dos das no na nos nas ao aos à de e ou mas não se
        pode podem deve devem há está estão seu sua este esta em entre sobre mais ser foi tem têm
        pelo pela num numa""",
    Language.DUTCH: """het een de is zijn was waren wat welke wie wanneer hoe waarom waar van voor
        met zonder volgens op aan bij naar uit door en of maar niet geen moet moeten mag mogen kan
        kunnen wordt worden heeft hebben dit deze die dat er ons onze wij ze zij hij in om te onder
        tussen als ook nog""",
}
# Words that ask: one of them says as much as a sentence does.
_ASKING = {
    Language.FRENCH: "quel quelle quels quelles quand pourquoi combien qu'",
    Language.GERMAN: "welche welcher welches welchen welchem wann warum wieso weshalb wer wen wem",
    Language.ITALIAN: "quale quali quando perché quanto quanti quante",
    Language.SPANISH: "qué cuál cuáles cuándo cómo quién dónde cuánto",
    Language.PORTUGUESE: "quais",
    Language.DUTCH: "welke wanneer waarom wie",
}
# Words of law that give a terse question away; none of them is an English word.
_TELLING = {
    Language.FRENCH: """règlement loi droit paragraphe considérant annexe définition fournisseur
        déployeur amende amendes délai interdit interdite modèle données décret intelligence
        artificielle risque systémique exportation licence puces ia rgpd signifie applique""",
    Language.GERMAN: """artikel absatz verordnung erwägungsgrund anhang begriff anbieter betreiber
        bußgeld bußgelder frist verbot modell daten datenschutz künstliche intelligenz risiko
        ausfuhr genehmigung grundrechte recht gesetz behörde pflichten ki dsgvo bedeutet heißt
        besteht unterliegt verboten erlaubt""",
    Language.ITALIAN: """articolo paragrafo comma regolamento considerando allegato definizione
        fornitore ammenda sanzione sanzioni termine divieto modello modelli dati intelligenza
        artificiale rischio esportazione licenza legge diritto obblighi ia significa applica""",
    Language.SPANISH: """artículo reglamento considerando anexo definición proveedor multa sanción
        modelo datos inteligencia riesgo exportación licencia ley derecho obligaciones""",
    Language.PORTUGUESE: """artigo regulamento considerando anexo definição fornecedor multa sanção
        modelo dados inteligência risco exportação licença lei direito obrigações""",
    Language.DUTCH: """verordening overweging bijlage lid definitie aanbieder boete gegevens
        kunstmatige intelligentie risico uitvoer vergunning wet recht verplichtingen""",
}
_OWN_CAPITALS = frozenset({"IA", "KI"})
_ENDINGS = {
    Language.FRENCH: "ement eux euse aux ère ité eurs ées",
    Language.GERMAN: "ung ungen keit heit schaft lich liche lichen ische",
    Language.ITALIAN: "zione zioni tà mento menti aggio evole zza scono nzia",
    Language.SPANISH: "ción ciones dad miento ajes",
    Language.PORTUGUESE: "ção ções dade agem eiro",
}
_LETTERS = {
    Language.FRENCH: "éèêëàâçùûîïôœ",
    Language.GERMAN: "äöüß",
    Language.ITALIAN: "àèéìòù",
    Language.SPANISH: "ñáéíóú¿¡",
    Language.PORTUGUESE: "ãõâêçáéíóú",
    Language.DUTCH: "ëï",
}
# Signs that no Japanese text has: what binds a Chinese sentence, and forms simplified in China
# alone. A few kanji without kana are more often a terse Japanese question than a Chinese one.
_CHINESE = frozenset(
    "吗嗎么麼什哪这這那们們吧呢没沒你您她它很说說让讓为从义务规则应对关权发动实现经认证许监审评"
    "总统进转输质库络态书证报标责处罚约护隐险类级业个两严东车长门问间开员见觉"
)
_OTHER_SCRIPTS = ("CYRILLIC", "ARABIC", "GREEK", "HEBREW", "THAI", "DEVANAGARI", "BENGALI")
_FEW_WORDS = 6


def detect(text: str, before: Language = Language.ENGLISH) -> Language:
    """The language of a question; English where nothing else is clear.

    `before` is the language of the turn before: that of a turn with no word to tell it by.

    >>> detect("Qu'est-ce qu'un déployeur ?").value, detect("What is a deployer?").value
    ('fr', 'en')
    >>> detect("What does Inverkehrbringen mean in the KI-Verordnung?").value
    'en'
    """
    text = text[:_MOST]
    return _by_script(text) or _by_words(unicodedata.normalize("NFC", text), before)


def _by_script(text: str) -> Language | None:
    """The language that the script gives away; None for the Latin script."""
    kana = han = hangul = other = latin = 0
    for char in text:
        if not char.isalpha():
            continue
        if "\u3040" <= char <= "\u30ff" or "\uff66" <= char <= "\uff9f":
            kana += 1
        elif "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf":
            han += 1
        elif "\uac00" <= char <= "\ud7a3" or "\u1100" <= char <= "\u11ff":
            hangul += 1
        elif char > "\u036f" and unicodedata.name(char, "").startswith(_OTHER_SCRIPTS):
            other += 1
        else:
            latin += 1
    # An English question may quote a term: another script counts double, since a sign of it is
    # worth about two letters, and must still outweigh the Latin ones.
    counts = {"ja": kana, "han": han, "ko": hangul, "other": other}
    if not any(counts.values()) or 3 * (kana + han) + 2 * (hangul + other) <= latin:
        return None
    if kana:
        return Language.JAPANESE
    if han >= max(hangul, other):
        return Language.CHINESE if _CHINESE.intersection(text) else Language.JAPANESE
    return Language.KOREAN if hangul >= other else Language.OTHER


def _by_words(text: str, before: Language) -> Language:
    """The language of a text in Latin letters."""
    words = [
        word.casefold()
        for word in _WORD.findall(_QUOTED.sub(" ", text.replace("’", "'")))
        if text.isupper() or not word.isupper() or len(word) == 1 or word in _OWN_CAPITALS
    ]
    if not words:
        return before
    scores = {language: _score(words, language) for language in _COMMON}
    english = scores.pop(Language.ENGLISH)
    best = max(scores, key=lambda language: scores[language])
    least = 1.4 if len(words) <= _FEW_WORDS else 2.0
    if scores[best] >= least and scores[best] >= english + 1:
        return best
    return Language.ENGLISH if english else before


def _score(words: list[str], language: Language) -> float:
    """How much of a language is in words: 1 for a word of its own, less for one it shares."""
    weights = _weights()
    endings = tuple(_ENDINGS.get(language, "").split())
    letters = _LETTERS.get(language, "")
    score = 0.0
    for word in words:
        found = weights.get(word) or weights.get(word.rstrip("'"), {})
        score += found.get(language, 0.0)
        if len(word) > 5 and word.endswith(endings):
            score += 0.3
        if any(letter in letters for letter in word):
            score += 0.4
    return score


@cache
def _weights() -> dict[str, dict[Language, float]]:
    """For each word the languages that it speaks for, each with a share of 1."""
    owners: dict[str, list[Language]] = {}
    for table in (_COMMON, _TELLING, _ASKING):
        for language, words in table.items():
            for word in words.split():
                if language not in owners.setdefault(word, []):
                    owners[word].append(language)
    asking = {word for words in _ASKING.values() for word in words.split()}
    return {
        word: {
            language: (1.5 if word in asking else 1.0) if len(found) == 1 else 0.5
            for language in found
        }
        for word, found in owners.items()
    }
