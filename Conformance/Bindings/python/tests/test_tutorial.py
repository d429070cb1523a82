"""Every block of the README runs, and what it prints stands below it."""
from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_plugin import PLUGIN

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def matches(expected: str, got: str) -> bool:
    """Whether a text is what a block shows; a line of three dots stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[^\n]*\n" for line in expected.splitlines())
    return re.fullmatch(pattern + r"\s*", got.rstrip() + "\n") is not None


def test_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed, checked = "", 0
    for kind, rest, body in BLOCK.findall(README.read_text(encoding="utf-8")):
        if kind == "python" and "file=" in rest:
            (tmp_path / rest.split("file=")[1].strip()).write_text(body)
        elif kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(compile(body, "README.md", "exec"), names)
            printed = said.getvalue()
        elif kind == "text":
            assert printed.rstrip() == body.rstrip()
            checked += 1
        elif kind == "console":
            line, expected = body.split("\n", 1)
            words = line.removeprefix("$ python ").split()
            done = subprocess.run([sys.executable, *words, "-p", "no:cacheprovider", *PLUGIN], capture_output=True, text=True, check=False)
            assert matches(expected, done.stdout), done.stdout
            checked += 1
    assert checked > 7
