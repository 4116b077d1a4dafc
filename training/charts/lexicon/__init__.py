"""Word lists by language, and what a tokenizer needs to know of them."""

import re

from . import de, en, zh

LANGUAGES = {"en": en, "de": de, "zh": zh}


def strings(language: str) -> list[str]:
    """Every string of a language's lists, in a fixed order."""
    lists = LANGUAGES[language]
    members = [m for name, members in lists.DIMENSIONS.values() for m in [name, *members.split("|")]]
    pairs = [name for pair in lists.SERIES_PAIRS for name in pair.split("|")]
    multipliers = [text for texts in lists.MULTIPLIERS.values() for text in texts]
    templates = [re.sub(r"\{\w\}", " ", text) for text in lists.TITLES + lists.SUBTITLES + lists.SOURCES]
    if language == "en":  # inside a title
        members += [text.lower() for text in [*lists.MEASURES.values(), *(name for name, _ in lists.DIMENSIONS.values())]]
    return [
        *lists.MONTHS,
        *lists.MONTHS_SHORT,
        *lists.DAYS,
        *lists.DAYS_SHORT,
        *lists.TIME.values(),
        *members,
        *pairs,
        *lists.MEASURES.values(),
        *lists.UNITS.values(),
        *multipliers,
        *lists.ADJECTIVES.split("|"),
        *lists.PLACES.split("|"),
        *templates,
        *lists.ANNOTATIONS.values(),
        *lists.LABELS.values(),
    ]


def words(language: str) -> list[str]:
    """Every whole word (letters only, two or more) once, in a fixed order; Chinese strings count as a word each."""
    found = (word for text in strings(language) for word in re.findall(r"[^\W\d_]{2,}", text))
    return list(dict.fromkeys(found))


def characters() -> list[str]:
    """Every character of all lists once, in a fixed order."""
    return list(dict.fromkeys(c for language in LANGUAGES for text in strings(language) for c in text if c != " "))
