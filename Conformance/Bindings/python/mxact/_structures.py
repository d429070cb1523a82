"""The structures of mxact.h, member by member. Each begins with its own size, and what is not set is zero."""
from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_float, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

#: The version of the interface that these structures are of.
ABI = 1


class Sized(ctypes.Structure):
    """A structure that knows its size."""

    def __init__(self, **members: object) -> None:
        super().__init__(size=ctypes.sizeof(type(self)), **members)


class Elements(Sized):
    _fields_ = [
        ("size", c_uint32), ("threads", c_int32), ("format", c_char_p), ("choices", c_char_p), ("from_", c_char_p),
        ("backend", c_char_p), ("random", c_void_p),
    ]


class Blocks(Sized):
    _fields_ = [
        ("size", c_uint32), ("axis", c_int32), ("format", c_char_p), ("choices", c_char_p), ("from_", c_char_p),
        ("backend", c_char_p), ("rows", c_int64), ("columns", c_int64), ("tensor_scale", c_float), ("threads", c_int32),
        ("packed", c_int32), ("seeded", c_int32), ("seed", c_uint64), ("random", c_void_p),
    ]


class Product(Sized):
    _fields_ = [
        ("size", c_uint32), ("threads", c_int32), ("unit", c_char_p), ("a_format", c_char_p), ("b_format", c_char_p),
        ("output", c_char_p), ("backend", c_char_p), ("m", c_int64), ("n", c_int64), ("k", c_int64),
        ("a_codes", c_void_p), ("b_codes", c_void_p), ("a_scales", c_void_p), ("b_scales", c_void_p),
        ("a_tensor_scale", c_float), ("b_tensor_scale", c_float),
    ]


class Row(Sized):
    _fields_ = [
        ("size", c_uint32), ("reserved", c_uint32), ("id", c_char_p), ("request", c_char_p), ("answer", c_char_p),
        ("flags", c_char_p), ("clause", c_char_p),
    ]


class Group(ctypes.Structure):
    """What a kernel over arrays is asked; the library makes it."""

    _fields_ = [
        ("size", c_uint32), ("count", c_uint32), ("operation", c_char_p), ("format", c_char_p), ("choices", c_char_p),
        ("from_", c_char_p), ("length", c_uint32), ("scale_length", c_uint32), ("tensor_scale", c_float),
        ("message_size", c_uint32), ("message", c_void_p), ("values", c_void_p), ("random", c_void_p), ("codes", c_void_p),
        ("scales", c_void_p), ("other_codes", c_void_p), ("other_scales", c_void_p), ("addends", c_void_p),
        ("scales_out", c_void_p), ("codes_out", c_void_p), ("values_out", c_void_p),
    ]


Kernel = ctypes.CFUNCTYPE(c_int32, c_void_p, POINTER(Group))
LineKernel = ctypes.CFUNCTYPE(c_int32, c_void_p, c_char_p, c_void_p, c_size_t)


class Test(Sized):
    _fields_ = [
        ("size", c_uint32), ("json", c_int32), ("name", c_char_p), ("declared", c_char_p), ("level", c_char_p),
        ("only", c_char_p), ("vectors", c_char_p), ("kernel", Kernel), ("line_kernel", LineKernel), ("user", c_void_p),
        ("own_random_bits", c_int32), ("reserved", c_int32),
    ]


class StoredTensor(Sized):
    _fields_ = [
        ("size", c_uint32), ("quantized", c_int32), ("name", c_char_p), ("layout", c_char_p), ("format", c_char_p),
        ("axis", c_int32), ("dimensions", c_uint32), ("shape", POINTER(c_int64)), ("elements", c_int64),
    ]


class Conversion(Sized):
    _fields_ = [
        ("size", c_uint32), ("axis", c_int32), ("input", c_char_p), ("output", c_char_p), ("format", c_char_p),
        ("choices", c_char_p), ("to_layout", c_char_p), ("to", c_char_p), ("tensor_scale", c_char_p), ("layout", c_char_p),
        ("threads", c_int32), ("keep_nan", c_int32), ("seeded", c_int32), ("reserved", c_int32), ("seed", c_uint64),
    ]
