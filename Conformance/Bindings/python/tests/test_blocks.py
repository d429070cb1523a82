"""Blocks: every bit is the reference's, along every axis and from every type."""
from __future__ import annotations

import numpy as np
import pytest
from conftest import odd_numbers

import mxact as mx

CASES = [("mxfp4", {}), ("mxfp4", {"scale_rule": "round-up"}), ("mxfp8-e4m3", {"rounding": "toward-zero"}),
         ("mxfp8-e5m2", {"profile": "ggml"}), ("mxfp6-e3m2", {"scale_rule": "even"}), ("mxfp6-e2m3", {"overflow": "saturate"}),
         ("mxint8", {}), ("nvfp4", {})]


def asked(values: np.ndarray, format: str, choices: dict[str, object], source: str = "", tail: str = "") -> str:
    """The reference's answer to one block."""
    digits = 2 * values.dtype.itemsize
    words = [f"{key.replace('_', '-')}={value}" for key, value in choices.items()]
    operand = "".join(f"{word:0{digits}x}" for word in values.view(f"u{values.dtype.itemsize}").tolist())
    return mx.answer(" ".join(["quantize", format, *words, *([f"from={source}"] if source else []), operand, tail]).strip())


def hexed(scale: int, codes: np.ndarray) -> str:
    return f"{scale:02x} {codes.tobytes().hex()}"


@pytest.mark.parametrize(("format", "choices"), CASES)
def test_rows_have_the_references_bits(rng: np.random.Generator, format: str, choices: dict[str, object]) -> None:
    values = odd_numbers(rng, 24 * 70).reshape(24, 70)
    tensor = mx.quantize(values, format, **choices)
    size = tensor.block_size
    assert tensor.scales.shape == (24, -(-70 // size))
    for row in range(24):
        for block in range(tensor.scales.shape[1]):
            part = slice(block * size, (block + 1) * size)
            answer = asked(values[row, part], format, choices)
            if answer.split()[0] in ("ff", "7f"):
                assert tensor.scales[row, block] == int(answer[:2], 16)
            else:
                assert hexed(tensor.scales[row, block], tensor.codes[row, part]) == answer


@pytest.mark.parametrize("axis", [0, 1, 2, -2])
def test_any_axis_is_the_last_one_of_the_array_turned(rng: np.random.Generator, axis: int) -> None:
    values = odd_numbers(rng, 5 * 67 * 34).reshape(5, 67, 34)
    tensor = mx.quantize(values, "mxfp6-e3m2", axis=axis)
    turned = mx.quantize(np.ascontiguousarray(np.moveaxis(values, axis, -1)), "mxfp6-e3m2")
    assert np.array_equal(np.moveaxis(tensor.codes, axis, -1), turned.codes)
    assert np.array_equal(np.moveaxis(tensor.scales, axis, -1), turned.scales)
    back = np.moveaxis(tensor.dequantize(), axis, -1)
    assert np.array_equal(np.ascontiguousarray(back).view(np.uint32), turned.dequantize().view(np.uint32))
    trip = mx.quantize_dequantize(values, "mxfp6-e3m2", axis=axis)
    assert np.array_equal(trip.view(np.uint32), tensor.dequantize().view(np.uint32))


@pytest.mark.parametrize("format", mx.names("formats"))
def test_dequantising_has_the_references_bits(rng: np.random.Generator, format: str) -> None:
    tensor = mx.quantize(odd_numbers(rng, 640).reshape(8, 80), format)
    values, size = tensor.dequantize(), tensor.block_size
    for row in range(8):
        for block in range(tensor.scales.shape[1]):
            part = slice(block * size, (block + 1) * size)
            answer = mx.answer(f"dequantize {format} {hexed(tensor.scales[row, block], tensor.codes[row, part])}")
            got = "".join(f"{word:08x}" for word in values[row, part].view(np.uint32).tolist())
            assert got == answer or (tensor.scales[row, block] in (0xFF, 0x7F) and np.isnan(values[row, part]).all())


@pytest.mark.parametrize(("source", "dtype"), [("fp16", np.float16), ("bf16", np.uint16)])
def test_narrow_inputs(rng: np.random.Generator, source: str, dtype: type) -> None:
    bits = rng.integers(0, 0x7C00, 96, dtype=np.uint16)
    tensor = mx.quantize(bits.view(dtype), "mxfp8-e4m3", source=None if dtype is np.float16 else "bf16")
    for block in range(3):
        part = slice(32 * block, 32 * block + 32)
        assert hexed(tensor.scales[block], tensor.codes[part]) == asked(bits[part], "mxfp8-e4m3", {}, source)


def test_random_bits_and_seeds(rng: np.random.Generator) -> None:
    values = rng.standard_normal((4, 32)).astype(np.float32)
    random = rng.integers(0, 1 << 8, (4, 32), dtype=np.uint32)
    tensor = mx.quantize(values, "mxfp4", rounding="stochastic:8", random=random)
    for row in range(4):
        drawn = "".join(f"{word:02x}" for word in random[row].tolist())
        assert hexed(tensor.scales[row, 0], tensor.codes[row]) == asked(values[row], "mxfp4", {"rounding": "stochastic:8"}, tail=drawn)
    first = mx.quantize(values, "mxfp4", rounding="stochastic:8", seed=7)
    assert first == mx.quantize(values, "mxfp4", rounding="stochastic:8", seed=7)
    assert first != mx.quantize(values, "mxfp4", rounding="stochastic:8", seed=8)
    trip = mx.quantize_dequantize(values, "mxfp4", rounding="stochastic:8", random=random)
    assert np.array_equal(trip, tensor.dequantize())
    with pytest.raises(ValueError, match="random bits or a seed"):
        mx.quantize(values, "mxfp4", rounding="stochastic:8")


def test_backends_and_threads_have_one_answer(rng: np.random.Generator) -> None:
    values = odd_numbers(rng, 33 * 100).reshape(33, 100)
    tensors = [mx.quantize(values, "mxfp4", backend=backend, threads=threads) for backend in mx.names("backends") for threads in (1, 2)]
    assert all(tensor == tensors[0] for tensor in tensors)


def test_tensor_scales(rng: np.random.Generator) -> None:
    values = (rng.standard_normal((3, 48)) * 100).astype(np.float32)
    tensor = mx.quantize(values, "nvfp4", tensor_scale="fit")
    assert tensor.tensor_scale == np.float32(np.abs(values).max() / np.float32(2688)) == mx.fit_tensor_scale(values)
    bits = int(np.float32(tensor.tensor_scale).view(np.uint32))
    answer = asked(values[0, :16], "nvfp4", {"tensor_scale": f"{bits:08x}"})
    assert hexed(tensor.scales[0, 0], tensor.codes[0, :16]) == answer
    assert tensor.error(values).sqnr > 15
    with pytest.raises(ValueError, match="positive number"):
        mx.quantize(values, "nvfp4", tensor_scale=-1.0)


def test_buffers_are_used_again(rng: np.random.Generator) -> None:
    values = rng.standard_normal((8, 64)).astype(np.float32)
    first = mx.quantize(values, "mxfp4")
    codes, scales = first.codes, first.scales
    again = mx.quantize(-values, "mxfp4", out=first)
    assert again.codes is codes and again.scales is scales
    assert again == mx.quantize(-values, "mxfp4", out=(np.empty_like(scales), np.empty_like(codes)))
    back = np.empty((8, 64), np.float32)
    assert again.dequantize(back) is back
    assert mx.quantize_dequantize(values, "mxfp4", out=values) is values


def test_a_transpose_is_a_view(rng: np.random.Generator) -> None:
    tensor = mx.quantize(rng.standard_normal((6, 64)).astype(np.float32), "mxfp8-e4m3")
    assert np.shares_memory(tensor.T.codes, tensor.codes) and np.shares_memory(tensor.T.scales, tensor.scales)
    assert tensor.T.axis == 0 and tensor.T.T == tensor
    assert np.array_equal(tensor.T.dequantize(), tensor.dequantize().T)
    assert np.array_equal(tensor.T.dequantize(np.empty((64, 6), np.float32)), tensor.dequantize().T)
    with pytest.raises(ValueError, match="3 dimensions"):
        _ = mx.quantize(np.zeros((2, 3, 4), np.float32), "mxfp4").T


@pytest.mark.parametrize(("format", "bits"), [("mxfp4", 4), ("mxfp6-e3m2", 6), ("mxfp8-e4m3", 8)])
def test_packing_is_the_protocols(rng: np.random.Generator, format: str, bits: int) -> None:
    tensor = mx.quantize(rng.standard_normal((3, 64)).astype(np.float32), format)
    packed = tensor.pack()
    assert packed.nbytes + 6 == tensor.nbytes and packed.shape == (3, 64 * bits // 8)
    if bits < 8:
        layout = "nibbles" if bits == 4 else "fp6"
        assert packed[1].tobytes().hex() == mx.answer(f"pack {layout} {tensor.codes[1].tobytes().hex()}")


def test_errors_are_measured(rng: np.random.Generator) -> None:
    values = np.array([1, -2, 0, 3.25, 1e-9, np.nan, np.inf, 7.9], np.float32)
    tensor = mx.Tensor(np.array([2, 12, 0, 5, 0, 0, 0, 7], np.uint8), np.array([127], np.uint8), "mxfp4")
    error = tensor.error(values)
    assert (error.flushed, error.last_bin, error.measured, error.worst) == (1, 1, 6, 1.0)
    exact = mx.quantize(np.ones((1, 32), np.float32), "mxfp4")
    assert exact.error(np.ones((1, 32), np.float32)).sqnr == np.inf


@pytest.mark.parametrize("shape", [(0,), (0, 32), (4, 0), (2, 0, 3)])
@pytest.mark.parametrize("axis", [0, -1])
def test_nothing_is_quantised_to_nothing(shape: tuple[int, ...], axis: int) -> None:
    tensor = mx.quantize(np.empty(shape, np.float32), "mxfp4", axis=axis)
    assert tensor.shape == shape and tensor.dequantize().shape == shape and tensor.codes.size == 0
    assert mx.quantize_dequantize(np.empty(shape, np.float32), "mxfp4", axis=axis).shape == shape


REFUSED = [
    (lambda v: mx.quantize(v.astype(np.float64), "mxfp4"), "float64.*astype"),
    (lambda v: mx.quantize(v.astype(np.int32), "mxfp4"), "values is int32"),
    (lambda v: mx.quantize(v.view(np.uint32), "mxfp4"), "source"),
    (lambda v: mx.quantize(v.tolist(), "mxfp4"), "not list"),
    (lambda v: mx.quantize(None, "mxfp4"), "not NoneType"),
    (lambda v: mx.quantize(np.ma.masked_less(v, 2), "mxfp4"), "masked"),
    (lambda v: mx.quantize(v, ["mxfp4"]), "not list"),
    (lambda v: mx.quantize(v, "mxfp5"), "mxfp5"),
    (lambda v: mx.quantize(v, "e4m3"), "e4m3"),
    (lambda v: mx.quantize(v, None), "format is a text"),
    (lambda v: mx.quantize(v, "mx\0fp4"), "zero character"),
    (lambda v: mx.quantize(v, "mxfp4", axis=2), "axis 2"),
    (lambda v: mx.quantize(v, "mxfp4", axis=1.0), "axis is a whole number"),
    (lambda v: mx.quantize(np.float32(1), "mxfp4"), "single number"),
    (lambda v: mx.quantize(v, "mxfp4", scale_rule="flor"), "flor"),
    (lambda v: mx.quantize(v, "mxfp4", scale_rule=True), "scale_rule"),
    (lambda v: mx.quantize(v, "mxfp4", scale_rule="floor rounding=x"), "one word"),
    (lambda v: mx.quantize(v, "mxfp4", nonsense="x"), "nonsense"),
    (lambda v: mx.quantize(v, "mxfp4", profile="nobody"), "nobody"),
    (lambda v: mx.quantize(v, "mxfp4", backend="abacus"), "abacus"),
    (lambda v: mx.quantize(v, "mxfp4", threads=-3), "threads"),
    (lambda v: mx.quantize(v, "mxfp4", threads="two"), "threads"),
    (lambda v: mx.quantize(v, "mxfp4", seed=1), "no seed"),
    (lambda v: mx.quantize(v, "mxfp4", rounding="stochastic:8", seed=-1), "seed is 0"),
    (lambda v: mx.quantize(v, "mxfp4", rounding="stochastic:8", random=np.zeros(3, np.uint32)), "random has shape"),
    (lambda v: mx.quantize(v, "mxfp4", rounding="stochastic:8", random=v), "random is float32"),
    (lambda v: mx.quantize(v, "mxfp4", out=(np.empty((4, 2), np.uint8), np.empty((4, 63), np.uint8))), "codes has shape"),
    (lambda v: mx.quantize(v, "mxfp4", out=(np.empty((4, 3), np.uint8), np.empty((4, 64), np.uint8))), "scales has shape"),
    (lambda v: mx.quantize(v, "mxfp4", out=(np.empty((4, 2), np.int8), np.empty((4, 64), np.uint8))), "int8"),
    (lambda v: mx.quantize(v, "mxfp4", out=(np.empty((4, 2), np.uint8), np.empty((4, 128), np.uint8)[:, ::2])), "not contiguous"),
    (lambda v: mx.quantize(v, "mxfp4", out=np.empty((4, 64), np.uint8)), "pair of scales and codes"),
    (lambda v: mx.quantize(v, "mxfp4", tensor_scale="guess"), "'fit'"),
    (lambda v: mx.quantize(v, "mxfp4", tensor_scale=float("nan")), "positive number"),
    (lambda v: mx.quantize_dequantize(v, "mxfp4", out=np.empty((4, 63), np.float32)), "out has shape"),
    (lambda v: mx.quantize_dequantize(v, "mxfp4", out=np.empty((4, 64), np.float64)), "out is float64"),
    (lambda v: mx.quantize(v, "mxfp4").dequantize(np.empty((64, 4), np.float32).T), "not contiguous"),
    (lambda v: mx.quantize(v, "mxfp4").error(v[:2]), "has shape"),
    (lambda v: mx.Tensor(np.zeros((4, 64), np.uint8), np.zeros((4, 3), np.uint8), "mxfp4"), "scales has shape"),
    (lambda v: mx.Tensor(np.zeros((4, 64), np.int8), np.zeros((4, 2), np.uint8), "mxfp4"), "codes is int8"),
    (lambda v: mx.Tensor(np.full((1, 32), 16, np.uint8), np.zeros((1, 1), np.uint8), "mxfp4").dequantize(), "code"),
]


@pytest.mark.parametrize(("act", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_cannot_act_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act(np.ones((4, 64), np.float32))


def test_a_result_that_is_read_only_is_refused() -> None:
    fixed = np.empty((2, 32), np.float32)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        mx.quantize_dequantize(np.ones((2, 32), np.float32), "mxfp4", out=fixed)


def test_what_lies_otherwise_is_copied_with_the_same_bits(rng: np.random.Generator) -> None:
    values = odd_numbers(rng, 64 * 64).reshape(64, 64)
    plain = mx.quantize(values, "mxfp8-e5m2")
    swapped = values.view(np.uint32).byteswap().view(">f4")
    gaps = np.zeros((64, 128), np.float32)
    gaps.view(np.uint32)[:, ::2] = values.view(np.uint32)
    askew = np.frombuffer(b"x" + values.tobytes(), np.uint8)[1:].view(np.float32).reshape(64, 64)
    for other in (swapped, gaps[:, ::2], askew, np.asfortranarray(values)):
        assert mx.quantize(other, "mxfp8-e5m2") == plain
