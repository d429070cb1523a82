"""Single elements: every bit is the reference's."""
from __future__ import annotations

import numpy as np
import pytest
from conftest import odd_numbers

import mxact as mx

DIGITS = {1: 2, 2: 4, 4: 8}


@pytest.mark.parametrize("choices", [{}, {"rounding": "toward-positive"}, {"profile": "torchao-even"}], ids=str)
@pytest.mark.parametrize("format", mx.names("elements"))
def test_encoding_has_the_references_bits(rng: np.random.Generator, format: str, choices: dict[str, str]) -> None:
    values = odd_numbers(rng, 200)
    words = " ".join(f"{key}={value}" for key, value in choices.items())
    try:
        codes = mx.encode(values, format, **choices)
    except ValueError as error:  # a choice that cannot act here is refused by both, in the same words
        with pytest.raises(ValueError, match=str(error)[:20]):
            mx.answer(f"encode {format} {words} 00000000".replace("  ", " "))
        return
    for value, code in zip(values.view(np.uint32).tolist(), codes.tolist()):
        answer = mx.answer(" ".join(f"encode {format} {words} {value:08x}".split()))
        assert code == int(answer, 16), f"{value:08x}"


@pytest.mark.parametrize("format", mx.names("elements"))
def test_decoding_has_the_references_bits(format: str) -> None:
    dtype = mx.encode(np.zeros(1, np.float32), format).dtype
    bits = {"e2m1": 4, "e2m3": 6, "e3m2": 6, "tf32": 19}.get(format, 8 * dtype.itemsize)
    codes = np.unique(np.linspace(0, (1 << bits) - 1, 257).astype(np.uint64)).astype(dtype)
    values = mx.decode(codes, format).view(np.uint32)
    if dtype.itemsize == 1:
        for code, value in zip(codes.tolist(), values.tolist()):
            assert f"{value:08x}" == mx.answer(f"decode {format} {code:02x}")
    elif format == "fp16":
        assert np.array_equal(values, codes.view(np.float16).astype(np.float32).view(np.uint32)) or np.isnan(codes.view(np.float16)).any()
    elif format == "fp32":
        finite = np.isfinite(codes.view(np.float32))
        assert np.array_equal(values[finite], codes[finite])


def test_inputs_of_sixteen_bits_and_random_bits(rng: np.random.Generator) -> None:
    halves = rng.integers(0, 1 << 16, 300, dtype=np.uint16)
    for source, values in (("fp16", halves.view(np.float16)), ("bf16", halves)):
        codes = mx.encode(values, "e5m2", source=None if source == "fp16" else "bf16")
        for half, code in zip(halves.tolist(), codes.tolist()):
            assert f"{code:02x}" == mx.answer(f"encode e5m2 from={source} {half:04x}")
    values, random = odd_numbers(rng, 200), rng.integers(0, 256, 200, dtype=np.uint32)
    codes = mx.encode(values, "e4m3", rounding="stochastic:8", random=random)
    for value, word, code in zip(values.view(np.uint32).tolist(), random.tolist(), codes.tolist()):
        assert f"{code:02x}" == mx.answer(f"encode e4m3 rounding=stochastic:8 {value:08x} {word:02x}")


def test_shapes_and_buffers(rng: np.random.Generator) -> None:
    values = rng.standard_normal((3, 4, 5)).astype(np.float32)
    codes = np.empty((3, 4, 5), np.uint8)
    assert mx.encode(values, "e4m3", out=codes) is codes
    back = np.empty((3, 4, 5), np.float32)
    assert mx.decode(codes, "e4m3", out=back) is back
    assert mx.encode(np.float32(1), "e4m3").shape == () and int(mx.encode(np.float32(1), "e4m3")) == 0x38
    assert mx.encode(np.empty((0, 3), np.float32), "e4m3").shape == (0, 3) and mx.decode(np.empty(0, np.uint8), "e4m3").shape == (0,)
    assert mx.encode(values, "fp16").dtype == np.uint16 and mx.encode(values, "tf32").dtype == np.uint32


@pytest.mark.parametrize(("act", "reason"), [
    (lambda: mx.encode(np.ones(3), "e4m3"), "float64"),
    (lambda: mx.encode(np.ones(3, np.float32), "mxfp4"), "mxfp4"),
    (lambda: mx.encode(np.ones(3, np.float32), ["e4m3"]), "not list"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", scale_rule="floor"), "scale-rule"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", rounding="stochastic:8"), "random bits"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", random=np.zeros(3, np.uint32)), "random bits"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", out=np.empty(3, np.uint16)), "out is uint16"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", source="bf16"), "source is bf16"),
    (lambda: mx.encode(np.ones(3, np.float32), "e4m3", source="f8"), "not 'f8'"),
    (lambda: mx.decode(np.ones(3, np.int64), "e4m3"), "int64"),
    (lambda: mx.decode(np.full(3, 16, np.uint8), "e2m1"), "4 bits"),
    (lambda: mx.decode(np.ones(3, np.uint8), "e4m3", out=np.empty(4, np.float32)), "out has shape"),
    (lambda: mx.decode(b"123", "e4m3"), "not bytes"),
])
def test_what_cannot_act_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act()
