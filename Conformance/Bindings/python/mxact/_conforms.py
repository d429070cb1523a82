"""Kernels as test items: what ``@mx.conforms`` keeps, and which groups of golden rows it asks."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import _check
from ._choices import words
from ._requests import asked, header_of, is_own

T = TypeVar("T")

#: Where the decorator leaves what it was given; the pytest plugin looks for it without importing this package.
MARK = "__mxact_conforms__"


def conforms(operation: str | None = None, *, format: str | None = None, **options: Any) -> Callable[[T], T]:
    """Turns a kernel into test items under pytest, one a group of golden rows that differ in their operands alone.

    The arguments are those of :func:`check`. An item that fails shows what ``mxact run`` prints: the cause, and the first rows.

    ::

        @mx.conforms("encode", format="e4m3")
        def my_encode(values):
            ...
    """
    def mark(kernel: T) -> T:
        try:
            setattr(kernel, MARK, Conforms(kernel, operation, format, options))
        except AttributeError:
            raise ValueError(f"{type(kernel).__name__} cannot be marked: wrap it in a function") from None
        return kernel

    return mark


class Conforms:
    """A marked kernel."""

    def __init__(self, kernel: Any, operation: str | None, format: str | None, options: dict[str, Any]) -> None:
        self.kernel, self.operation, self.format, self.options = kernel, operation, format, options

    def groups(self) -> list[str]:
        """The headers of the groups that it is asked.

        Raises:
            ValueError: an argument is none of :func:`check`'s.
        """
        options = dict(self.options)
        level, folder = options.pop("level", "standard"), options.pop("vectors", None)
        unit, only = options.pop("unit", None), options.pop("only", None)
        for other in ("name", "own_random_bits"):
            options.pop(other, None)
        declared = tuple(words(options.pop("profile", "ocp"), options))
        wanted = _check.wanted_of(self.kernel, self.operation, self.format)
        terms = _check.terms_of(wanted, self.operation, self.format, unit, only)
        headers = dict.fromkeys(header_of(request) for request in asked(declared, terms or "", level, folder))
        return [header for header in headers if isinstance(self.kernel, _check.Lines) or self._takes(header, wanted, declared)]

    def check(self, header: str) -> _check.Verdict:
        """Holds the kernel to the rows of one group."""
        return _check.check_group(self.kernel, self.operation, header, format=self.format, **self.options)

    @staticmethod
    def _takes(header: str, wanted: frozenset[str], declared: tuple[str, ...]) -> bool:
        operation, *rest = header.split()
        formats = rest[:2 if operation == "dot" else 1]
        choices = dict(word.split("=", 1) for word in rest[len(formats):])
        needs = {"source": "from" in choices, "tensor_scale": "tensor-scale" in choices,
                 "random": choices.get("rounding", "").startswith("stochastic"), "output": choices.get("out") in ("f16", "fp16")}
        return all(name in wanted for name, is_needed in needs.items() if is_needed) \
            and ("choices" in wanted or is_own(declared, operation, " ".join(formats), choices))
