"""ggml's own dequantiser on the blocks of a GGUF file beside the values that mxact gives: ggml.py LIBRARY FORMAT FILE VALUES."""
import ctypes
import json
import struct
import sys

library, form, blocks_path, values_path = sys.argv[1:]
with open(values_path, "rb") as file:
    length, = struct.unpack("<Q", file.read(8))
    tensor = next(v for k, v in json.loads(file.read(length)).items() if k != "__metadata__")
    begin, end = tensor["data_offsets"]
    file.seek(8 + length + begin)
    expected = file.read(end - begin)

# One tensor, whose data is all there is behind the header.
count = len(expected) // 4
size = count // 32 * 17 if form == "mxfp4" else count // 64 * 36
with open(blocks_path, "rb") as file:
    data = file.read()
blocks = ctypes.create_string_buffer(data[len(data) - (size + 31) // 32 * 32:][:size], size)
values = (ctypes.c_float * count)()
dequantize = getattr(ctypes.CDLL(library), f"dequantize_row_{form}")
dequantize.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
dequantize(blocks, values, count)
zero, minus_zero = bytes(4), b"\0\0\0\x80"
got = bytes(values)
pairs = [(got[4 * i:4 * i + 4], expected[4 * i:4 * i + 4]) for i in range(count)]
# ggml's table is of integers, which have one zero.
unsigned = sum(pair == (zero, minus_zero) for pair in pairs)
differing = [i for i, pair in enumerate(pairs) if pair[0] != pair[1] and pair != (zero, minus_zero)]
print(f"{'FAIL' if differing else 'ok  '} ggml dequantize_row_{form}: {count - len(differing)} of {count} values equal, "
      f"{unsigned} of them -0 that ggml makes 0" + (f"; the first that is not is {differing[0]}" if differing else ""))
sys.exit(1 if differing else 0)
