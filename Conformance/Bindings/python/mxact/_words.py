"""Explanations, and single lines of the protocol."""
from __future__ import annotations

from typing import Any

import numpy as np

from . import _arrays
from ._choices import joined
from ._library import named, text_of, utf8


def explain(format: str, number: Any, *, source: str | None = None, profile: str | None = None, **choices: object) -> str:
    """What a code is, or how a number or a block is cast, step by step with its clauses.

    Args:
        format: an element format, ``e8m0``, or a block format.
        number: a Python number, which is taken as the nearest float32; an array, whose bits are taken; or a text as ``mxact explain``
            takes it: as many digits as a code has are a code, 8 are binary32.
        source: the format of four digits: ``f16`` or ``bf16``.
        profile: the profile that makes every choice not named.
        choices: as of :func:`quantize`.

    Raises:
        ValueError: there is no such format, number or choice.
    """
    text, source = _said(number, source)
    return text_of("explain", named(format, "format"), utf8(text, "number"), utf8(source, "source"), joined(profile, choices))


def answer(request: str, *, backend: str | None = None) -> str:
    """One line of the protocol answered, by the exact reference unless a backend is named.

    Args:
        request: such as ``encode e4m3 3f800000``.
        backend: one of ``names("backends")``.

    Raises:
        ValueError: the line is no request; the reason says where.
    """
    return text_of("answer", named(request, "request"), utf8(backend, "backend"))


def _said(number: Any, source: str | None) -> tuple[str, str | None]:
    if isinstance(number, str):
        return number, source
    if isinstance(number, (int, float)) and not isinstance(number, (bool, np.generic)):
        return repr(float(number)), source
    given = _arrays.numbers(number, source, "number")
    digits = 8 if given.source == "f32" else 4
    text = "".join(f"{word:0{digits}x}" for word in _arrays.bits(given.array).ravel().tolist())
    return text, None if given.source == "f32" else given.source
