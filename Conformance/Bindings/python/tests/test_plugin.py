"""The pytest plugin: golden groups as test items."""
from __future__ import annotations

import importlib.metadata

import pytest


def _is_registered() -> bool:
    return any(point.name == "mxact" for point in importlib.metadata.entry_points(group="pytest11"))


PLUGIN = [] if _is_registered() else ["-p", "pytest_mxact"]

GOOD = """
import mxact as mx

@mx.conforms("encode", format="e4m3", level="smoke")
def my_encode(values):
    return mx.encode(values, "e4m3")

@mx.conforms("encode", format="e4m3", level="smoke")
def every_choice(values, *, choices, source, random):
    words = {key.replace("-", "_"): value for key, value in choices.items()}
    return mx.encode(values, "e4m3", source=source, random=random, **words)

my_lines = mx.conforms("decode", format="e2m1")(mx.lines(mx.answer))

def test_something_else():
    assert True
"""

BAD = """
import mxact as mx

@mx.conforms("encode", format="e4m3", profile="ocp")
def my_encode(values):
    return mx.encode(values, "e4m3", rounding="ties-to-away")

@mx.conforms("encode", format="e4m3")
def nothing(values):
    return None

@mx.conforms("encode", format="e4m3", level="smoke")
def broken(values):
    raise OSError("no device")
"""

WRONG = """
import mxact as mx

@mx.conforms("encode", format="e4m3", colour="red")
def my_encode(values):
    return mx.encode(values, "e4m3")
"""


def test_groups_are_items(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_good=GOOD)
    result = pytester.runpytest_subprocess(*PLUGIN, "-v")
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed"} and outcomes["passed"] == 8
    result.stdout.fnmatch_lines(["*::my_encode::encode e4m3 overflow=saturate rounding=ties-to-even PASSED*",
                                 "*::every_choice::encode e4m3 overflow=non-finite rounding=ties-to-even PASSED*",
                                 "*::my_lines::decode e2m1 PASSED*", "*test_something_else PASSED*"])
    assert "every_choice::encode e4m3 overflow=saturate rounding=ties-to-even from=f16" in result.stdout.str()


def test_a_failure_says_its_cause(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bad=BAD)
    result = pytester.runpytest_subprocess(*PLUGIN, "-v")
    result.assert_outcomes(failed=2, skipped=1)
    result.stdout.fnmatch_lines(["*CAUSE 1 of 1: rounding=ties-to-away*", "*OSError: no device (test_bad.py, line*"])
    assert "Traceback" not in result.stdout.str()


def test_one_item_runs_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_good=GOOD)
    result = pytester.runpytest_subprocess(*PLUGIN, "-k", "every_choice and non-finite")
    result.assert_outcomes(passed=1, deselected=result.parseoutcomes()["deselected"])


def test_what_cannot_be_asked_is_an_error_of_collection(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_wrong=WRONG)
    result = pytester.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*conforms: *colour*"])
