"""libmxact, loaded at the first call: importing the package costs nothing but numpy, and a process that forks before it is safe."""
from __future__ import annotations

import ctypes
import functools
import os
import sys
import threading
from ctypes import c_char_p, c_int32, c_int64, c_void_p
from pathlib import Path

from ._errors import error_of
from ._structures import ABI

_HERE = Path(__file__).resolve().parent
_NAME = {"win32": "mxact.dll", "darwin": "libmxact.dylib"}.get(sys.platform, "libmxact.so")
_lock = threading.Lock()
_loaded: ctypes.CDLL | None = None
_forked = False

# What a processor must have for a build of each level; the baseline needs nothing.
_LEVELS = {
    "x86-64-v4": {"avx2", "fma", "bmi1", "bmi2", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "x86-64-v3": {"avx2", "fma", "bmi1", "bmi2", "movbe", "f16c"},
}


def golden_folder() -> str | None:
    """The golden vectors' folder: MXACT_VECTORS, or that of the wheel, or that of the repository; None leaves it to the library."""
    if named := os.environ.get("MXACT_VECTORS"):
        return named
    places = (_HERE / "golden", *(parent / "Vectors" / "golden" / "v1" for parent in _HERE.parents))
    return next((str(place) for place in places if (place / "manifest.json").is_file()), None)


def _flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    return next((set(line.split()) for line in text.splitlines() if line.startswith("flags")), set())


def _path() -> Path:
    """MXACT_LIBRARY, or the best build of the wheel that this processor runs."""
    if named := os.environ.get("MXACT_LIBRARY"):
        return Path(named)
    builds = _HERE / "builds"
    flags = _flags()
    for level, needed in _LEVELS.items():
        if needed <= flags and (better := builds / "glibc-hwcaps" / level / _NAME).is_file():
            return better
    return builds / _NAME


def _in_child() -> None:
    global _forked, _loaded, _lock
    _lock = threading.Lock()
    if _loaded is not None:
        _forked, _loaded = True, None


if hasattr(os, "register_at_fork"):
    # A fork waits for a library that another thread is loading.
    os.register_at_fork(before=lambda: _lock.acquire(), after_in_parent=lambda: _lock.release(), after_in_child=_in_child)


def library() -> ctypes.CDLL:
    """The library.

    Raises:
        ImportError: it is missing, or is of another version of the interface.
        RuntimeError: the process was forked after the library was loaded: its threads have not come along, and it would hang.
    """
    global _loaded
    if _loaded is not None:
        return _loaded
    if _forked:
        raise RuntimeError(
            "this process was forked after mxact was used, and the library's threads stayed behind: start workers with "
            "multiprocessing's 'spawn' or 'forkserver', or use mxact first after the fork")
    with _lock:
        if _loaded is None:
            _loaded = _open(_path())
    return _loaded


def _open(path: Path) -> ctypes.CDLL:
    try:
        opened = ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(f"{path.name} cannot be loaded: {error}") from None
    if (abi := opened.mxact_abi()) != ABI:
        raise ImportError(f"{path.name} has version {abi} of the interface, and this package is for {ABI}")
    opened.mxact_error.restype = opened.mxact_version.restype = opened.mxact_build.restype = c_char_p
    opened.mxact_text_free.argtypes = opened.mxact_vectors_close.argtypes = opened.mxact_checkpoint_close.argtypes = [c_void_p]
    opened.mxact_text_free.restype = opened.mxact_vectors_close.restype = opened.mxact_checkpoint_close.restype = None
    pointers = {"block_bytes": 3, "quantize": 4, "dequantize": 4, "round_trip": 3, "multiply": 2, "check": 3, "identify": 3,
                "vectors_next": 2}
    for name, count in pointers.items():
        getattr(opened, f"mxact_{name}").argtypes = [c_void_p] * count
    texts = {"names": 1, "explain": 4, "answer": 2}
    for name, count in texts.items():
        getattr(opened, f"mxact_{name}").argtypes = [c_char_p] * count + [c_void_p]
    opened.mxact_encode.argtypes = opened.mxact_decode.argtypes = [c_void_p, c_void_p, c_int64, c_void_p]
    opened.mxact_fit_tensor_scale.argtypes = [c_char_p, c_void_p, c_int64, c_void_p]
    opened.mxact_vectors_open.argtypes = [c_char_p, c_char_p, c_char_p, c_void_p]
    opened.mxact_inspect.argtypes = opened.mxact_checkpoint_open.argtypes = [c_char_p, c_char_p, c_void_p, c_void_p]
    opened.mxact_which.argtypes = [c_char_p, c_char_p, c_char_p, c_void_p, c_void_p]
    opened.mxact_convert.argtypes = [c_void_p]
    opened.mxact_checkpoint_tensor.argtypes = [c_void_p, c_int64, c_void_p]
    opened.mxact_checkpoint_values.argtypes = [c_void_p, c_int64, c_void_p, c_int64]
    return opened


def call(name: str, *arguments: object) -> None:
    """Calls a function of the library and raises what it says."""
    opened = library()
    if status := getattr(opened, f"mxact_{name}")(*arguments):
        raise error_of(status, (opened.mxact_error() or b"").decode("utf-8", "replace"))


def close(name: str, handle: c_void_p) -> None:
    """Closes a handle, in the process that opened it: in a child of a fork it belongs to threads that are not there."""
    if _loaded is not None:
        getattr(_loaded, f"mxact_{name}_close")(handle)


def text_of(name: str, *arguments: object) -> str:
    """Calls a function whose last argument is a text that it makes."""
    made = c_void_p()
    call(name, *arguments, ctypes.byref(made))
    return taken(made)


def taken(made: c_void_p) -> str:
    """A text of the library's as one of Python's; the library's is freed."""
    if not made.value:
        return ""
    try:
        length = ctypes.c_size_t.from_address(made.value).value
        return ctypes.string_at(made.value + ctypes.sizeof(ctypes.c_size_t), length).decode("utf-8", "replace")
    finally:
        library().mxact_text_free(made)


def exit_code() -> c_int32:
    """Where the library writes an exit code."""
    return c_int32(0)


def utf8(text: str | None, name: str = "text") -> bytes | None:
    """A text for the library, or null.

    Raises:
        ValueError: as of :func:`named`.
    """
    return None if text is None else named(text, name)


def named(text: str, name: str) -> bytes:
    """A text that is needed.

    Raises:
        ValueError: it is no text, or has a zero in it, at which C would end it.
    """
    if not isinstance(text, str):
        raise ValueError(f"{name} is a text, not {type(text).__name__}")
    if "\0" in text:
        raise ValueError(f"{name} has a zero character in it")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{name} is no text that UTF-8 can say") from None


def version() -> str:
    """The library's version, such as ``0.1.0+commit``."""
    return library().mxact_version().decode()


def build() -> str:
    """The vectors that the loaded build uses here: ``vector128``, ``vector256``, ``vector512`` or ``scalar``."""
    return library().mxact_build().decode()


def names(kind: str) -> tuple[str, ...]:
    """The names of a kind, in the library's order.

    Args:
        kind: ``formats``, ``elements``, ``profiles``, ``latitudes`` (each ``id: choice choice ...``), ``units``, ``layouts`` or
            ``backends``.

    Raises:
        ValueError: there is no such kind.
    """
    return _names(named(kind, "kind"))


@functools.lru_cache(maxsize=None)
def _names(kind: bytes) -> tuple[str, ...]:
    return tuple(text_of("names", kind).splitlines())
