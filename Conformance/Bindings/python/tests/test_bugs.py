"""Kernels rebuilt from public bug reports: the same verdict and cause as over the pipe."""
from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY

import mxact as mx

TRUTH = Path(os.environ.get("MXACT_GROUND_TRUTH") or REPOSITORY.parent / "shared" / "data")
KERNELS = sorted(path.parent.name for path in (TRUTH / "bugs").glob("*/kernel.py"))


@contextlib.contextmanager
def answering(kernel: Path) -> Iterator[Callable[[str], str]]:
    """The kernel's own loop over standard input, run for one line at a time."""
    sys.path.insert(0, str(kernel.parents[1]))
    import common

    answers: list[Callable[..., str | None]] = []
    loop, common.serve = common.serve, answers.append
    try:
        runpy.run_path(str(kernel), run_name="__main__")

        def answer(request: str) -> str:
            given, sys.stdin = sys.stdin, io.StringIO(request + "\n")
            try:
                with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
                    loop(answers[0])
            finally:
                sys.stdin = given
            return said.getvalue().strip()

        yield answer
    finally:
        common.serve = loop
        sys.path.remove(str(kernel.parents[1]))


def only_of(folder: Path) -> list[str]:
    return re.findall(r"--only (\S+)", (folder / "README.md").read_text().split("python3 kernel.py")[0])


@pytest.mark.skipif(not KERNELS, reason="no ground truth here (MXACT_GROUND_TRUTH): reported bugs were not tried")
@pytest.mark.parametrize("name", KERNELS)
def test_a_reported_bug_gets_the_verdict_that_it_gets_over_the_pipe(name: str, command: list[str]) -> None:
    folder = TRUTH / "bugs" / name
    only = only_of(folder)
    arguments = [word for term in only for word in ("--only", term)]
    piped = subprocess.run([*command, "run", *arguments, "--", "python3", "kernel.py"], cwd=folder, capture_output=True, text=True,
                           timeout=300, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    with answering(folder / "kernel.py") as answer:
        verdict = mx.check(mx.lines(answer), only=only, name="python3 kernel.py")
    assert verdict.exit_code == piped.returncode != 0
    # The command's first lines are a table of operations for a terminal; the causes, the failures and the counts follow.
    got, expected = (text[re.search(r"^(CAUSE|UNEXPLAINED|FAIL) ", text, re.MULTILINE).start():] for text in (verdict.text, piped.stdout))
    assert got.rstrip() == expected.rstrip()
    assert "CAUSE 1 of" in got
