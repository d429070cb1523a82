"""What Python costs beside the library's own calls and beside C#, and how long an import and a whole check take.

usage: benchmark.py [--csharp FILE]

FILE is what `dotnet run -c Release benchmark.cs` prints on this machine: a name and milliseconds a line. Without it the ratios are to the
library called directly: what the package adds to a call.
"""
from __future__ import annotations

import argparse
import ctypes
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

import mxact as mx
from mxact import _structures
from mxact._library import library

ROWS, COLUMNS = 1024, 4096  # 4 Mi elements
OUTPUTS = 128


def milliseconds(*acts: Callable[[], object], rounds: int = 51) -> list[float]:
    """The least of some rounds of each, in turn, after two that nobody counts: what else runs on a machine only adds."""
    least = [float("inf")] * len(acts)
    for number in range(-2, rounds):
        for i, act in enumerate(acts):
            start = time.perf_counter()
            act()
            spent = 1000 * (time.perf_counter() - start)
            least[i] = min(least[i], spent) if number >= 0 else least[i]
    return least


def direct(values: np.ndarray, weights: mx.Tensor, out: np.ndarray) -> dict[str, Callable[[], object]]:
    """The library's functions with every argument made beforehand."""
    own = library()
    scales, codes = np.empty((ROWS, COLUMNS // 32), np.uint8), np.empty((ROWS, COLUMNS), np.uint8)
    back = np.empty_like(values)
    blocks = _structures.Blocks(format=b"mxfp8-e4m3", rows=ROWS, columns=COLUMNS)
    x = mx.quantize(values, "mxfp8-e4m3")
    product = _structures.Product(
        unit=b"blackwell-mxf8f6f4", a_format=b"mxfp8-e4m3", b_format=b"mxfp8-e4m3", m=ROWS, n=OUTPUTS, k=COLUMNS,
        a_codes=x.codes.ctypes.data, b_codes=weights.codes.ctypes.data, a_scales=x.scales.ctypes.data,
        b_scales=weights.scales.ctypes.data)
    kept = (x, weights, values)

    def multiply() -> object:
        out.view(np.uint32).fill(0)
        return own.mxact_multiply(ctypes.byref(product), out.ctypes.data), kept

    return {
        "quantize": lambda: own.mxact_quantize(ctypes.byref(blocks), values.ctypes.data, scales.ctypes.data, codes.ctypes.data),
        "dequantize": lambda: own.mxact_dequantize(ctypes.byref(blocks), x.scales.ctypes.data, x.codes.ctypes.data, back.ctypes.data),
        "matmul": multiply,
    }


def through_python(values: np.ndarray, weights: mx.Tensor, out: np.ndarray) -> dict[str, Callable[[], object]]:
    """The package's, into buffers that are there."""
    x = mx.quantize(values, "mxfp8-e4m3")
    target, back = mx.quantize(values, "mxfp8-e4m3"), np.empty_like(values)
    return {
        "quantize": lambda: mx.quantize(values, "mxfp8-e4m3", out=target),
        "dequantize": lambda: x.dequantize(back),
        "matmul": lambda: mx.matmul(x, weights.T, unit="blackwell-mxf8f6f4", out=out),
    }


def import_milliseconds(code: str) -> float:
    """A fresh process's time for some imports, the least of nine."""
    program = f"import time; t = time.perf_counter(); {code}; print(1000 * (time.perf_counter() - t))"
    return min(float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout) for _ in range(9))


def every(*operands, operation, format, choices, source, random, tensor_scale, output, a_scales, b_scales):
    """The library's own conversions and products as one kernel for the whole level."""
    words = {key.replace("-", "_"): value for key, value in choices.items()}
    if operation == "encode":
        return mx.encode(operands[0], format, source=source, random=random, **words)
    if operation == "decode":
        return mx.decode(operands[0], format)
    if operation in ("quantize", "scale"):
        tensor = mx.quantize(operands[0], format, source=source, random=random, tensor_scale=tensor_scale, **words)
        return tensor.scales if operation == "scale" else (tensor.scales, tensor.codes)
    if operation == "dequantize":
        return mx.Tensor(operands[1], operands[0][:, None], format, tensor_scale=tensor_scale).dequantize()
    return dots(*operands, *format.split(), choices["model"], output, a_scales, b_scales)


def dots(a, b, c, a_format, b_format, model, output, a_scales, b_scales):
    """A product of one row and one column a question."""
    results = np.empty(len(c), c.dtype)
    if a_scales is not None and a_format in mx.names("elements"):  # scaled as MX scales it
        a_format, b_format = f"{a_format}/e8m0/32", f"{b_format}/e8m0/32"
    for i in range(len(c)):
        one, other = (None, None) if a_scales is None else (a_scales[i:i + 1], b_scales[i:i + 1].T)
        results[i:i + 1] = mx.matmul(
            a[i:i + 1], b[i:i + 1].T, unit=None if model == "exact" else model, addend=c[i:i + 1, None], output=output, threads=1,
            a_format=a_format, b_format=b_format, a_scales=one, b_scales=other)[0]
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csharp", help="figures to compare with, in milliseconds")
    arguments = parser.parse_args()
    csharp = dict(line.split() for line in open(arguments.csharp, encoding="utf-8")) if arguments.csharp else {}
    rng = np.random.default_rng(1)
    values = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    weights = mx.quantize(rng.standard_normal((OUTPUTS, COLUMNS)).astype(np.float32), "mxfp8-e4m3")
    out = np.empty((ROWS, OUTPUTS), np.float32)
    print(f"mxact {mx.version()}, {mx.build()}; {ROWS} x {COLUMNS} elements, mxfp8-e4m3")
    own, python = direct(values, weights, out), through_python(values, weights, out)
    for name, act in python.items():
        library_ms, python_ms = milliseconds(own[name], act)
        beside = f", C# {float(csharp[name]):.2f} ms: {python_ms / float(csharp[name]):.2f} times" if name in csharp else ""
        print(f"{name:<11} python {python_ms:8.2f} ms, library {library_ms:8.2f} ms: {python_ms / library_ms:.2f} times{beside}")
    numpy_ms, both_ms = import_milliseconds("import numpy"), import_milliseconds("import numpy, mxact")
    loaded_ms = import_milliseconds("import numpy, mxact; mxact.version()")
    print(f"import      numpy {numpy_ms:.0f} ms, with mxact {both_ms:.0f} ms, and with the library loaded {loaded_ms:.0f} ms")
    start = time.perf_counter()
    verdict = mx.check(every)
    print(f"check       the whole standard level: {time.perf_counter() - start:.2f} s; {verdict.text.splitlines()[-1]}")


if __name__ == "__main__":
    main()
