#!/usr/bin/env python3
"""Writes icon.png, the packages' sign: a block of elements, and the one scale that they share.

python3 Conformance/Cli/icon.py      (nothing but Python; the same bytes each time)
"""
import pathlib
import struct
import zlib

SIDE, CELL, GAP, ROUND = 128, 22, 6, 4
PAPER, SCALE, ELEMENTS = (247, 247, 244), (214, 90, 49), ((38, 70, 83), (58, 110, 122), (94, 150, 156))


def inside(x, y, left, top, width, height):
    """Whether a pixel is in a rectangle with round corners."""
    dx = max(left + ROUND - x, x - (left + width - 1 - ROUND), 0)
    dy = max(top + ROUND - y, y - (top + height - 1 - ROUND), 0)
    return left <= x < left + width and top <= y < top + height and dx * dx + dy * dy <= ROUND * ROUND


def pixel(x, y):
    step, margin = CELL + GAP, (SIDE - 4 * CELL - 3 * GAP) // 2
    if inside(x, y, margin, margin, 4 * CELL + 3 * GAP, CELL):
        return SCALE
    for row in range(1, 4):
        for column in range(4):
            if inside(x, y, margin + column * step, margin + row * step, CELL, CELL):
                return ELEMENTS[(row + column) % len(ELEMENTS)]
    return PAPER


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(SIDE)) for y in range(SIDE))
pathlib.Path(__file__).with_name("icon.png").write_bytes(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
