"""A small checkpoint in binary32 and bfloat16: make.py PATH [PREFIX]."""
import json
import random
import struct
import sys

random.seed(5)
prefix = sys.argv[2] if len(sys.argv) > 2 else ""
weights = struct.pack("<8192f", *[random.gauss(0, 0.05) for _ in range(8192)])
header = {
    prefix + "x.weight": {"dtype": "F32", "shape": [64, 128], "data_offsets": [0, len(weights)]},
}
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + weights)
