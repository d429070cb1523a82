"""What a status of the library is in Python."""
from __future__ import annotations


class Unsupported(ValueError, NotImplementedError):
    """Understood, and not done: the library raises it, and a kernel under test may (it then counts as ``unsupported``)."""


def error_of(status: int, reason: str) -> Exception:
    """The exception for a status other than 0."""
    if status == 3:
        return Unsupported(reason)
    if status in (2, 4):
        return ValueError(reason)
    if status == 6:
        return MemoryError(reason)
    return RuntimeError(reason)
