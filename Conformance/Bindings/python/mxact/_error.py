"""What quantisation loses: measured in binary64 from what is stored."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _arrays, _blocks

if TYPE_CHECKING:
    from ._tensor import Tensor


@dataclass(frozen=True)
class QuantizationError:
    """V is a value, X its scale and P its element. NaN and infinite values, and what became of them, are in no sum."""

    #: 10 log10(sum V^2 / sum (V - X P)^2), in decibels; infinite where nothing is lost.
    sqnr: float
    #: The largest \\|V - X P\\| / \\|V\\| of the values that are not zero.
    worst: float
    #: Values that are not zero and became zero.
    flushed: int
    #: Values with \\|V\\| / X above max normal, clamped or not.
    last_bin: int
    #: Values that are finite, with finite results: those that are measured.
    measured: int


def error_of_quantization(tensor: "Tensor", values: Any) -> QuantizationError:
    """See :meth:`Tensor.error`.

    Raises:
        ValueError: the values have another shape than the tensor, or a type that is not converted.
    """
    given = _arrays.numbers(values, None)
    if given.array.shape != tensor.shape:
        raise ValueError(f"values has shape {given.array.shape}, and the tensor {tensor.shape}")
    wide = given.array.astype(np.uint32) << 16 if given.source == "bf16" else given.array
    exact = (wide.view(np.float32) if given.source == "bf16" else wide).astype(np.float64)
    stored = _arrays.take(tensor.dequantize(), "result").array.astype(np.float64)
    measured = np.isfinite(exact) & np.isfinite(stored)
    exact, stored = exact[measured], stored[measured]
    lost = np.abs(exact - stored)
    noise, signal = float(np.sum(lost * lost)), float(np.sum(exact * exact))
    is_value = exact != 0
    top = _top(tensor)[measured]
    return QuantizationError(
        sqnr=math.inf if noise == 0 else 10 * math.log10(signal / noise) if signal > 0 else -math.inf,
        worst=float(np.max(lost[is_value] / np.abs(exact[is_value]), initial=0.0)),
        flushed=int(np.count_nonzero(is_value & (stored == 0))),
        last_bin=int(np.count_nonzero(np.abs(exact) > top)),
        measured=int(np.count_nonzero(measured)))


def _top(tensor: "Tensor") -> np.ndarray:
    """Scale times max normal of each element: what the tensor would be with that code everywhere."""
    of = type(tensor)
    every = np.arange(1 << _blocks.code_bits(tensor.format), dtype=np.uint8)
    size = tensor.block_size
    numbers = of(every, np.full(-(-every.size // size), 0x38, np.uint8), tensor.format).dequantize()
    largest = every[np.argmax(np.where(np.isfinite(numbers), numbers, -np.inf))]
    scales = _arrays.take(tensor.scales, "scales").array
    highest = of(np.full(tensor.shape, largest, np.uint8), scales, tensor.format, tensor.axis, tensor.tensor_scale).dequantize()
    return highest.astype(np.float64)
