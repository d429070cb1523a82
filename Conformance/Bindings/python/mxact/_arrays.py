"""Arrays that come in and go out: numpy's, or torch's by their address, without a copy. Inside the package all of them are numpy's."""
from __future__ import annotations

import ctypes
import sys
from typing import Any, NamedTuple

import numpy as np

#: What a format of numbers is in numpy, which has no bfloat16: its bits are uint16.
WIDE = {"f32": np.dtype(np.float32), "f16": np.dtype(np.float16), "bf16": np.dtype(np.uint16)}

_TORCH = {
    "torch.float32": np.float32, "torch.float16": np.float16, "torch.bfloat16": np.uint16, "torch.uint8": np.uint8,
    "torch.int32": np.int32, "torch.int16": np.int16, "torch.float64": np.float64, "torch.int64": np.int64, "torch.int8": np.int8,
}


class Taken(NamedTuple):
    """An array that came in: numpy's view of it, and which kind its results are."""

    array: np.ndarray
    kind: str
    is_bfloat16: bool


def take(array: Any, name: str) -> Taken:
    """Numpy's view of an array; no element is copied.

    Raises:
        ValueError: it is neither numpy's nor torch's, is masked, or does not lie in this machine's memory.
    """
    if isinstance(array, np.ma.MaskedArray):
        raise ValueError(f"{name} is masked, and what is masked has no code: give {name}.filled(...)")
    if isinstance(array, np.ndarray):
        return Taken(np.asarray(array), "numpy", False)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        return _of_torch(array, name)
    if isinstance(array, np.generic):
        return Taken(np.asarray(array), "numpy", False)
    raise ValueError(f"{name} is a numpy array or a torch tensor, not {type(array).__name__}")


def _of_torch(tensor: Any, name: str) -> Taken:
    if tensor.device.type != "cpu":
        raise ValueError(f"{name} is on {tensor.device}: give {name}.cpu()")
    if str(tensor.layout) != "torch.strided":
        raise ValueError(f"{name} is {tensor.layout}: give {name}.to_dense()")
    if (dtype := _TORCH.get(str(tensor.dtype))) is None:
        raise ValueError(f"{name} is {tensor.dtype}, which means nothing here")
    tensor = tensor.detach()
    size = np.dtype(dtype).itemsize
    reach = 1 + sum((length - 1) * stride for length, stride in zip(tensor.shape, tensor.stride())) if tensor.numel() else 0
    memory = (ctypes.c_uint8 * (reach * size)).from_address(tensor.data_ptr() if reach else 0) if reach else (ctypes.c_uint8 * 0)()
    memory.owner = tensor  # the view keeps the tensor, and with it the memory
    flat = np.frombuffer(memory, dtype)
    strides = tuple(stride * size for stride in tensor.stride()) if reach else None
    view = np.lib.stride_tricks.as_strided(flat, tuple(tensor.shape), strides) if reach else flat.reshape(tuple(tensor.shape))
    return Taken(view, "torch", str(tensor.dtype) == "torch.bfloat16")


def made(shape: tuple[int, ...], dtype: Any, kind: str) -> tuple[Any, np.ndarray]:
    """A new array of a kind, and numpy's view of it."""
    if kind == "torch":
        torch = sys.modules["torch"]
        result = torch.empty(shape, dtype=getattr(torch, np.dtype(dtype).name))
        return result, take(result, "result").array
    result = np.empty(shape, dtype)
    return result, result


def readable(array: np.ndarray) -> np.ndarray:
    """Row-major, aligned and in the machine's byte order: itself where it is, a copy with the same bits otherwise."""
    if not array.dtype.isnative:
        array = array.byteswap().view(array.dtype.newbyteorder("="))
    if array.flags.c_contiguous and array.flags.aligned:
        return array
    return np.array(array, order="C", copy=True, subok=False)


def bits(array: np.ndarray) -> np.ndarray:
    """Numbers as unsigned integers of their width: what copies them keeps NaN payloads."""
    return array.view(np.dtype(f"u{array.dtype.itemsize}"))


def writable(given: Any, shape: tuple[int, ...], dtype: Any, name: str) -> Taken:
    """A buffer of the caller's to write into.

    Raises:
        ValueError: it has another shape or type, gaps between its elements, or cannot be written.
    """
    taken = take(given, name)
    array, wanted = taken.array, np.dtype(dtype)
    if array.shape != tuple(shape):
        raise ValueError(f"{name} has shape {array.shape}, and {tuple(shape)} is needed")
    if array.dtype != wanted or taken.is_bfloat16:
        raise ValueError(f"{name} is {'bfloat16' if taken.is_bfloat16 else array.dtype}, and {wanted} is needed")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"{name} is not contiguous: a result is written into a row-major array without gaps")
    if not array.flags.writeable:
        raise ValueError(f"{name} is read-only")
    return taken


class Numbers(NamedTuple):
    """Numbers that are converted: row-major, and what format they are."""

    array: np.ndarray
    source: str
    kind: str


def numbers(values: Any, source: str | None, name: str = "values") -> Numbers:
    """Numbers in one of the three formats that conversions take.

    Args:
        values: float32, float16, torch.bfloat16; or uint32 or uint16 bits, with ``source``.
        source: ``f32``, ``f16`` or ``bf16``; None goes by the type.

    Raises:
        ValueError: the type is another, or is not that of ``source``.
    """
    taken = take(values, name)
    dtype = taken.array.dtype.newbyteorder("=")
    own = "bf16" if taken.is_bfloat16 else {np.dtype(np.float32): "f32", np.dtype(np.float16): "f16"}.get(dtype)
    if source is not None:
        source = source_name(source)
        widths = {"f32": np.dtype(np.uint32), "f16": np.dtype(np.uint16), "bf16": np.dtype(np.uint16)}
        if own != source and (taken.is_bfloat16 or dtype != widths[source]):
            shown = "bfloat16" if taken.is_bfloat16 else dtype
            raise ValueError(f"{name} is {shown}, and source is {source}: its bits are {widths[source]}")
        own = source
    if own is None:
        hint = "; rounding it to float32 is a choice: values.astype(numpy.float32)" if dtype == np.float64 else \
            "; name the format of these bits in source" if dtype in (np.uint16, np.uint32) else ""
        raise ValueError(f"{name} is {dtype}, and float32, float16 or bfloat16 is needed{hint}")
    return Numbers(readable(taken.array), own, taken.kind)


def source_name(name: str) -> str:
    """``f32``, ``f16`` or ``bf16`` of any of their spellings."""
    short = {"fp32": "f32", "float32": "f32", "fp16": "f16", "float16": "f16", "bfloat16": "bf16"}.get(name, name)
    if short not in WIDE:
        raise ValueError(f"source is f32, f16 or bf16, not '{name}'")
    return short


def random_words(random: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Random bits: a word an element.

    Raises:
        ValueError: another type than uint32 (torch: int32, as its bits), or another shape than that of the values.
    """
    array = take(random, "random").array
    if array.dtype.newbyteorder("=") not in (np.dtype(np.uint32), np.dtype(np.int32)):
        raise ValueError(f"random is {array.dtype}, and uint32 is needed: a word a value")
    if array.shape != tuple(shape):
        raise ValueError(f"random has shape {array.shape}, and the values {tuple(shape)}")
    return readable(array)


def codes(given: Any, dtype: Any, name: str) -> Taken:
    """Codes that come in, of the width that their format has.

    Raises:
        ValueError: another type.
    """
    taken = take(given, name)
    wanted = np.dtype(dtype)
    if taken.array.dtype.newbyteorder("=") != wanted or taken.is_bfloat16:
        raise ValueError(f"{name} is {'bfloat16' if taken.is_bfloat16 else taken.array.dtype}, and codes of this format are {wanted}")
    return Taken(readable(taken.array), taken.kind, False)
