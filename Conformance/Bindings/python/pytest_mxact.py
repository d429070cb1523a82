"""The pytest plugin: a kernel that ``mxact.conforms`` marks becomes test items.

It stands beside the package, so that a test run without such kernels does not import it.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

MARK = "__mxact_conforms__"

# The verdict's last line where a kernel answered no row.
NOTHING_ANSWERED = re.compile(r": 0 passed, 0 failed, 0 declared variants, \d+ unsupported, 0 crashed[^\n]*\n?\Z")


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> "KernelItems | None":
    """A marked kernel, whatever its name."""
    try:
        marked = vars(obj).get(MARK)
    except TypeError:
        return None
    return None if marked is None else KernelItems.from_parent(collector, name=name, marked=marked)


class NotConformant(Exception):
    """What the suite says of a kernel."""


class KernelItems(pytest.Collector):
    """A kernel: an item a group of golden rows."""

    def __init__(self, *, marked: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.marked = marked

    def collect(self) -> Iterator["GroupItem"]:
        try:
            groups = self.marked.groups()
        except (ValueError, ImportError) as error:
            raise self.CollectError(f"conforms: {error}") from None
        if not groups:
            raise self.CollectError("conforms: no golden row asks this kernel anything")
        for group in groups:
            yield GroupItem.from_parent(self, name=group, marked=self.marked, group=group)


class GroupItem(pytest.Item):
    """The golden rows that differ in their operands alone."""

    def __init__(self, *, marked: Any, group: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.marked, self.group = marked, group

    def runtest(self) -> None:
        verdict = self.marked.check(self.group)
        if verdict.exit_code == 0:
            return
        if NOTHING_ANSWERED.search(verdict.text):
            pytest.skip("the kernel answers 'unsupported'")
        raise NotConformant(verdict.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotConformant):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, f"{self.parent.name if self.parent else ''}: {self.name}"
