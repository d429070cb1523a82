"""Texts: explanations, lines of the protocol, names, golden rows."""
from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import mxact as mx


def test_a_number_and_a_block_are_explained() -> None:
    text = mx.explain("e4m3", 4.25)
    assert "48 = 4 and 49 = 4.5" in text and mx.explain("e4m3", np.float32(4.25)).endswith(text.split("\n", 1)[1])
    assert "toward-zero" in mx.explain("e4m3", 4.25, rounding="toward-zero")
    assert mx.explain("e4m3", np.float16(4.25)).startswith("e4m3") or "4.25" in mx.explain("e4m3", np.float16(4.25))
    assert "448" in mx.explain("e4m3", "7e")
    assert mx.explain("mxfp4", np.array([1.5000001, 0.75], np.float32), scale_rule="round-up").rstrip().endswith("answer: 7e 0503")
    assert "4" in mx.explain("e4m3", 4)


def test_a_line_is_answered() -> None:
    assert mx.answer("encode e4m3 3f800000") == "38"
    assert mx.answer("encode e4m3 3f800000", backend="scalar") == "38"


@pytest.mark.parametrize(("act", "reason"), [
    (lambda: mx.answer("encode"), "."), (lambda: mx.answer(""), "."), (lambda: mx.answer(None), "not NoneType"),
    (lambda: mx.answer("encode e4m3 xyz"), "."), (lambda: mx.answer("encode e4m3 3f800000", backend="abacus"), "abacus"),
    (lambda: mx.explain("e4m3", [4]), "not list"), (lambda: mx.explain("e4m3", "nonsense"), "nonsense"),
    (lambda: mx.explain("e9m9x", 4.0), "e9m9x"), (lambda: mx.explain("e4m3", 4.0, rounding="up"), "up"),
    (lambda: mx.names("colours"), "colours"), (lambda: mx.names(3), "not int"), (lambda: mx.answer("\ud800"), "UTF-8"),
    (lambda: mx.vectors(level="profound"), "profound"), (lambda: mx.vectors(folder="/nowhere/at/all"), "nowhere"),
    (lambda: mx.vectors([3]), "only is a term"),
])
def test_what_cannot_act_is_refused_with_its_reason(act: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        act()


def test_names() -> None:
    assert "mxfp4" in mx.names("formats") and "e8m0" in mx.names("elements") and "ocp" in mx.names("profiles")
    assert mx.latitudes()["scale-rule"][0] == "floor" and "reference" in mx.names("backends") and "gpt-oss" in mx.names("layouts")


def test_golden_rows_are_what_the_reference_answers() -> None:
    rows = list(mx.vectors("encode+e4m3+midpoint", level="smoke"))
    assert rows and all(row.id.startswith("encode-e4m3-") for row in rows)
    for row in rows[:50]:
        assert mx.answer(row.request) == row.answer or row.answer.startswith("nan")
    ends = mx.vectors("decode+e2m1")
    assert len(list(ends)) == 16 and list(ends) == []
    next(mx.vectors("decode"))  # given up before its end


def test_the_version_is_printed() -> None:
    done = subprocess.run([sys.executable, "-m", "mxact"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"mxact {mx.version()}, {mx.build()}\ngolden vectors: ")


def test_a_missing_library_is_one_line(tmp_path: object) -> None:
    done = subprocess.run([sys.executable, "-m", "mxact"], capture_output=True, text=True, env={"MXACT_LIBRARY": "/nowhere/libmxact.so",
                          "PYTHONPATH": ":".join(sys.path)}, check=False)
    assert done.returncode == 77 and done.stderr.count("\n") == 1 and "libmxact.so cannot be loaded" in done.stderr
