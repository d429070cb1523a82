"""The golden vectors, row by row."""
from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from typing import NamedTuple

from . import _structures
from ._errors import error_of
from ._library import call, close, golden_folder, library, utf8

_END = 7


class Row(NamedTuple):
    """A golden row: ``request`` and ``answer`` are lines of the protocol."""

    id: str
    request: str
    answer: str
    flags: str
    clause: str


def only_text(only: "str | list[str] | tuple[str, ...] | None") -> str | None:
    """Terms as the library takes them.

    Raises:
        ValueError: a term is no text.
    """
    terms = [only] if isinstance(only, str) else list(only or ())
    if not all(isinstance(term, str) for term in terms):
        raise ValueError("only is a term such as 'quantize+mxfp4', or several")
    return " ".join(terms) or None


def vectors(only: "str | list[str] | tuple[str, ...] | None" = None, *, level: str = "standard",
            folder: str | None = None) -> Iterator[Row]:
    """Iterates over the golden vectors.

    Args:
        only: terms that name an operation, a format, a choice, a flag or the beginning of an id; ``+`` joins terms that must all hold.
        level: ``smoke`` or ``standard``.
        folder: of the golden set; None is that of the package, or MXACT_VECTORS.

    Raises:
        ValueError: there is no such level or folder, or its files are not what its manifest says.
    """
    handle = ctypes.c_void_p()
    call("vectors_open", utf8(folder or golden_folder(), "folder"), utf8(level, "level"), utf8(only_text(only)), ctypes.byref(handle))
    return _Rows(handle)


class _Rows:
    def __init__(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle
        self._close = weakref.finalize(self, close, "vectors", handle)
        self._close.atexit = False

    def __iter__(self) -> "_Rows":
        return self

    def __next__(self) -> Row:
        if not self._close.alive:
            raise StopIteration
        opened, row = library(), _structures.Row()
        status = opened.mxact_vectors_next(self._handle, ctypes.byref(row))
        if status == _END:
            self._close()
            raise StopIteration
        if status:
            raise error_of(status, opened.mxact_error().decode("utf-8", "replace"))
        return Row(*(text.decode() for text in (row.id, row.request, row.answer, row.flags, row.clause)))
