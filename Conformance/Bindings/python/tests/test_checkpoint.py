"""Checkpoints."""
from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

import mxact as mx


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A file with two tensors that are not quantised and one that nothing here reads."""
    values = np.arange(6, dtype=np.float32)
    tensors = {"a": ("F32", [2, 3], values.tobytes()), "b": ("F16", [6], values.astype(np.float16).tobytes()), "n": ("I64", [1], b"\0" * 8)}
    head, data = {}, b""
    for name, (kind, shape, content) in tensors.items():
        head[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(head).encode()
    path = tmp_path / "plain.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def test_plain_tensors(plain: Path) -> None:
    with mx.load(plain) as checkpoint:
        assert sorted(checkpoint) == ["a", "b", "n"] and len(checkpoint) == 3 and "c" not in checkpoint
        a = checkpoint["a"]
        assert (a.shape, a.quantized, a.format, a.layout, a.axis) == ((2, 3), False, "F32", None, None)
        assert np.array_equal(a.values(), np.arange(6, dtype=np.float32).reshape(2, 3))
        out = np.empty(6, np.float32)
        assert checkpoint["b"].values(out) is out and np.array_equal(out, np.arange(6))
        with pytest.raises(mx.Unsupported, match="I64"):
            checkpoint["n"].values()
        with pytest.raises(ValueError, match="out has shape"):
            a.values(np.empty(5, np.float32))
        with pytest.raises(KeyError):
            checkpoint["c"]
    with pytest.raises(ValueError, match="closed"):
        a.values()
    checkpoint.close()


def test_quantised_tensors_of_others(ground_truth: Path) -> None:
    files = sorted(path for path in (ground_truth / "bugs" / "07-file-layouts").iterdir() if path.suffix == ".safetensors")
    layouts = set()
    for path in files:
        with mx.load(path) as checkpoint:
            for tensor in checkpoint.values():
                layouts.add(tensor.layout)
                if tensor.quantized:
                    assert tensor.values().shape == tensor.shape and tensor.format in mx.names("formats")
    assert len(layouts) > 4


def test_inspect_is_the_commands(ground_truth: Path, command: list[str], tmp_path: Path) -> None:
    path = ground_truth / "bugs" / "07-file-layouts" / "modelopt-nvfp4-nan.safetensors"
    done = subprocess.run([*command, "inspect", str(path), "--json", str(tmp_path / "report")], capture_output=True, text=True, check=False)
    report = mx.inspect(path)
    assert report["exit_code"] == done.returncode == 1
    assert report == json.loads((tmp_path / "report").read_text())


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A file of one float32 matrix."""
    data = np.random.default_rng(1).standard_normal((64, 256)).astype("<f4").tobytes()
    text = json.dumps({"w": {"dtype": "F32", "shape": [64, 256], "data_offsets": [0, len(data)]}}).encode()
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


@pytest.mark.parametrize(("format", "choices"), [
    ("mxfp4", {"scale_rule": "round-up", "rounding": "toward-zero"}),
    ("mxfp8-e4m3", {"scale_rule": "even"}),
    ("nvfp4", {"rounding": "toward-zero", "tensor_scale": "power-of-two"}),
])
def test_which_finds_what_convert_was_told(weights: Path, format: str, choices: dict[str, str], command: list[str], tmp_path: Path) -> None:
    codes = tmp_path / "codes.safetensors"
    mx.convert(weights, codes, format, **choices)
    report = mx.which(weights, codes)
    (tensor,) = report["tensors"]
    assert (report["exit_code"], tensor["format"], tensor["departing"]) == (0, format, 0)
    said = {key.replace("_", "-"): value for key, value in choices.items() if key != "tensor_scale"}
    assert said.items() <= tensor["choices"].items()
    subprocess.run([*command, "which", str(weights), str(codes), "--json", str(tmp_path / "report")], check=True, capture_output=True)
    assert report == json.loads((tmp_path / "report").read_text())

    # The values that come back are those of the codes.
    mx.convert(codes, tmp_path / "back.safetensors")
    with mx.load(codes) as made, mx.load(tmp_path / "back.safetensors") as back:
        assert np.array_equal(made["w"].values().view(np.uint32), back["w"].values().view(np.uint32))


def test_convert_lays_codes_out_anew(weights: Path, tmp_path: Path) -> None:
    mx.convert(weights, tmp_path / "a.safetensors", "mxfp4", to_layout="gpt-oss")
    mx.convert(tmp_path / "a.safetensors", tmp_path / "b.safetensors", to_layout="mxact")
    mx.convert(weights, tmp_path / "c.safetensors", "mxfp4")
    with mx.load(tmp_path / "b.safetensors") as b, mx.load(tmp_path / "c.safetensors") as c:
        assert np.array_equal(b["w"].values(), c["w"].values())


def test_a_seed_says_which_bits(weights: Path, tmp_path: Path) -> None:
    def made(name: str, seed: int) -> np.ndarray:
        mx.convert(weights, tmp_path / name, "mxfp4", rounding="stochastic:16", seed=seed)
        with mx.load(tmp_path / name) as checkpoint:
            return checkpoint["w"].values()
    assert np.array_equal(made("a.safetensors", 1), made("b.safetensors", 1))
    assert not np.array_equal(made("a.safetensors", 1), made("c.safetensors", 2))


@pytest.mark.parametrize(("arguments", "reason"), [
    ({"format": "mxfp5"}, "mxfp5"),
    ({"format": "mxfp4", "to": "bf16"}, "give one"),
    ({"format": "mxfp4", "rounding": "stochastic:8"}, "seed"),
    ({"scale_rule": "even"}, "way back"),
    ({}, "no quantised tensors"),
    ({"format": "mxfp4", "axis": 0}, "axis"),
    ({"format": "mxfp4", "seed": -1}, "seed"),
])
def test_a_conversion_that_cannot_be(weights: Path, arguments: dict[str, object], reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=reason):
        mx.convert(weights, tmp_path / "never.safetensors", **arguments)
    assert not (tmp_path / "never.safetensors").exists()
    with pytest.raises(ValueError, match="input"):
        mx.convert(weights, weights, "mxfp4")
    with pytest.raises(ValueError, match="weights"):
        mx.which(weights, weights)


@pytest.mark.parametrize(("act", "reason"), [
    (lambda folder: mx.load(folder / "none.safetensors"), "none.safetensors"),
    (lambda folder: mx.load(3), "not int"),
    (lambda folder: mx.inspect(folder / "none.gguf"), "none.gguf"),
    (lambda folder: mx.load(folder / "text.safetensors"), "text.safetensors"),
])
def test_what_cannot_be_read_is_refused_with_its_reason(act: object, reason: str, tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("no such thing")
    with pytest.raises(ValueError, match=reason):
        act(tmp_path)


def test_a_layout_that_is_none(plain: Path) -> None:
    with pytest.raises(ValueError, match="papyrus"):
        mx.load(plain, layout="papyrus")
