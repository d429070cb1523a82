"""Which questions the library asks a kernel of some declaration: it is listened to, and nothing is answered."""
from __future__ import annotations

import ctypes
import functools

from . import _structures
from ._arrays import source_name
from ._choices import latitudes
from ._library import call, golden_folder, taken, utf8

#: Words that are no choices of the kernel's.
_OF_THE_QUESTION = ("from", "tensor-scale", "profile", "out", "model")


def header(operation: str, format: str, words: list[str], source: str, tensor_scale: str) -> str:
    """A question without its operands, in one spelling."""
    return " ".join([operation, format, *sorted(words), *([] if source == "f32" else [f"from={source}"]),
                     *([f"tensor-scale={tensor_scale}"] if tensor_scale else [])])


def header_of(request: str) -> str:
    """The header of a line of the protocol."""
    operation, *rest = request.split()
    count = 2 if operation == "dot" else 1
    words = [word for word in rest[count:] if "=" in word]
    special = dict(word.split("=", 1) for word in words if word.startswith(("from=", "tensor-scale=")))
    plain = [word for word in words if not word.startswith(("from=", "tensor-scale="))]
    return header(operation, " ".join(rest[:count]), plain, source_name(special.get("from", "f32")), special.get("tensor-scale", ""))


def asked(declared: tuple[str, ...], only: str, level: str, folder: str | None) -> list[str]:
    """The requests that a kernel of this declaration is sent.

    Raises:
        ValueError: nothing is selected, or a choice is none.
    """
    heard: list[str] = []

    def listen(_: object, request: bytes, answer: object, size: int) -> int:
        heard.append(request.decode())
        return 1

    test = _structures.Test(declared=utf8(" ".join(declared) or None), level=utf8(level, "level"), only=utf8(only),
                            vectors=utf8(folder or golden_folder(), "vectors"), line_kernel=_structures.LineKernel(listen))
    report, code = ctypes.c_void_p(), ctypes.c_int32()
    call("check", ctypes.byref(test), ctypes.byref(code), ctypes.byref(report))
    taken(report)
    return heard


@functools.lru_cache(maxsize=256)
def own_choices(declared: tuple[str, ...], operation: str, format: str) -> dict[str, str]:
    """What a kernel always does that does what it declares: a choice for each latitude that a question can name.

    A profile's choices are in the library alone: a kernel that declares it is asked under them where a row leaves them to it.
    """
    said = dict(word.split("=", 1) for word in declared)
    own = {name: choices[0] for name, choices in latitudes().items()}
    if said.get("profile", "ocp") != "ocp" and operation in ("encode", "scale", "quantize"):
        left = [] if operation == "scale" else ["rounding=ties-to-even", "overflow=saturate"]
        left += ["scale-rule=floor"] if operation != "encode" and format != "nvfp4" else []
        for request in asked(declared, "+".join([operation, format, *left]), "standard", None):
            own |= dict(word.split("=", 1) for word in request.split() if "=" in word)
    return {**own, **said}


def is_own(declared: tuple[str, ...], operation: str, format: str, choices: dict[str, str]) -> bool:
    """Whether a kernel that cannot be told anything answers a question: it is asked under the choices that it declares."""
    if operation in ("decode", "dequantize", "dot"):
        return True
    own = own_choices(declared, operation, format)
    return all(own.get(key) == value for key, value in choices.items() if key not in _OF_THE_QUESTION)
