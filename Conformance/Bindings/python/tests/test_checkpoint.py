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
