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
from ._library import call, close, library, taken, utf8


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


def _path(path: "str | os.PathLike[str]") -> str:
    try:
        return os.fsdecode(path)
    except TypeError:
        raise ValueError(f"path is a text or a path, not {type(path).__name__}") from None
