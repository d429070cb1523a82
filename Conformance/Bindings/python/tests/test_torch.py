"""Torch's tensors, where torch is: by their address, and results of their kind."""
from __future__ import annotations

import numpy as np
import pytest

import mxact as mx

torch = pytest.importorskip("torch", reason="torch is not here: its tensors were not tried")


def test_tensors_in_tensors_out() -> None:
    values = torch.randn(8, 64, generator=torch.Generator().manual_seed(1))
    tensor = mx.quantize(values, "mxfp4")
    plain = mx.quantize(values.numpy(), "mxfp4")
    assert isinstance(tensor.codes, torch.Tensor) and tensor.codes.dtype == torch.uint8 and tensor == plain
    assert torch.equal(tensor.dequantize(), torch.from_numpy(plain.dequantize()))
    assert torch.equal(tensor.T.dequantize(), tensor.dequantize().T)
    result = mx.matmul(tensor, tensor.T, unit="blackwell-mxf4")
    assert isinstance(result, torch.Tensor) and np.array_equal(result.numpy(), mx.matmul(plain, plain.T, unit="blackwell-mxf4"))
    assert isinstance(mx.decode(mx.encode(values, "e4m3"), "e4m3"), torch.Tensor)
    assert tensor.error(values) == plain.error(values.numpy())


def test_nothing_is_copied() -> None:
    values = torch.randn(4, 32)
    assert mx._arrays.take(values, "values").array.ctypes.data == values.data_ptr()
    out = torch.empty(4, 32)
    assert mx.quantize_dequantize(values, "mxfp8-e4m3", out=out) is out
    assert torch.equal(out, mx.quantize(values, "mxfp8-e4m3").dequantize())
    mx.quantize_dequantize(values, "mxfp8-e4m3", out=values)
    assert torch.equal(out, values)


def test_bfloat16_half_views_and_gradients() -> None:
    values = torch.randn(6, 64)
    for dtype, source in ((torch.bfloat16, "bf16"), (torch.float16, None)):
        narrow = values.to(dtype)
        bits = narrow.view(torch.int16).numpy().view(np.uint16)
        plain = mx.quantize(bits if source else bits.view(np.float16), "mxfp4", source=source)
        assert mx.quantize(narrow, "mxfp4") == plain
    assert mx.quantize(values.t(), "mxfp4", axis=0).T == mx.quantize(values, "mxfp4")
    assert mx.quantize(values[:, ::2], "mxfp4") == mx.quantize(values[:, ::2].contiguous(), "mxfp4")
    assert mx.quantize(values[1:, 3:], "mxfp4") == mx.quantize(values[1:, 3:].clone(), "mxfp4")
    assert mx.quantize(values.clone().requires_grad_(), "mxfp4") == mx.quantize(values, "mxfp4")
    half = values.to(torch.bfloat16)
    assert mx.matmul(half, half.t(), unit="ampere-bf16").shape == (6, 6)
    random = torch.randint(0, 256, (6, 64), dtype=torch.int32)
    assert mx.quantize(values, "mxfp4", rounding="stochastic:8", random=random) == \
        mx.quantize(values.numpy(), "mxfp4", rounding="stochastic:8", random=random.numpy().view(np.uint32))
    assert mx.quantize(torch.empty(0, 32), "mxfp4").shape == (0, 32)


@pytest.mark.parametrize(("act", "reason"), [
    (lambda: mx.quantize(torch.ones(2, 32, dtype=torch.float64), "mxfp4"), "float64"),
    (lambda: mx.quantize(torch.ones(2, 32, dtype=torch.bool), "mxfp4"), "torch.bool"),
    (lambda: mx.quantize(torch.ones(2, 32, device="meta"), "mxfp4"), "on meta"),
    (lambda: mx.quantize(torch.ones(2, 32).to_sparse(), "mxfp4"), "sparse"),
    (lambda: mx.quantize_dequantize(torch.ones(2, 32), "mxfp4", out=torch.ones(32, 2).t()), "not contiguous"),
    (lambda: mx.quantize_dequantize(torch.ones(2, 32), "mxfp4", out=torch.ones(2, 32, dtype=torch.bfloat16)), "bfloat16"),
])
def test_what_cannot_act_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act()


def test_a_kernel_of_tensors() -> None:
    def quantize(values: np.ndarray) -> tuple[object, object]:
        tensor = mx.quantize(torch.from_numpy(values), "mxfp8-e4m3")
        return tensor.scales, tensor.codes

    assert mx.check(quantize, "quantize", format="mxfp8-e4m3", level="smoke")
