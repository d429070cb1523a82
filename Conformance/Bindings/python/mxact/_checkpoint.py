"""Checkpoints: what their tensors are made of, and their values."""
from __future__ import annotations

import ctypes
import json
import os
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _arrays, _structures
from ._choices import joined
from ._library import call, close, library, taken, utf8
from ._tensor import thread_count


@dataclass(frozen=True)
class StoredTensor:
    """A tensor of a checkpoint: what it is, and its values when they are asked for."""

    #: Its name; of a quantised tensor that of its codes.
    name: str
    #: Whether it is codes and scales.
    quantized: bool
    #: Of a quantised one, its layout (``names("layouts")``).
    layout: str | None
    #: Of a quantised one, its block format; else its type, such as ``BF16``.
    format: str
    #: Of a quantised one, along which of the matrix's axes blocks run.
    axis: int | None
    #: Elements along each axis.
    shape: tuple[int, ...]
    _of: "Checkpoint" = field(repr=False, compare=False)
    _index: int = field(repr=False, compare=False)

    def values(self, out: Any = None) -> Any:
        """The values as float32: code times scale times tensor scale, rounded once.

        Args:
            out: a float32 array of the tensor's shape to write into.

        Raises:
            ValueError: the checkpoint is closed, ``out`` does not fit, or the file cannot be read.
            Unsupported: the tensor is of another type than float32, float16, bfloat16 and quantised ones.
        """
        result, target = _arrays.made(self.shape, np.float32, "numpy") if out is None else \
            (out, _arrays.writable(out, self.shape, np.float32, "out").array)
        self._of._call("checkpoint_values", self._index, target.ctypes.data, target.size)
        return result


class Checkpoint(Mapping[str, StoredTensor]):
    """The tensors of a checkpoint by name. Close it, or use it in a ``with``; any thread may use it."""

    def __init__(self, path: "str | os.PathLike[str]", layout: str | None = None) -> None:
        handle, count = ctypes.c_void_p(), ctypes.c_int64()
        call("checkpoint_open", utf8(_path(path), "path"), utf8(layout, "layout"), ctypes.byref(handle), ctypes.byref(count))
        self._handle, self._lock = handle, threading.Lock()
        self._close = weakref.finalize(self, close, "checkpoint", handle)
        self._close.atexit = False
        described = [self._described(index) for index in range(count.value)]
        self._tensors = {tensor.name: tensor for tensor in described}

    def __getitem__(self, name: str) -> StoredTensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files; what was read stays."""
        with self._lock:
            self._close()

    def _call(self, function: str, *arguments: object) -> None:
        library()  # refuses in a child of a fork, where a thread that is not there may hold the lock
        with self._lock:
            if not self._close.alive:
                raise ValueError("the checkpoint is closed")
            call(function, self._handle, *arguments)

    def _described(self, index: int) -> StoredTensor:
        tensor = _structures.StoredTensor()
        self._call("checkpoint_tensor", index, ctypes.byref(tensor))
        shape = tuple(tensor.shape[i] for i in range(tensor.dimensions))
        is_quantized = bool(tensor.quantized)
        return StoredTensor(tensor.name.decode(), is_quantized, tensor.layout.decode() if is_quantized else None, tensor.format.decode(),
                            len(shape) - 1 - tensor.axis if is_quantized else None, shape, self, index)


def load(path: "str | os.PathLike[str]", *, layout: str | None = None) -> Checkpoint:
    """Opens a checkpoint: a file or a folder of any kind that ``mxact layouts`` lists.

    Args:
        path: of the file or folder.
        layout: the layout's name where it is not to be recognised.

    Returns:
        A mapping from names to tensors, whose values are read when they are asked for.

    Raises:
        ValueError: the file is missing, damaged or of no kind that is known; the reason says where.
    """
    return Checkpoint(path, layout)


def inspect(path: "str | os.PathLike[str]", *, layout: str | None = None) -> dict[str, Any]:
    """What quantised tensors are made of, and what is impossible or suspicious about them.

    Returns:
        The report that ``mxact inspect --json`` writes, and ``exit_code``: 1 where something is found.

    Raises:
        ValueError: as of :func:`load`.
    """
    code, report = ctypes.c_int32(), ctypes.c_void_p()
    call("inspect", utf8(_path(path), "path"), utf8(layout, "layout"), ctypes.byref(code), ctypes.byref(report))
    return {**json.loads(taken(report)), "exit_code": code.value}


def which(original: "str | os.PathLike[str]", quantized: "str | os.PathLike[str]", *, layout: str | None = None) -> dict[str, Any]:
    """How somebody quantised a checkpoint: per tensor the scale rule, rounding and other choices that give its blocks.

    Args:
        original: the values: a file of F32, BF16 or F16 tensors, or a folder of them.
        quantized: what was made of them.
        layout: the quantised one's layout where it is not to be recognised.

    Returns:
        The report that ``mxact which --json`` writes; its ``exit_code`` is 0 where choices give every block, 1 where not.

    Raises:
        ValueError: as of :func:`load`, or the two have no tensor in common.
    """
    code, report = ctypes.c_int32(), ctypes.c_void_p()
    call("which", utf8(_path(original), "original"), utf8(_path(quantized), "quantized"), utf8(layout, "layout"), ctypes.byref(code),
         ctypes.byref(report))
    found: dict[str, Any] = json.loads(taken(report))
    return found


def convert(path: "str | os.PathLike[str]", out: "str | os.PathLike[str]", format: str | None = None, *, axis: int = -1,
            to_layout: str | None = None, to: str | None = None, tensor_scale: "str | float | None" = None, layout: str | None = None,
            keep_nan: bool = False, seed: int | None = None, threads: int = 0, profile: str | None = None, **choices: Any) -> None:
    """Quantises a checkpoint's tensors, gives a quantised one's values, or gives it another layout with the same codes and scales.

    Args:
        path: a file or a folder.
        out: the new file, replaced whole, or a folder where ``path`` is one.
        format: the block format to quantise to; without it the way is back to values, or to ``to_layout``.
        axis: along which blocks run that are made: -1 the last, -2 the first of a matrix.
        to_layout: the layout to write (``names("layouts")``).
        to: of values, ``"f32"`` (None) or ``"bf16"``.
        tensor_scale: nvfp4's second scale: ``"fit"`` (None), ``"power-of-two"``, ``"one"``, ``"percentile:P"`` or a number.
        layout: the input's where it is not to be recognised.
        keep_nan: pass on scales that are NaN, which are refused otherwise.
        seed: of a stochastic rounding's bits, which it needs.
        threads: 0 is one a processor. No bit depends on them.
        profile: the named choices to begin with; then any latitude by name, such as ``scale_rule="round-up"``.

    Raises:
        ValueError: it cannot be done; the reason says where and why, and nothing is left behind.
    """
    if axis not in (-1, -2):
        raise ValueError(f"axis is -1 or -2, not {axis!r}")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 64):
        raise ValueError(f"seed is 0 to 2**64 - 1, not {seed!r}")
    call("convert", ctypes.byref(_structures.Conversion(
        axis=-1 - axis, input=utf8(_path(path), "path"), output=utf8(_path(out), "out"), format=utf8(format, "format"),
        choices=joined(profile, choices), to_layout=utf8(to_layout, "to_layout"), to=utf8(to, "to"),
        tensor_scale=utf8(None if tensor_scale is None else str(tensor_scale), "tensor_scale"), layout=utf8(layout, "layout"),
        threads=thread_count(threads), keep_nan=int(keep_nan), seeded=int(seed is not None), seed=seed or 0)))


def _path(path: "str | os.PathLike[str]") -> str:
    try:
        return os.fsdecode(path)
    except TypeError:
        raise ValueError(f"path is a text or a path, not {type(path).__name__}") from None
