"""A kernel over arrays, as the library asks one: its groups as numpy's arrays, its results as bytes."""
from __future__ import annotations

import ctypes
import inspect
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import _arrays
from ._elements import code_dtype, operand_dtype
from ._errors import Unsupported
from ._requests import header
from ._structures import Group

ANSWERED, UNSUPPORTED, FAILED = 0, 1, 2

#: What each operation's kernel takes by position.
POSITIONS = {"encode": 1, "decode": 1, "scale": 1, "quantize": 1, "dequantize": 2, "dot": 3}

#: What a kernel may ask for by name.
KEYWORDS = ("operation", "format", "choices", "source", "random", "tensor_scale", "output", "a_scales", "b_scales")


class Asked:
    """A group's questions, with numbers as the caller's kernel sees them. Every array is a copy: a kernel may keep it."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.operation = group.operation.decode()
        self.format = group.format.decode()
        words = (word.partition("=") for word in group.choices.decode().split())
        self.choices = {key: value for key, _, value in words}
        self.source = _arrays.source_name(group.from_.decode())
        self.output = {"fp16": "f16", "fp32": "f32"}.get(self.choices.get("out", "f32"), self.choices.get("out", "f32"))
        self.count, self.length = group.count, group.length

    @property
    def header(self) -> str:
        """The questions without their operands, as :func:`mxact._requests.header_of` says them."""
        words = [f"{key}={value}" for key, value in self.choices.items()]
        scale = np.float32(self.group.tensor_scale)
        return header(self.operation, self.format, words, self.source, "" if scale == 1 else f"{int(scale.view(np.uint32)):08x}")

    def operands(self) -> tuple[np.ndarray, ...]:
        """What the kernel takes by position."""
        group, shape = self.group, (self.count, self.length)
        if self.operation in ("encode", "scale", "quantize"):
            values = _copy(group.values, shape, _arrays.WIDE[self.source])
            return (values[:, 0] if self.operation == "encode" else values,)
        if self.operation == "decode":
            return (_copy(group.codes, shape, code_dtype(self.format))[:, 0],)
        if self.operation == "dequantize":
            return _copy(group.scales, (self.count,), np.uint8), _copy(group.codes, shape, np.uint8)
        a, b = self.format.split()
        return (_copy(group.codes, shape, operand_dtype(a)), _copy(group.other_codes, shape, operand_dtype(b)),
                _copy(group.addends, (self.count,), np.float16 if self.output == "f16" else np.float32))

    def keywords(self, wanted: frozenset[str]) -> dict[str, Any] | None:
        """What the kernel asks for by name; None where it cannot see something that the answer depends on."""
        group, scales = self.group, (self.count, self.group.scale_length)
        is_seen = {
            "source": self.source == "f32", "random": not group.random, "tensor_scale": group.tensor_scale == 1,
            "output": self.output == "f32", "a_scales": not group.scale_length or self.operation != "dot",
        }
        if any(not plain and name not in wanted for name, plain in is_seen.items()):
            return None
        has_scales = self.operation == "dot" and group.scale_length > 0
        random = _copy(group.random, (self.count, self.length), np.uint32) if group.random else None
        if random is not None and self.operation == "encode":
            random = random[:, 0]
        every = {
            "operation": self.operation, "format": self.format, "choices": dict(self.choices), "source": self.source, "random": random,
            "tensor_scale": group.tensor_scale, "output": self.output,
            "a_scales": _copy(group.scales, scales, np.uint8) if has_scales else None,
            "b_scales": _copy(group.other_scales, scales, np.uint8) if has_scales else None,
        }
        return {name: every[name] for name in wanted}

    def write(self, result: Any) -> None:
        """Writes what the kernel returned.

        Raises:
            TypeError, ValueError: it has not the type or the shape that is asked for.
        """
        group, shape = self.group, (self.count, self.length)
        if self.operation == "quantize":
            if not isinstance(result, (tuple, list)) or len(result) != 2:
                raise TypeError(f"quantize returns scales and codes, not {type(result).__name__}")
            _put(result[0], group.scales_out, (self.count,), np.dtype(np.uint8), "scales")
            _put(result[1], group.codes_out, shape, np.dtype(np.uint8), "codes")
        elif self.operation == "scale":
            _put(result, group.scales_out, (self.count,), np.dtype(np.uint8), "scales")
        elif self.operation == "encode":
            _put(result, group.codes_out, (self.count,), code_dtype(self.format), "codes")
        elif self.operation == "dot":
            _put(result, group.values_out, (self.count,), np.dtype(np.uint16 if self.output == "f16" else np.uint32), "results")
        else:
            _put(result, group.values_out, (self.count,) if self.operation == "decode" else shape, np.dtype(np.uint32), "values")


def callback(kernel: Callable[..., Any], takes: Callable[[Asked], bool], wanted: frozenset[str], interrupted: list[BaseException]) \
        -> Callable[[Any, Any], int]:
    """The function that the library calls.

    Args:
        kernel: the caller's.
        takes: whether it is asked at all; what it is not is ``unsupported``.
        wanted: what it asks for by name.
        interrupted: where an interruption is kept, for nothing can be raised through the library.
    """
    def ask(_: Any, pointer: Any) -> int:
        group = pointer.contents
        if interrupted:
            return _failed(group, "interrupted")
        try:
            asked = Asked(group)
            if not takes(asked) or (keywords := asked.keywords(wanted)) is None:
                return UNSUPPORTED
            result = kernel(*asked.operands(), **keywords)
            if result is None:
                return UNSUPPORTED
            asked.write(result)
            return ANSWERED
        except Unsupported:
            return UNSUPPORTED
        except Exception as error:
            return _failed(group, failure(error))
        except BaseException as error:  # an interruption is raised again once the library has returned
            interrupted.append(error)
            return _failed(group, "interrupted")

    return ask


def failure(error: Exception) -> str:
    """An exception in one line, with the place it comes from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent != Path(__file__).parent]
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def wanted_of(kernel: Callable[..., Any], operation: str | None) -> frozenset[str]:
    """What a kernel asks for by name.

    Raises:
        ValueError: it is no function, or needs an argument that nobody gives.
    """
    if operation is not None and operation not in POSITIONS:
        raise ValueError(f"operation is one of {', '.join(POSITIONS)}, not '{operation}'")
    if not callable(kernel):
        raise ValueError(f"a kernel is a function over arrays, not {type(kernel).__name__}")
    try:
        parameters = list(inspect.signature(kernel).parameters.values())
    except (TypeError, ValueError):
        return frozenset()
    if any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters):
        return frozenset(KEYWORDS)
    taken = 0 if operation is None else POSITIONS[operation]
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:taken]
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p not in positional]
    unknown = [p.name for p in named if p.name not in KEYWORDS and p.default is p.empty and (operation or p.kind == p.KEYWORD_ONLY)]
    if unknown:
        raise ValueError(f"the kernel needs '{unknown[0]}', which it is not given; it may ask for {', '.join(KEYWORDS)}")
    return frozenset(p.name for p in named if p.name in KEYWORDS)


def _failed(group: Group, text: str) -> int:
    message = text.encode("utf-8", "replace")[:max(group.message_size - 1, 0)]
    if group.message and group.message_size:
        ctypes.memmove(group.message, message + b"\0", len(message) + 1)
    return FAILED


def _copy(address: int | None, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    return np.frombuffer(bytearray(ctypes.string_at(address, size) if address and size else b""), dtype).reshape(shape)


def _put(result: Any, address: int, shape: tuple[int, ...], dtype: np.dtype, name: str) -> None:
    taken = _arrays.take(result, name)
    array = taken.array
    if array.shape != shape and array.shape != (*shape, 1):
        raise ValueError(f"{name} has shape {array.shape}, and {shape} is asked for")
    if array.dtype.kind == "f" and name in ("values", "results"):
        if array.dtype.itemsize != dtype.itemsize or taken.is_bfloat16:
            raise TypeError(f"{name} is {array.dtype}, and a number of {8 * dtype.itemsize} bits is asked for")
        array = _arrays.bits(_arrays.readable(array))
    elif array.dtype.kind not in "ui":
        raise TypeError(f"{name} is {array.dtype}, and {dtype} is asked for")
    elif array.dtype != dtype:
        if array.dtype.kind == "i" and array.dtype.itemsize == dtype.itemsize:
            array = _arrays.bits(_arrays.readable(array))
        elif array.size and (array.min() < 0 or array.max() > np.iinfo(dtype).max):
            raise ValueError(f"{name} has {array.min() if array.min() < 0 else array.max()}, which is none of {dtype}")
    memory = (ctypes.c_uint8 * (int(np.prod(shape, dtype=np.int64)) * dtype.itemsize)).from_address(address)
    np.copyto(np.frombuffer(memoryview(memory), dtype).reshape(shape), array.reshape(shape), casting="unsafe")
