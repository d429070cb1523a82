"""Matrix products as units compute them."""
from __future__ import annotations

import ctypes
import math
from typing import Any, NamedTuple

import numpy as np

from . import _arrays
from ._blocks import block_size
from ._elements import operand_dtype
from ._library import call, names, utf8
from ._structures import Product
from ._tensor import Tensor, thread_count


class _Operand(NamedTuple):
    format: str
    codes: np.ndarray  # rows x k, row-major
    scales: np.ndarray | None
    tensor_scale: float
    kind: str


def matmul(a: Any, b: Any, *, unit: str | None = None, addend: Any = None, output: str = "f32", out: Any = None,
           a_format: str | None = None, b_format: str | None = None, a_scales: Any = None, b_scales: Any = None,
           backend: str | None = None, threads: int = 0) -> Any:
    """The product of two matrices, bit for bit as a matrix unit computes it.

    Args:
        a: [..., k]: a :class:`Tensor` with blocks along k, or codes.
        b: [k, n]: a :class:`Tensor` with blocks along k (``w.T`` of a w that is [n, k] with blocks along its rows), or codes.
            One that lies in memory as [n, k] is not copied.
        unit: one of ``names("units")``; None is the exact sum, rounded once.
        addend: what the sum begins with, of the result's shape and type; zeros of None.
        output: the format of addend and result: ``f32`` or ``f16``.
        out: an array of the result's shape and type to write into; it may be ``addend``.
        a_format, b_format: what codes that are no :class:`Tensor` are: an element format. float16 is ``fp16``, torch.bfloat16 ``bf16``,
            float32 ``fp32`` (or ``tf32``, where it has no bits beyond) without. With scales it is a block format, or an element format
            with that of its scales and how many elements share one: ``e2m1/e8m0/16``.
        a_scales, b_scales: their scales, uint8: [..., blocks] and [blocks, n].
        backend: one of ``names("backends")``.
        threads: 0 is one a processor.

    Returns:
        [..., n], float32 or float16; torch's where a is torch's.

    Raises:
        ValueError: shapes, formats or types do not fit each other or the unit; the reason says which.
        Unsupported: a backend that does not compute this unit.
    """
    left = _operand(a, a_format, a_scales, "a")
    right = _operand(_transposed(b), b_format, None if b_scales is None else _arrays.take(b_scales, "b_scales").array.T, "b")
    lead = tuple(a.shape)[:-1]
    m, k, n = math.prod(lead), left.codes.shape[-1], right.codes.shape[0]
    if right.codes.shape[1] != k:
        raise ValueError(f"a is {list(a.shape)} and b {list(b.shape)}: a's last axis and b's first have one length")
    if output not in ("f32", "f16"):
        raise ValueError(f"output is f32 or f16, not '{output}'")
    dtype, shape = np.dtype(np.float32 if output == "f32" else np.float16), (*lead, n)
    begin = None if addend is None else _addend(addend, dtype, shape)
    if out is None:
        result, target = _arrays.made(shape, dtype, left.kind)
    else:
        result, target = out, _arrays.writable(out, shape, dtype, "out").array
    words = _arrays.bits(target)
    if begin is None:
        words.fill(0)
    else:
        np.copyto(words, begin)
    how = Product(
        threads=thread_count(threads), unit=utf8(unit, "unit"), a_format=utf8(left.format), b_format=utf8(right.format),
        output=utf8(output), backend=utf8(backend, "backend"), m=m, n=n, k=k, a_codes=left.codes.ctypes.data,
        b_codes=right.codes.ctypes.data, a_scales=None if left.scales is None else left.scales.ctypes.data,
        b_scales=None if right.scales is None else right.scales.ctypes.data, a_tensor_scale=left.tensor_scale,
        b_tensor_scale=right.tensor_scale)
    call("multiply", ctypes.byref(how), target.ctypes.data)
    return result


def _transposed(b: Any) -> Any:
    """[k, n] as the library takes it: [n, k]."""
    if isinstance(b, Tensor):
        if len(b.shape) != 2 or b.axis != 0:
            raise ValueError(f"b is {b!r}: a matrix with blocks along its first axis is needed, such as w.T")
        return b.T
    array = _arrays.take(b, "b")
    if array.array.ndim != 2:
        raise ValueError(f"b has {array.array.ndim} dimensions, and a matrix is needed")
    return b.T


def _operand(given: Any, format: str | None, scales: Any, name: str) -> _Operand:
    if isinstance(given, Tensor):
        if format is not None or scales is not None:
            raise ValueError(f"{name}_format and {name}_scales are of codes, and {name} is {given!r}")
        if given.axis != len(given.shape) - 1:
            raise ValueError(f"{name} is {given!r}: its blocks run along the axis that is summed")
        codes, own = _arrays.codes(given.codes, np.uint8, name), _arrays.codes(given.scales, np.uint8, name).array
        return _Operand(given.format, codes.array.reshape(_flat(given.shape)), own.reshape(_flat(own.shape)), given.tensor_scale,
                        codes.kind)
    taken = _arrays.take(given, name)
    if taken.array.ndim == 0:
        raise ValueError(f"{name} is a single number, and a matrix is needed")
    dtype = taken.array.dtype.newbyteorder("=")
    if format is None:
        format = "bf16" if taken.is_bfloat16 else {np.dtype(np.float16): "fp16", np.dtype(np.float32): "fp32"}.get(dtype)
        if format is None:
            raise ValueError(f"{name} is {dtype}: name the format of its codes in {name}_format")
    raw = _raw(taken, format, name)
    return _Operand(format, raw.reshape(_flat(raw.shape)), _scales(scales, format, raw.shape, name), 1.0, taken.kind)


def _scales(given: Any, format: str, shape: tuple[int, ...], name: str) -> np.ndarray | None:
    """The scales of codes: the library reads as many as the format has, so their number is looked at here."""
    is_block = format in names("formats")
    size = block_size(format) if is_block else _shared(format, name) if "/" in format else 0
    if (given is None) != (size == 0):
        wrong = f"{name}_scales is needed" if size else f"it has no scales, and {name}_scales is given"
        raise ValueError(f"{name}_format is {format}: {wrong}")
    if given is None:
        return None
    scales = _arrays.codes(given, np.uint8, f"{name}_scales").array
    needed = (*shape[:-1], -(-shape[-1] // size))
    if scales.shape != needed:
        raise ValueError(f"{name}_scales is {list(scales.shape)}, and codes {list(shape)} with blocks of {size} have {list(needed)}"
                         + (", both transposed" if name == "b" else ""))
    return scales.reshape(_flat(needed))


def _shared(format: str, name: str) -> int:
    size = format.rpartition("/")[2]
    if not size.isdecimal() or not 0 < int(size) < 1 << 31:
        raise ValueError(f"{name}_format is {format}: after its last slash it says how many elements share a scale")
    return int(size)


def _raw(taken: _arrays.Taken, format: str, name: str) -> np.ndarray:
    """Codes of an element format; floats are their own codes."""
    width, array = operand_dtype(format), taken.array
    dtype = array.dtype.newbyteorder("=")
    if dtype == np.float32 and format == "tf32":
        words = _arrays.bits(_arrays.readable(array))
        if np.any(words & 0x1FFF):
            raise ValueError(f"{name} has float32 numbers that are none of tf32: their low 13 bits are not zero")
        return words >> np.uint32(13)
    if dtype.kind == "f" and dtype.itemsize == width.itemsize:
        own = {np.dtype(np.float16): ("fp16", "f16"), np.dtype(np.float32): ("fp32", "f32")}[dtype]
        if format not in own:
            raise ValueError(f"{name} is {dtype}, and its format is said to be {format}: give codes, {width}")
        return _arrays.bits(_arrays.readable(array))
    if dtype != width or (taken.is_bfloat16 and format != "bf16"):
        raise ValueError(f"{name} is {'bfloat16' if taken.is_bfloat16 else dtype}, and codes of {format} are {width}")
    return _arrays.readable(array)


def _flat(shape: tuple[int, ...]) -> tuple[int, int]:
    return math.prod(shape[:-1]), shape[-1]


def _addend(given: Any, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    array = _arrays.take(given, "addend").array
    if array.dtype.newbyteorder("=") != dtype or array.shape != shape:
        raise ValueError(f"addend is {array.dtype} {list(array.shape)}, and the result {dtype} {list(shape)}")
    return _arrays.bits(_arrays.readable(array))
