"""Single elements, without blocks."""
from __future__ import annotations

import ctypes
import functools
from typing import Any

import numpy as np

from . import _arrays
from ._choices import joined
from ._library import call, named, names, text_of, utf8
from ._structures import Elements


def code_dtype(format: str) -> np.dtype:
    """The unsigned integer that a code of an element format is: one byte up to 8 bits, two up to 16, four above.

    Raises:
        ValueError: the format is none of ``names("elements")``.
    """
    return _code_dtype(named(format, "format"))


def operand_dtype(format: str) -> np.dtype:
    """:func:`code_dtype`, of what a product takes: block formats, and an element with its scales (``e2m1/e8m0/16``), too."""
    named(format, "format")
    return np.dtype(np.uint8) if "/" in format or format in names("formats") else code_dtype(format)


@functools.lru_cache(maxsize=None)
def _code_dtype(format: bytes) -> np.dtype:
    call("decode", ctypes.byref(Elements(format=format)), None, 0, None)  # refuses what is no format in its own words
    digits = len(text_of("answer", b"encode " + format + b" 00000000", None).split()[0])
    return np.dtype(np.uint8 if digits <= 2 else np.uint16 if digits <= 4 else np.uint32)


def encode(values: Any, format: str, *, out: Any = None, random: Any = None, source: str | None = None, backend: str | None = None,
           profile: str | None = None, **choices: object) -> Any:
    """Numbers to codes.

    Args:
        values: an array of any shape: float32, float16, torch.bfloat16, or bits with ``source``.
        format: an element format (``names("elements")``).
        out: an array of the codes' type and the values' shape to write into.
        random: uint32 words of the values' shape, for a stochastic mode.
        source: what uint32 or uint16 ``values`` are the bits of: ``f32``, ``f16`` or ``bf16``.
        backend: one of ``names("backends")``; None is the fastest here. No bit depends on it.
        profile: the profile that makes every choice not named; ``ocp`` of None.
        choices: ``rounding="toward-zero"``, ``overflow="non-finite"``: see :func:`latitudes`.

    Returns:
        Codes of the values' shape, one byte each up to 8 bits, two up to 16, four above; torch's where torch's came in.

    Raises:
        ValueError: an argument is not what it says above, or a choice cannot act on this format; the reason says which.
    """
    given = _arrays.numbers(values, source)
    dtype = code_dtype(format)
    words = None if random is None else _arrays.random_words(random, given.array.shape)
    if out is None:
        result, target = _arrays.made(given.array.shape, dtype, given.kind)
    else:
        result, target = out, _arrays.writable(out, given.array.shape, dtype, "out").array
    how = Elements(format=named(format, "format"), choices=joined(profile, choices), from_=utf8(given.source),
                   backend=utf8(backend, "backend"), random=None if words is None else words.ctypes.data)
    call("encode", ctypes.byref(how), given.array.ctypes.data, given.array.size, target.ctypes.data)
    return result


def decode(codes: Any, format: str, *, out: Any = None, backend: str | None = None) -> Any:
    """Codes to the float32 numbers they stand for, exactly.

    Args:
        codes: uint8 up to 8 bits, uint16 up to 16, uint32 above; any shape.
        format: an element format, or ``e8m0``.
        out: a float32 array of the codes' shape to write into.
        backend: one of ``names("backends")``.

    Raises:
        ValueError: an argument is not what it says above, or a code has more bits than the format.
    """
    given = _arrays.codes(codes, code_dtype(format), "codes")
    if out is None:
        result, target = _arrays.made(given.array.shape, np.float32, given.kind)
    else:
        result, target = out, _arrays.writable(out, given.array.shape, np.float32, "out").array
    how = Elements(format=named(format, "format"), backend=utf8(backend, "backend"))
    call("decode", ctypes.byref(how), given.array.ctypes.data, given.array.size, target.ctypes.data)
    return result
