"""Products: every bit is the reference's, for every unit."""
from __future__ import annotations

import numpy as np
import pytest

import mxact as mx


def hexed(codes: np.ndarray, digits: int) -> str:
    return "".join(f"{code:0{digits}x}" for code in codes.tolist())


@pytest.mark.parametrize(("format", "unit"), [
    ("mxfp4", "blackwell-mxf4"), ("mxfp8-e4m3", "blackwell-mxf8f6f4"), ("nvfp4", "blackwell-nvfp4"), ("mxfp8-e5m2", None), ("mxfp4", None)])
@pytest.mark.parametrize("k", [64, 96])
def test_blocks_have_the_references_bits(rng: np.random.Generator, format: str, unit: str | None, k: int) -> None:
    x = mx.quantize((rng.standard_normal((3, k)) * np.exp2(rng.integers(-9, 9, (3, k)))).astype(np.float32), format)
    w = mx.quantize(rng.standard_normal((4, k)).astype(np.float32), format)
    addend = rng.standard_normal((3, 4)).astype(np.float32)
    result = mx.matmul(x, w.T, unit=unit, addend=addend)
    for i in range(3):
        for j in range(4):
            words = [hexed(x.codes[i], 2), hexed(w.codes[j], 2), hexed(x.scales[i], 2), hexed(w.scales[j], 2),
                     f"{int(addend[i, j].view(np.uint32)):08x}"]
            answer = mx.answer(f"dot {format} {format} model={unit or 'exact'} {'out=f32 ' if unit else ''}{' '.join(words)}")
            assert f"{int(result[i, j].view(np.uint32)):08x}" == answer


@pytest.mark.parametrize(("a", "b", "unit", "output"), [
    ("fp16", "fp16", "hopper-fp16", "f32"), ("fp16", "fp16", "hopper-fp16", "f16"), ("bf16", "bf16", "ampere-bf16", "f32"),
    ("tf32", "tf32", "ampere-tf32", "f32"), ("e4m3", "e5m2", "ada-fp8", "f32")])
def test_raw_codes_have_the_references_bits(rng: np.random.Generator, a: str, b: str, unit: str, output: str) -> None:
    left = mx.encode(rng.standard_normal((3, 40)).astype(np.float32), a)
    right = mx.encode(rng.standard_normal((5, 40)).astype(np.float32), b)
    result = mx.matmul(left, right.T, unit=unit, a_format=a, b_format=b, output=output)
    digits = {"fp16": 4, "bf16": 4, "tf32": 5}
    zero = "0" * (4 if output == "f16" else 8)
    for i in range(3):
        for j in range(5):
            answer = mx.answer(f"dot {a} {b} model={unit} out={output} {hexed(left[i], digits.get(a, 2))} "
                               f"{hexed(right[j], digits.get(b, 2))} {zero}")
            got = int(result[i, j].view(np.uint16 if output == "f16" else np.uint32))
            assert f"{got:0{len(zero)}x}" == answer


def test_codes_with_scales(rng: np.random.Generator) -> None:
    x = mx.quantize(rng.standard_normal((3, 64)).astype(np.float32), "mxfp4")
    raw = mx.matmul(x.codes, x.codes.T, unit="blackwell-mxf4", a_format="mxfp4", b_format="mxfp4", a_scales=x.scales, b_scales=x.scales.T)
    assert np.array_equal(raw, mx.matmul(x, x.T, unit="blackwell-mxf4"))
    fine = rng.integers(120, 130, (3, 4)).astype(np.uint8)
    result = mx.matmul(x.codes, x.codes.T, unit="blackwell-mxf4nvf4-ue8m0", a_format="e2m1/e8m0/16", b_format="e2m1/e8m0/16",
                       a_scales=fine, b_scales=fine.T)
    words = f"{hexed(x.codes[0], 2)} {hexed(x.codes[1], 2)} {hexed(fine[0], 2)} {hexed(fine[1], 2)} 00000000"
    answer = mx.answer(f"dot e2m1/e8m0/16 e2m1/e8m0/16 model=blackwell-mxf4nvf4-ue8m0 out=f32 {words}")
    assert f"{int(result[0, 1].view(np.uint32)):08x}" == answer


def test_floats_are_their_own_codes(rng: np.random.Generator) -> None:
    x = rng.standard_normal((4, 32)).astype(np.float16)
    named = mx.matmul(x.view(np.uint16), x.view(np.uint16).T, unit="hopper-fp16", a_format="fp16", b_format="fp16")
    assert np.array_equal(mx.matmul(x, x.T, unit="hopper-fp16"), named)
    cut = (rng.standard_normal((4, 8)).astype(np.float32).view(np.uint32) & 0xFFFFE000).view(np.float32)
    codes = cut.view(np.uint32) >> 13
    named = mx.matmul(codes, codes.T, unit="ampere-tf32", a_format="tf32", b_format="tf32")
    assert np.array_equal(mx.matmul(cut, cut.T, unit="ampere-tf32", a_format="tf32", b_format="tf32"), named)
    with pytest.raises(ValueError, match="low 13 bits"):
        mx.matmul(cut + np.float32(2**-30), cut.T, unit="ampere-tf32", a_format="tf32", b_format="tf32")


def test_more_dimensions_buffers_and_what_lies_otherwise(rng: np.random.Generator) -> None:
    values, weights = rng.standard_normal((2, 3, 64)).astype(np.float32), rng.standard_normal((7, 64)).astype(np.float32)
    x, w = mx.quantize(values, "mxfp4"), mx.quantize(weights, "mxfp4")
    result = mx.matmul(x, w.T, unit="blackwell-mxf4")
    assert result.shape == (2, 3, 7)
    flat = mx.quantize(values.reshape(6, 64), "mxfp4")
    out = np.full((6, 7), np.nan, np.float32)
    assert mx.matmul(flat, w.T, unit="blackwell-mxf4", out=out) is out and np.array_equal(out, result.reshape(6, 7))
    down = mx.quantize(np.ascontiguousarray(weights.T), "mxfp4", axis=0)
    assert np.array_equal(mx.matmul(x, down, unit="blackwell-mxf4"), result)
    again = mx.matmul(flat, w.T, unit="blackwell-mxf4", addend=out, out=out)
    assert again is out and not np.array_equal(out, result.reshape(6, 7))
    assert mx.matmul(mx.quantize(np.empty((0, 64), np.float32), "mxfp4"), w.T).shape == (0, 7)


def test_tensor_scales_multiply(rng: np.random.Generator) -> None:
    values = (rng.standard_normal((4, 64)) * 300).astype(np.float32)
    scaled, plain = mx.quantize(values, "nvfp4", tensor_scale="fit"), mx.quantize(values, "nvfp4", tensor_scale=1.0)
    result = mx.matmul(scaled, scaled.T, unit="blackwell-nvfp4")
    without = mx.matmul(*(mx.Tensor(t.codes, t.scales, "nvfp4", t.axis) for t in (scaled, scaled.T)), unit="blackwell-nvfp4")
    factor = np.float32(np.float64(scaled.tensor_scale) ** 2)
    assert np.array_equal(result, without * factor) and plain.tensor_scale == 1


def test_backends_and_threads_have_one_answer(rng: np.random.Generator) -> None:
    x = mx.quantize(rng.standard_normal((17, 96)).astype(np.float32), "mxfp8-e4m3")
    results = [mx.matmul(x, x.T, unit="blackwell-mxf8f6f4", backend=backend, threads=threads) for backend in mx.names("backends")
               for threads in (1, 2)]
    assert all(np.array_equal(result, results[0]) for result in results)


def _x(axis: int = -1, format: str = "mxfp4") -> mx.Tensor:
    return mx.quantize(np.ones((4, 64), np.float32), format, axis=axis)


@pytest.mark.parametrize(("act", "reason"), [
    (lambda: mx.matmul(_x(), _x()), "first axis"),
    (lambda: mx.matmul(_x(0), _x().T), "axis that is summed"),
    (lambda: mx.matmul(_x(), mx.quantize(np.ones((4, 32), np.float32), "mxfp4").T), "one length"),
    (lambda: mx.matmul(_x(), _x().T, unit="abacus"), "abacus"),
    (lambda: mx.matmul(_x(), _x().T, unit="hopper-fp16"), "."),
    (lambda: mx.matmul(_x(), _x().T, output="f64"), "output"),
    (lambda: mx.matmul(_x(), _x().T, a_format="e2m1"), "a_format"),
    (lambda: mx.matmul(_x(), _x().T, out=np.empty((4, 5), np.float32)), "out has shape"),
    (lambda: mx.matmul(_x(), _x().T, out=np.empty((4, 4), np.float64)), "out is float64"),
    (lambda: mx.matmul(_x(), _x().T, addend=np.zeros((4, 4))), "addend is float64"),
    (lambda: mx.matmul(_x(), _x().T, addend=np.zeros(4, np.float32)), "addend"),
    (lambda: mx.matmul(np.ones((4, 64), np.uint8), _x().T), "a_format"),
    (lambda: mx.matmul(np.ones((4, 64), np.uint16), _x().T, a_format="e4m3"), "uint8"),
    (lambda: mx.matmul(np.ones((4, 64), np.float32), _x().T, a_format="e4m3"), "float32"),
    (lambda: mx.matmul(np.ones((4, 64), np.float16), _x().T, a_format="bf16"), "bf16"),
    (lambda: mx.matmul(np.ones(64, np.float16), np.ones(64, np.float16)), "a matrix is needed"),
    (lambda: mx.matmul(np.float16(1), np.ones((1, 1), np.float16)), "single number"),
    (lambda: mx.matmul([[1.0]], _x().T), "not list"),
    (lambda: mx.matmul(_x().codes, _x().T, a_format="mxfp4"), "a_scales is needed"),
    (lambda: mx.matmul(_x().codes, _x().T, a_format="e2m1", a_scales=_x().scales), "has no scales"),
    (lambda: mx.matmul(_x().codes, _x().T, a_format="mxfp4", a_scales=_x().scales[:2]), "a_scales is"),
    (lambda: mx.matmul(_x().codes, _x().T, a_format="e2m1/e8m0/many", a_scales=_x().scales), "last slash"),
    (lambda: mx.matmul(_x().codes, _x().T, a_format="e2m1/x/32", a_scales=_x().scales), "x"),
])
def test_what_cannot_act_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act()
