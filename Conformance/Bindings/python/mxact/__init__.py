"""Mxact: a bit-exact simulator of the OCP Microscaling (MX) formats, with golden test vectors and a conformance suite.

Everything is computed by a C library that comes with the package and is loaded at the first call. Any function may be called from any
thread; the library releases the interpreter's lock. What cannot be done is a ValueError with the reason.
"""
from ._check import Identification, Lines, Verdict, check, identify, lines
from ._checkpoint import Checkpoint, StoredTensor, convert, inspect, load, which
from ._choices import latitudes
from ._conforms import conforms
from ._elements import decode, encode
from ._error import QuantizationError
from ._errors import Unsupported
from ._library import build, names, version
from ._product import matmul
from ._quantize import fit_tensor_scale, quantize, quantize_dequantize
from ._tensor import Tensor
from ._vectors import Row, vectors
from ._words import answer, explain

__version__ = "0.1.0"

__all__ = [
    "Checkpoint", "Identification", "Lines", "QuantizationError", "Row", "StoredTensor", "Tensor", "Unsupported", "Verdict",
    "answer", "build", "check", "conforms", "convert", "decode", "encode", "explain", "fit_tensor_scale", "identify", "inspect", "latitudes",
    "lines", "load", "matmul", "names", "quantize", "quantize_dequantize", "vectors", "version", "which",
]
