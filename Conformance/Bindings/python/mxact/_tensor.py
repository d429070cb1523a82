"""Quantised tensors: codes, and a scale a block."""
from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from . import _arrays, _blocks
from ._error import QuantizationError, error_of_quantization
from ._library import call, utf8
from ._structures import Blocks


class Tensor:
    """Codes and scales of one block format; a view of the arrays that it is given.

    Args:
        codes: uint8, one code an element, of the shape of the tensor.
        scales: uint8, of the same shape but for ``axis``, where it has one a block (the last may be partial).
        format: a block format (``names("formats")``).
        axis: along which blocks run.
        tensor_scale: NVFP4's second level, positive; the values are its multiples.

    Raises:
        ValueError: types or shapes do not fit each other, a code has more bits than the format, or there is no such format.
    """

    __slots__ = ("codes", "scales", "format", "axis", "tensor_scale")
    __hash__ = None  # type: ignore[assignment]  # the arrays can be written

    def __init__(self, codes: Any, scales: Any, format: str, axis: int = -1, tensor_scale: float = 1.0) -> None:
        codes_taken, scales_taken = _arrays.take(codes, "codes"), _arrays.take(scales, "scales")
        for array, name in ((codes_taken.array, "codes"), (scales_taken.array, "scales")):
            if array.dtype != np.uint8:
                raise ValueError(f"{name} is {array.dtype}, and uint8 is needed: one byte each")
        self.axis = _blocks.normal_axis(axis, codes_taken.array.ndim)
        needed = _blocks.plan(codes_taken.array.shape, self.axis, format).scale_shape
        if scales_taken.array.shape != needed:
            raise ValueError(f"scales has shape {scales_taken.array.shape}, and codes of shape {codes_taken.array.shape} with blocks of "
                             f"{_blocks.block_size(format)} along axis {self.axis} have {needed}")
        bits = _blocks.code_bits(format)
        if bits < 8 and codes_taken.array.size and codes_taken.array.max() >> bits:
            raise ValueError(f"code {codes_taken.array.max()} has more than the {bits} bits of an element of {format}")
        self.codes, self.scales, self.format, self.tensor_scale = codes, scales, format, tensor_scale_of(tensor_scale)

    @classmethod
    def _of(cls, codes: Any, scales: Any, format: str, axis: int, tensor_scale: float) -> "Tensor":
        """Of arrays that are known to fit."""
        made = object.__new__(cls)
        made.codes, made.scales, made.format, made.axis, made.tensor_scale = codes, scales, format, axis, tensor_scale
        return made

    @property
    def shape(self) -> tuple[int, ...]:
        """Elements along each axis."""
        return tuple(self.codes.shape)

    @property
    def block_size(self) -> int:
        """Elements that share a scale."""
        return _blocks.block_size(self.format)

    @property
    def nbytes(self) -> int:
        """Bytes of the scales and of the codes as :meth:`pack` packs them."""
        columns = self.shape[-1]
        rows = int(np.prod(self.shape[:-1], dtype=np.int64))
        return rows * (-(-columns * _blocks.code_bits(self.format) // 8)) + int(np.prod(tuple(self.scales.shape), dtype=np.int64))

    @property
    def T(self) -> "Tensor":
        """The transpose of a matrix: a view with the block axis flipped. Nothing is quantised anew.

        Raises:
            ValueError: it has more than two dimensions.
        """
        dimensions = len(self.shape)
        if dimensions > 2:
            raise ValueError(f"T is of matrices, and this has {dimensions} dimensions")
        if dimensions < 2:
            return self
        return Tensor._of(self.codes.T, self.scales.T, self.format, 1 - self.axis, self.tensor_scale)

    def dequantize(self, out: Any = None, *, backend: str | None = None, threads: int = 0) -> Any:
        """Code times scale times tensor scale, rounded once to float32.

        Args:
            out: a float32 array of the tensor's shape to write into.
            backend: one of ``names("backends")``.
            threads: 0 is one a processor.

        Raises:
            ValueError: ``out`` does not fit.
        """
        codes, scales = _arrays.take(self.codes, "codes"), _arrays.take(self.scales, "scales")
        if out is None and len(self.shape) == 2 and not codes.array.flags.c_contiguous and codes.array.T.flags.c_contiguous:
            return self.T.dequantize(backend=backend, threads=threads).T  # a transpose: as it lies in memory
        if out is None:
            result, target = _arrays.made(self.shape, np.float32, codes.kind)
        else:
            result, target = out, _arrays.writable(out, self.shape, np.float32, "out").array
        how = _blocks.plan(self.shape, self.axis, self.format)
        if how.is_moved:
            moved = np.empty(moved_shape(self.shape, self.axis), np.float32)
            self._dequantize(how, _blocks.moved_last(codes.array, self.axis), _blocks.moved_last(scales.array, self.axis), moved, backend,
                             threads)
            _blocks.moved_back(_arrays.bits(target), _arrays.bits(moved), self.axis)
        else:
            self._dequantize(how, _arrays.readable(codes.array), _arrays.readable(scales.array), target, backend, threads)
        return result

    def error(self, values: Any) -> QuantizationError:
        """What quantising these values lost.

        Args:
            values: what was quantised, of the tensor's shape: float32, float16 or bfloat16.
        """
        return error_of_quantization(self, values)

    def pack(self) -> np.ndarray:
        """The codes without the bits that a byte has too many: low bits first, each row of the last axis whole bytes."""
        codes = _arrays.readable(_arrays.take(self.codes, "codes").array)
        bits = _blocks.code_bits(self.format)
        if bits == 8:
            return codes.copy()
        spread = np.unpackbits(codes[..., np.newaxis], axis=-1, bitorder="little")[..., :bits]
        return np.packbits(spread.reshape(*codes.shape[:-1], codes.shape[-1] * bits), axis=-1, bitorder="little")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tensor):
            return NotImplemented
        mine, theirs = (tuple(_arrays.take(part, "codes").array for part in (one.codes, one.scales)) for one in (self, other))
        return (self.format, self.axis, self.tensor_scale, self.shape) == (other.format, other.axis, other.tensor_scale, other.shape) \
            and all(np.array_equal(a, b) for a, b in zip(mine, theirs))

    def __repr__(self) -> str:
        scale = "" if self.tensor_scale == 1 else f", tensor scale {self.tensor_scale!r}"
        return f"<mxact.Tensor {self.format} {list(self.shape)}, blocks of {self.block_size} along axis {self.axis}{scale}>"

    def _dequantize(self, plan: _blocks.Plan, codes: np.ndarray, scales: np.ndarray, target: np.ndarray, backend: str | None,
                    threads: int) -> None:
        how = Blocks(format=utf8(self.format), axis=plan.axis, rows=plan.rows, columns=plan.columns, tensor_scale=self.tensor_scale,
                     backend=utf8(backend, "backend"), threads=thread_count(threads))
        call("dequantize", ctypes.byref(how), scales.ctypes.data, codes.ctypes.data, target.ctypes.data)


def moved_shape(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """A shape with an axis moved to the end."""
    return (*shape[:axis], *shape[axis + 1:], shape[axis])


def tensor_scale_of(given: float) -> float:
    """A tensor scale as the float32 that it is.

    Raises:
        ValueError: it is not a positive number.
    """
    try:
        scale = float(np.float32(given))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"tensor_scale is a positive number, not {given!r}") from None
    if not 0 < scale < float("inf"):
        raise ValueError(f"tensor_scale is a positive number of float32, not {given!r}")
    return scale


def thread_count(threads: int) -> int:
    """A number of threads that the library can be told; it says the range itself."""
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)):
        raise ValueError(f"threads is a whole number, not {type(threads).__name__}")
    return max(-1, min(int(threads), 1 << 20))
