"""Kernels of the caller's, held to the golden vectors or identified."""
from __future__ import annotations

import ctypes
import functools
import json
from collections.abc import Callable
from typing import Any

from . import _groups, _structures
from ._choices import words
from ._errors import Unsupported
from ._groups import ANSWERED, FAILED, POSITIONS, UNSUPPORTED
from ._library import call, golden_folder, names, taken, utf8
from ._requests import header_of, is_own
from ._vectors import only_text, vectors


class Lines:
    """A kernel that answers lines of the protocol; see :func:`lines`."""

    def __init__(self, answer: Callable[[str], str | None]) -> None:
        if not callable(answer):
            raise ValueError(f"a kernel over lines is a function from a request to an answer, not {type(answer).__name__}")
        self.answer = answer
        self.__name__ = getattr(answer, "__name__", "kernel")


def lines(answer: Callable[[str], str | None]) -> Lines:
    """Adapts a function that answers a line of the protocol, for :func:`check`, :func:`identify` and :func:`conforms`.

    Args:
        answer: from a request (``encode e4m3 rounding=ties-to-even 3f800000``) to its answer (``38``); ``unsupported``, None or
            :class:`Unsupported` for what it does not do.
    """
    return Lines(answer)


class Findings:
    """What was found of a kernel: an exit code as the command has it, and a text. Prints as its text, and is true where ``ok`` is."""

    def __init__(self, exit_code: int, text: str, again: Callable[[], str]) -> None:
        self.exit_code = exit_code
        self.text = text
        self._again = again

    @property
    def ok(self) -> bool:
        """Whether the exit code is 0."""
        return self.exit_code == 0

    @functools.cached_property
    def report(self) -> dict[str, Any] | None:
        """The same for a program, as ``--json`` writes it; None where there is none. The kernel is asked once more for it."""
        try:
            return json.loads(self._again())
        except (Unsupported, ValueError):
            return None

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return self.text


class Verdict(Findings):
    """What :func:`check` found: ok where the kernel is conformant; the text is what ``mxact run`` prints."""

    def __repr__(self) -> str:
        return f"<mxact.Verdict {'conformant' if self.ok else 'not conformant' if self.exit_code == 1 else 'failed'}>"


class Identification(Findings):
    """What :func:`identify` found: ok where one set of choices explains every answer; the text is what ``mxact identify`` prints."""

    def __repr__(self) -> str:
        return f"<mxact.Identification {'explained' if self.ok else 'not explained' if self.exit_code == 1 else 'failed'}>"


def check(kernel: "Callable[..., Any] | Lines", operation: str | None = None, *, format: str | None = None, unit: str | None = None,
          profile: str = "ocp", level: str = "standard", only: "str | list[str] | None" = None, name: str | None = None,
          own_random_bits: bool = False, vectors: str | None = None, **choices: object) -> Verdict:
    """Holds a kernel to the golden vectors.

    Args:
        kernel: a function over arrays, whole groups at a time, or :func:`lines`. n is a number of questions, and codes are uint8:

            | operation | is called with | returns |
            |---|---|---|
            | ``encode`` | values [n], float32 | codes [n] |
            | ``decode`` | codes [n] | float32 [n], or its bits as uint32 |
            | ``scale`` | magnitudes [n, 1], float32 | scales [n], uint8 |
            | ``quantize`` | values [n, length], float32 | scales [n], codes [n, length] |
            | ``dequantize`` | scales [n], codes [n, length] | float32 [n, length], or its bits as uint32 |
            | ``dot`` | A [n, k], B [n, k], C [n] | D [n], of C's type |

            It may ask by name for ``choices`` (the words of the question as a dictionary: without it, it is asked only under the
            choices it declares), ``format``, ``operation``, ``random`` (uint32 words of the values' shape: stochastic modes), ``source``
            (``f32``, ``f16`` or ``bf16``, whose values are uint16 bits), ``tensor_scale``, ``output``, ``a_scales`` and ``b_scales``
            (of dot [n, blocks], uint8). Without one of these, what depends on it is ``unsupported``, as is what returns None or raises
            :class:`Unsupported`. What else it raises costs the rows it was raised at.
        operation: what it does; without, a kernel has to ask for ``operation`` and take as many arrays as it has. Not needed of
            :func:`lines`.
        format: the format it does it for; without, the kernel has to ask for ``format``.
        unit: of ``dot``, a name of ``names("units")``; of None the exact sum, or every one where the kernel asks for ``choices``,
            in which ``model`` is the unit.
        profile: the profile whose choices it makes.
        level: ``smoke``, ``standard`` or ``deep``.
        only: terms that narrow the rows further, as of :func:`vectors`.
        name: what the report calls it; the function's name of None.
        own_random_bits: it draws its own random bits.
        vectors: folder of the golden set; None is that of the package.
        choices: in what it differs from its profile: ``scale_rule="round-up"``.

    Raises:
        ValueError: an argument is not what it says above, or no row is selected.
    """
    return check_group(kernel, operation, None, format=format, unit=unit, profile=profile, level=level, only=only, name=name,
                       own_random_bits=own_random_bits, vectors=vectors, **choices)


def check_group(kernel: "Callable[..., Any] | Lines", operation: str | None, group: str | None, *, format: str | None = None,
                unit: str | None = None, profile: str = "ocp", level: str = "standard", only: "str | list[str] | None" = None,
                name: str | None = None, own_random_bits: bool = False, vectors: str | None = None, **choices: object) -> Verdict:
    """:func:`check`, of the questions with one header alone where ``group`` names it; the others count as unsupported."""
    declared = tuple(words(profile, choices))
    wanted = wanted_of(kernel, operation, format)
    terms = terms_of(wanted, operation, format, unit, only)
    interrupted: list[BaseException] = []

    def takes(asked: _groups.Asked) -> bool:
        return (group is None or asked.header == group) \
            and ("choices" in wanted or is_own(declared, asked.operation, asked.format, asked.choices))

    narrowed = _of_group(kernel, group) if isinstance(kernel, Lines) and group is not None else kernel
    ask = functools.partial(_ask, "check", narrowed, takes, wanted, interrupted, name=name, declared=declared, level=level, only=terms,
                            vectors=vectors, own_random_bits=own_random_bits)
    code, text = ask(as_json=False)
    return Verdict(code, text, lambda: ask(as_json=True)[1])


def identify(kernel: "Callable[..., Any] | Lines", operation: str | None = None, *, format: str | None = None, profile: str | None = None,
             name: str | None = None, **choices: object) -> Identification:
    """Which choices a kernel makes, found by asking it.

    A kernel that does not ask for ``choices`` is asked under all of them, and does what it does.

    The arguments and the errors are those of :func:`check`.
    """
    wanted = wanted_of(kernel, operation, format)
    terms = terms_of(wanted, operation, format, None, None)
    if format is not None and format not in (*names("formats"), *names("elements")):
        format = _in_rows(terms or format)

    def takes(asked: _groups.Asked) -> bool:
        return operation in (None, asked.operation) and format in (None, asked.format)

    ask = functools.partial(_ask, "identify", kernel, takes, wanted, [], name=name, declared=tuple(words(profile, choices)))
    code, text = ask(as_json=False)
    return Identification(code, text, lambda: ask(as_json=True)[1])


def _in_rows(terms: str) -> str:
    """A format as requests name it, of one of its other spellings.

    Raises:
        ValueError: no golden row is about it.
    """
    row = next(vectors(terms), None)
    if row is None:
        raise ValueError(f"no row is selected by '{terms}'")
    return row.request.split()[1]


def _of_group(kernel: Lines, group: str) -> Lines:
    narrowed = Lines(lambda request: kernel.answer(request) if header_of(request) == group else None)
    narrowed.__name__ = kernel.__name__
    return narrowed


def wanted_of(kernel: "Callable[..., Any] | Lines", operation: str | None, format: str | None) -> frozenset[str]:
    """What a kernel asks for by name; lines say their choices themselves.

    Raises:
        ValueError: it does not ask for what it needs.
    """
    if isinstance(kernel, Lines):
        return frozenset(["choices"])
    wanted = _groups.wanted_of(kernel, operation)
    if operation is None and "operation" not in wanted:
        raise ValueError(f"operation is needed, one of {', '.join(POSITIONS)}: this kernel does not ask for the argument 'operation', "
                         "and so is for one")
    if format is None and "format" not in wanted:
        raise ValueError("format is needed: this kernel does not ask for the argument 'format', and so is for one")
    return wanted


def terms_of(wanted: frozenset[str], operation: str | None, format: str | None, unit: str | None,
           only: "str | list[str] | None") -> str | None:
    """The rows of an operation, a format and a unit, narrowed further by each of some terms."""
    if operation is not None and operation not in POSITIONS:
        raise ValueError(f"operation is one of {', '.join(POSITIONS)}, not '{operation}'")
    if unit is not None and operation != "dot":
        raise ValueError("unit is of the operation 'dot'")
    for text, name in ((format, "format"), (unit, "unit")):
        if text is not None and (not isinstance(text, str) or not text or any(c.isspace() or c == "+" for c in text)):
            raise ValueError(f"{name} is a name, not {text!r}")
    model = [f"model={unit or 'exact'}"] if unit or operation == "dot" and "choices" not in wanted else []
    common = [term for term in (operation, format, *model) if term is not None]
    further = (only_text(only) or "").split()
    return " ".join("+".join([*common, term]) for term in further) or "+".join(common) or None


def _ask(function: str, kernel: "Callable[..., Any] | Lines", takes: Callable[[_groups.Asked], bool], wanted: frozenset[str],
         interrupted: list[BaseException], *, name: str | None, declared: tuple[str, ...], level: str = "standard", only: str | None = None,
         vectors: str | None = None, own_random_bits: bool = False, as_json: bool = False) -> tuple[int, str]:
    """Lets the library ask the kernel; the exit code and the report."""
    shown = name if name is not None else getattr(kernel, "__name__", None) or type(kernel).__name__
    test = _structures.Test(
        json=int(as_json), name=utf8(shown, "name"), declared=utf8(" ".join(declared) or None), level=utf8(level, "level"), only=utf8(only),
        vectors=utf8(vectors or golden_folder(), "vectors"), own_random_bits=int(bool(own_random_bits)))
    if isinstance(kernel, Lines):
        test.line_kernel = _structures.LineKernel(_of_lines(kernel, interrupted))
    else:
        test.kernel = _structures.Kernel(_groups.callback(kernel, takes, wanted, interrupted))
    code, report = ctypes.c_int32(), ctypes.c_void_p()
    try:
        call(function, ctypes.byref(test), ctypes.byref(code), ctypes.byref(report))
    finally:
        text = taken(report)
        if interrupted:
            raise interrupted.pop()
    return code.value, text


def _of_lines(kernel: Lines, interrupted: list[BaseException]) -> Callable[[Any, bytes, int, int], int]:
    def ask(_: Any, request: bytes, answer: int, size: int) -> int:
        def said(text: str, code: int) -> int:
            line = text.encode("utf-8", "replace")
            if len(line) >= size:
                line, code = f"an answer of {len(line)} bytes".encode(), FAILED
            ctypes.memmove(answer, line + b"\0", len(line) + 1)
            return code

        if interrupted:
            return said("interrupted", FAILED)
        try:
            line = kernel.answer(request.decode())
            if line is None:
                return UNSUPPORTED
            if not isinstance(line, str):
                return said(f"the kernel returned {type(line).__name__}, not a line", FAILED)
            return UNSUPPORTED if line.strip() == "unsupported" else said(line.rstrip("\r\n"), ANSWERED)
        except Unsupported:
            return UNSUPPORTED
        except Exception as error:
            return said(_groups.failure(error), FAILED)
        except BaseException as error:
            interrupted.append(error)
            return said("interrupted", FAILED)

    return ask
