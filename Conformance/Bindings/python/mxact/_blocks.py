"""How an array of any rank is a matrix of blocks for the library, and what a block format is made of."""
from __future__ import annotations

import ctypes
import functools
import math
from typing import NamedTuple

import numpy as np

from ._library import call, named
from ._structures import Blocks


_PROBE = 4096  # elements of a row that every block size divides


def block_size(format: str) -> int:
    """Elements that share a scale.

    Raises:
        ValueError: the format is none of ``names("formats")``.
    """
    return _PROBE // _bytes(named(format, "format"), 0)[0]


def code_bits(format: str) -> int:
    """Bits of an element's code."""
    return _bytes(named(format, "format"), 1)[1] * 8 // _PROBE


@functools.lru_cache(maxsize=None)
def _bytes(format: bytes, packed: int) -> tuple[int, int]:
    scales, codes = ctypes.c_int64(), ctypes.c_int64()
    how = Blocks(format=format, rows=1, columns=_PROBE, packed=packed)
    call("block_bytes", ctypes.byref(how), ctypes.byref(scales), ctypes.byref(codes))
    return scales.value, codes.value


class Plan(NamedTuple):
    """An array as the library's matrix."""

    rows: int
    columns: int
    axis: int  # the library's: 0 along rows, 1 down columns
    scale_shape: tuple[int, ...]
    is_moved: bool  # the axis stands between others: it is moved last and back, with a copy


def normal_axis(axis: int, dimensions: int) -> int:
    """An axis counted from the first.

    Raises:
        ValueError: there is no such axis.
    """
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise ValueError(f"axis is a whole number, not {type(axis).__name__}")
    if not -dimensions <= axis < dimensions:
        raise ValueError(f"axis {axis} of an array of {dimensions} dimension{'s' * (dimensions != 1)}")
    return int(axis) % dimensions


def plan(shape: tuple[int, ...], axis: int, format: str) -> Plan:
    """Which matrix an array is.

    Args:
        shape: the array's.
        axis: along which blocks run, counted from the first.
        format: a block format.
    """
    size = block_size(format)
    blocks = -(-shape[axis] // size)
    scale_shape = (*shape[:axis], blocks, *shape[axis + 1:])
    if axis == len(shape) - 1:
        return Plan(math.prod(shape[:-1]), shape[-1], 0, scale_shape, False)
    if axis == 0:
        return Plan(shape[0], math.prod(shape[1:]), 1, scale_shape, False)
    rows = math.prod(shape[:axis]) * math.prod(shape[axis + 1:])
    return Plan(rows, shape[axis], 0, scale_shape, True)


def moved_last(array: np.ndarray, axis: int) -> np.ndarray:
    """A row-major copy with an axis moved to the end."""
    return np.ascontiguousarray(np.moveaxis(array, axis, -1))


def moved_back(target: np.ndarray, array: np.ndarray, axis: int) -> None:
    """Writes what has its axis at the end into where it belongs."""
    np.copyto(np.moveaxis(target, axis, -1), array)
