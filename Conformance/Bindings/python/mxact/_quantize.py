"""Numbers to blocks."""
from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from . import _arrays, _blocks
from ._choices import joined
from ._library import call, named, utf8
from ._structures import Blocks
from ._tensor import Tensor, moved_shape, tensor_scale_of, thread_count


def quantize(values: Any, format: str, *, axis: int = -1, out: "Tensor | tuple[Any, Any] | None" = None,
             tensor_scale: float | str = 1.0, random: Any = None, seed: int | None = None, source: str | None = None,
             backend: str | None = None, threads: int = 0, profile: str | None = None, **choices: Any) -> Tensor:
    """Numbers to codes, and a scale a block.

    Args:
        values: an array of at least one dimension: float32, float16, torch.bfloat16, or bits with ``source``.
        format: a block format (``names("formats")``).
        axis: along which blocks run; a last block may be partial. The first and the last axis need no copy.
        out: a tensor, or a pair of scales and codes (uint8), to write into.
        tensor_scale: NVFP4's second level, positive; ``"fit"`` is that of its recipes, max \\|V\\| / (448 x 6).
        random: uint32 words of the values' shape, for a stochastic mode.
        seed: draws them instead (Philox, by an element's place), 0 to 2^64 - 1. A stochastic mode needs one of the two.
        source: what uint32 or uint16 ``values`` are the bits of.
        backend: one of ``names("backends")``; None is the fastest here. No bit depends on it.
        threads: 0 is one a processor. No bit depends on them.
        profile: the profile that makes every choice not named; ``ocp`` of None.
        choices: ``scale_rule="round-up"``, ``rounding="toward-zero"``: see :func:`latitudes`.

    Returns:
        A tensor whose codes have the values' shape; torch's arrays where torch's came in.

    Raises:
        ValueError: an argument is not what it says above, or a choice cannot act on this format; the reason says which.
        Unsupported: a choice that no backend of this name computes.
    """
    given = _arrays.numbers(values, source)
    axis, how = _matrix(given, axis, format)
    scale = _tensor_scale(tensor_scale, format, given)
    if out is None:
        codes, codes_at = _arrays.made(given.array.shape, np.uint8, given.kind)
        scales, scales_at = _arrays.made(how.scale_shape, np.uint8, given.kind)
    else:
        scales, codes = (out.scales, out.codes) if isinstance(out, Tensor) else _pair(out)
        codes_at = _arrays.writable(codes, given.array.shape, np.uint8, "out's codes").array
        scales_at = _arrays.writable(scales, how.scale_shape, np.uint8, "out's scales").array
    call_with = _Call(given, axis, how, format, scale, random, seed, backend, threads, joined(profile, choices))
    if how.is_moved:
        moved_codes = np.empty(moved_shape(given.array.shape, axis), np.uint8)
        moved_scales = np.empty(moved_shape(how.scale_shape, axis), np.uint8)
        call_with.quantize(moved_scales, moved_codes)
        _blocks.moved_back(codes_at, moved_codes, axis)
        _blocks.moved_back(scales_at, moved_scales, axis)
    else:
        call_with.quantize(scales_at, codes_at)
    return Tensor._of(codes, scales, format, axis, scale)


def quantize_dequantize(values: Any, format: str, *, axis: int = -1, out: Any = None, tensor_scale: float | str = 1.0, random: Any = None,
                        seed: int | None = None, source: str | None = None, backend: str | None = None, threads: int = 0,
                        profile: str | None = None, **choices: Any) -> Any:
    """What a network sees: quantised and dequantised, without the codes between.

    Args:
        out: a float32 array of the values' shape; it may be ``values``.

    The other arguments and the errors are those of :func:`quantize`.

    Returns:
        float32, of the values' shape.
    """
    given = _arrays.numbers(values, source)
    axis, how = _matrix(given, axis, format)
    scale = _tensor_scale(tensor_scale, format, given)
    if random is not None or how.is_moved:
        return quantize(values, format, axis=axis, tensor_scale=scale, random=random, seed=seed, source=source, backend=backend,
                        threads=threads, profile=profile, **choices).dequantize(out, backend=backend, threads=threads)
    if out is None:
        result, target = _arrays.made(given.array.shape, np.float32, given.kind)
    else:
        result, target = out, _arrays.writable(out, given.array.shape, np.float32, "out").array
    _Call(given, axis, how, format, scale, random, seed, backend, threads, joined(profile, choices)).round_trip(target)
    return result


def fit_tensor_scale(values: Any, format: str = "nvfp4") -> float:
    """NVFP4's tensor scale for these float32 values: max \\|V\\| / (448 x 6), rounded to float32; 1 of zeros.

    Raises:
        ValueError: the values are of another type, or the format has no second level.
    """
    given = _arrays.numbers(values, None)
    if given.source != "f32":
        raise ValueError(f"a tensor scale is fitted to float32 values, not {given.source}")
    scale = ctypes.c_float()
    call("fit_tensor_scale", named(format, "format"), given.array.ctypes.data, given.array.size, ctypes.byref(scale))
    return scale.value


def _matrix(given: _arrays.Numbers, axis: int, format: str) -> tuple[int, _blocks.Plan]:
    if given.array.ndim == 0:
        raise ValueError("values is a single number, and a block needs an axis: encode converts single elements")
    axis = _blocks.normal_axis(axis, given.array.ndim)
    return axis, _blocks.plan(given.array.shape, axis, format)


def _tensor_scale(given: float | str, format: str, values: _arrays.Numbers) -> float:
    if isinstance(given, str):
        if given != "fit":
            raise ValueError(f"tensor_scale is a positive number or 'fit', not '{given}'")
        return fit_tensor_scale(values.array, format)
    return tensor_scale_of(given)


def _pair(out: Any) -> tuple[Any, Any]:
    if not isinstance(out, tuple) or len(out) != 2:
        raise ValueError(f"out is a tensor, or a pair of scales and codes, not {type(out).__name__}")
    return out[0], out[1]


class _Call:
    """One call of the library; it holds every array that the library reads until the call returns."""

    def __init__(self, given: _arrays.Numbers, axis: int, plan: _blocks.Plan, format: str, tensor_scale: float, random: Any,
                 seed: int | None, backend: str | None, threads: int, choices: bytes | None) -> None:
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= int(seed) < 1 << 64):
            raise ValueError(f"seed is 0 to 2^64 - 1, not {seed!r}")
        self._values = _blocks.moved_last(_arrays.bits(given.array), axis) if plan.is_moved else given.array
        words = None if random is None else _arrays.random_words(random, given.array.shape)
        self._words = words if words is None or not plan.is_moved else _blocks.moved_last(words, axis)
        self._how = Blocks(
            format=utf8(format), axis=plan.axis, choices=choices, from_=utf8(given.source), backend=utf8(backend, "backend"),
            rows=plan.rows, columns=plan.columns, tensor_scale=tensor_scale, threads=thread_count(threads), seeded=int(seed is not None),
            seed=int(seed or 0), random=None if self._words is None else self._words.ctypes.data)

    def quantize(self, scales: np.ndarray, codes: np.ndarray) -> None:
        call("quantize", ctypes.byref(self._how), self._values.ctypes.data, scales.ctypes.data, codes.ctypes.data)

    def round_trip(self, target: np.ndarray) -> None:
        call("round_trip", ctypes.byref(self._how), self._values.ctypes.data, target.ctypes.data)
