"""Kernels over arrays, held to the golden vectors."""
from __future__ import annotations

import numpy as np
import pytest

import mxact as mx


def encode_any(values, *, choices, source, random, format):
    words = {key.replace("-", "_"): value for key, value in choices.items()}
    return mx.encode(values, format, source=source, random=random, **words)


def quantize_any(values, *, choices, source, random, tensor_scale, format):
    words = {key.replace("-", "_"): value for key, value in choices.items()}
    tensor = mx.quantize(values, format, source=source, random=random, tensor_scale=tensor_scale, **words)
    return tensor.scales[:, 0], tensor.codes


def dequantize_any(scales, codes, *, format, tensor_scale):
    return mx.Tensor(codes, scales[:, None], format, tensor_scale=tensor_scale).dequantize()


@pytest.mark.parametrize("format", mx.names("elements")[:10])
def test_the_librarys_own_conversions_are_conformant(format: str) -> None:
    assert mx.check(encode_any, "encode", format=format).text.count("FAIL") == 0
    verdict = mx.check(lambda codes: mx.decode(codes, format), "decode", format=format)
    assert verdict.ok and verdict.exit_code == 0 and " 0 unsupported" in verdict.text


@pytest.mark.parametrize("format", mx.names("formats"))
def test_the_librarys_own_blocks_are_conformant(format: str) -> None:
    for kernel, operation in ((quantize_any, "quantize"), (dequantize_any, "dequantize")):
        verdict = mx.check(kernel, operation, format=format)
        assert verdict and " 0 unsupported" in verdict.text, verdict.text


def test_every_format_at_once() -> None:
    assert mx.check(encode_any, "encode", level="smoke") and mx.check(quantize_any, "quantize", level="smoke")


def test_scales() -> None:
    def scale(magnitudes, *, choices):
        rule = {"scale_rule": choices["scale-rule"]} if "scale-rule" in choices else {}
        return mx.quantize(magnitudes, "mxfp4", **rule).scales[:, 0]

    assert mx.check(scale, "scale", format="mxfp4")


@pytest.mark.parametrize(("formats", "unit"), [("mxfp4", "blackwell-mxf4"), ("nvfp4", None), ("fp16", "hopper-fp16")])
def test_dot_products(formats: str, unit: str | None) -> None:
    def dot(a, b, c, *, a_scales, b_scales, format, output):
        answers = np.empty(len(c), c.dtype)
        for i in range(len(c)):
            one, other = format.split()
            left = mx.Tensor(a[i:i + 1], a_scales[i:i + 1], one) if a_scales is not None else a[i:i + 1]
            right = mx.Tensor(b[i:i + 1], b_scales[i:i + 1], other) if b_scales is not None else b[i:i + 1]
            raw = {} if a_scales is not None else {"a_format": one, "b_format": other}
            answers[i] = mx.matmul(left, right.T, unit=unit, addend=c[i:i + 1, None], output=output, **raw)[0, 0]
        return answers

    verdict = mx.check(dot, "dot", format=formats, unit=unit)
    assert verdict, verdict.text


def test_a_kernel_without_choices_is_asked_under_its_own() -> None:
    def quantize(values):
        tensor = mx.quantize(values, "mxfp8-e4m3", scale_rule="ceil")
        return tensor.scales, tensor.codes  # scales [n, 1] will do

    assert mx.check(quantize, "quantize", format="mxfp8-e4m3", scale_rule="ceil")
    verdict = mx.check(quantize, "quantize", format="mxfp8-e4m3")
    assert not verdict and verdict.exit_code == 1 and "scale-rule=ceil" in verdict.text.splitlines()[0]
    found = mx.identify(quantize, "quantize", format="mxfp8-e4m3")
    assert found and "scale-rule = ceil" in str(found) and repr(found) == "<mxact.Identification explained>"
    assert found.report is None or "ceil" in str(found.report)


def test_other_spellings_of_a_format() -> None:
    def encode(values):
        return mx.encode(values, "float8_e4m3fn")

    assert mx.check(encode, "encode", format="float8_e4m3fn", level="smoke")
    assert "encode       e4m3" in mx.identify(encode, "encode", format="float8_e4m3fn").text
    with pytest.raises(ValueError, match="no row"):
        mx.identify(encode, "encode", format="float9")


@pytest.mark.parametrize("profile", ["ggml", "torchao-rceil", "microxcaling"])
def test_a_kernel_of_a_profile(profile: str) -> None:
    def quantize(values):
        tensor = mx.quantize(values, "mxfp4", profile=profile)
        return tensor.scales, tensor.codes

    verdict = mx.check(quantize, "quantize", format="mxfp4", profile=profile)
    assert verdict and "0 declared" not in verdict.text, verdict.text


def test_the_report_is_for_programs() -> None:
    verdict = mx.check(encode_any, "encode", format="e4m3", level="smoke", name="mine")
    assert "kernel mine" in str(verdict) and repr(verdict) == "<mxact.Verdict conformant>"
    assert verdict.report is None or verdict.report["kernel"] is not None


def test_nan_payloads_survive() -> None:
    seen: set[int] = set()

    def encode(values):
        seen.update(values.view(np.uint32)[np.isnan(values)].tolist())
        return mx.encode(values, "e5m2")

    mx.check(encode, "encode", format="e5m2")
    assert len(seen) > 1 and any(not bits & 0x400000 for bits in seen)  # signalling ones, too

    def decode(codes):
        return mx.decode(codes, "e4m3").view(np.uint32) | np.where((codes & 0x7F) == 0x7F, np.uint32(0x7FA00001), np.uint32(0))

    assert mx.check(decode, "decode", format="e4m3")


def test_an_exception_costs_its_own_rows() -> None:
    def encode(values):
        if np.any(np.isinf(values)):
            raise OverflowError("no infinities, please")
        return mx.encode(values, "e5m2")

    verdict = mx.check(encode, "encode", format="e5m2", level="smoke")
    assert verdict.exit_code == 3 and "OverflowError: no infinities, please (test_check.py, line" in verdict.text
    assert "passed" in verdict.text and " 0 passed" not in verdict.text


@pytest.mark.parametrize(("result", "reason"), [
    (lambda values: mx.encode(values, "e4m3")[:-1], "codes has shape"),
    (lambda values: mx.encode(values, "e4m3").astype(np.float32), "codes is float32"),
    (lambda values: mx.encode(values, "e4m3").astype(np.int64) + 256, "none of uint8"),
    (lambda values: "38", "not str"),
])
def test_a_result_that_is_none_is_a_failure_with_its_reason(result: object, reason: str) -> None:
    verdict = mx.check(lambda values: result(values), "encode", format="e4m3", level="smoke")
    assert verdict.exit_code == 3 and reason in verdict.text


def test_wider_integers_will_do() -> None:
    assert mx.check(lambda values: mx.encode(values, "e4m3").astype(np.int64), "encode", format="e4m3", level="smoke")


@pytest.mark.parametrize("says", [lambda values: None, lambda values: (_ for _ in ()).throw(mx.Unsupported("not mine"))])
def test_what_a_kernel_does_not_do(says: object) -> None:
    verdict = mx.check(lambda values: says(values), "encode", format="e4m3", level="smoke")
    assert verdict.exit_code == 1 and "0 passed, 0 failed" in verdict.text


def test_lines_are_a_kernel() -> None:
    assert mx.check(mx.lines(mx.answer), only="encode+e4m3+midpoint", level="smoke")
    verdict = mx.check(mx.lines(lambda request: "00"), "encode", format="e4m3", level="smoke")
    assert verdict.exit_code == 1
    broken = mx.check(mx.lines(lambda request: 1 / 0), "encode", format="e4m3", level="smoke")
    assert broken.exit_code == 3 and "ZeroDivisionError" in broken.text
    assert mx.check(mx.lines(lambda request: 5), "encode", format="e4m3", level="smoke").exit_code == 3


@pytest.mark.parametrize(("act", "reason"), [
    (lambda: mx.check(3, "encode", format="e4m3"), "a function over arrays"),
    (lambda: mx.check(len), "operation is needed"),
    (lambda: mx.check(lambda v: v, "encrypt", format="e4m3"), "operation is one of"),
    (lambda: mx.check(lambda v: v, "encode"), "format is needed"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3 e5m2"), "format is a name"),
    (lambda: mx.check(lambda v: v, "encode", format="e9m9"), "no row"),
    (lambda: mx.check(lambda a, b, c: c, "dot", format="mxfp4"), "no row"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3", level="profound"), "profound"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3", profile="nobody"), "nobody"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3", colour="red"), "colour"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3", unit="blackwell-mxf4"), "unit is of"),
    (lambda: mx.check(lambda v: v, "encode", format="e4m3", vectors="/nowhere/at/all"), "nowhere"),
    (lambda: mx.check(lambda v, *, colour: v, "encode", format="e4m3"), "'colour'"),
    (lambda: mx.lines("encode"), "from a request"),
])
def test_what_cannot_be_checked_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act()
