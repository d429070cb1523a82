"""Arrays that NumPy saves, as mxact reads them: arrays.py FOLDER MXACT."""
import json
import struct
import subprocess
import sys

import numpy

folder, mxact = sys.argv[1:]
values = numpy.random.default_rng(3).standard_normal((6, 64)).astype(numpy.float32)
halves = values.astype(numpy.float16)
truncated = (values.view(numpy.uint32) >> 16).astype(numpy.uint16)
codes = numpy.arange(128, dtype=numpy.uint8).reshape(2, 64) % 0x7F


def e4m3(code):
    exponent, fraction = (code >> 3) & 15, code & 7
    return fraction * 2.0 ** -9 if exponent == 0 else (8 + fraction) * 2.0 ** (exponent - 10)


cases = [
    ("f4", values, [], "mxfp8-e4m3", None),
    ("f2", halves, [], "mxfp8-e4m3", None),
    ("V1", codes.view("V1"), ["--as", "e4m3"], None, numpy.array([[e4m3(int(c)) for c in row] for row in codes], numpy.float32)),
    ("V2", truncated.view("V2"), ["--as", "bf16"], "mxint8", None),
]
status = 0
for name, array, options, form, expected in cases:
    path, out = f"{folder}/{name}.npy", f"{folder}/{name}.safetensors"
    numpy.save(path, array)
    if form is not None:
        # The same numbers in binary32 give the same codes and scales: NumPy widened them.
        wide = {"f4": values, "f2": halves.astype(numpy.float32),
                "V2": (truncated.astype(numpy.uint32) << 16).view(numpy.float32)}[name]
        numpy.save(f"{folder}/{name}-wide.npy", wide)
        other = f"{folder}/{name}-wide.safetensors"
        subprocess.run([*mxact.split(), "convert", f"{folder}/{name}-wide.npy", other, "--format", form], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*mxact.split(), "convert", path, out, "--format", form, *options], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([*mxact.split(), "convert", path, out, *options], check=True, stdout=subprocess.DEVNULL)

    def data(file):
        content = open(file, "rb").read()
        length, = struct.unpack("<Q", content[:8])
        return content[8 + length:]

    same = data(out) == (expected.tobytes() if expected is not None else data(other))
    print(f"{'ok  ' if same else 'FAIL'} NumPy {numpy.__version__} {array.dtype.str} {array.shape}")
    status |= not same
sys.exit(status)
