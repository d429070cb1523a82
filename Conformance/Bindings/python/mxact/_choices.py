"""Choices: Python's keywords as the protocol's words."""
from __future__ import annotations

from ._library import names, utf8


def words(profile: str | None, choices: dict[str, object]) -> list[str]:
    """``scale_rule="round-up"`` is ``scale-rule=round-up``; a choice that is None is not named.

    Raises:
        ValueError: a choice is no text or number, or has blanks.
    """
    said = [] if profile is None else [_word("profile", profile)]
    return said + [_word(key.replace("_", "-"), value) for key, value in choices.items() if value is not None]


def joined(profile: str | None, choices: dict[str, object]) -> bytes | None:
    """The words as one text for the library; None where there are none."""
    return utf8(" ".join(words(profile, choices)) or None, "a choice")


def _word(key: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"{key.replace('-', '_')} is a name such as those of names('latitudes'), not {type(value).__name__}")
    text = str(value)
    if not text or any(character.isspace() for character in text):
        raise ValueError(f"{key.replace('-', '_')} is one word, not '{text}'")
    return f"{key}={text}"


def latitudes() -> dict[str, tuple[str, ...]]:
    """What the standard leaves open: each latitude's choices, ``ocp``'s first."""
    rows = (row.partition(":") for row in names("latitudes"))
    return {name: tuple(choices.split()) for name, _, choices in rows}
