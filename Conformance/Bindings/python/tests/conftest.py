"""What the tests have in common."""
from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

pytest_plugins = ["pytester"]

REPOSITORY = Path(os.environ.get("MXACT_REPOSITORY") or Path(__file__).resolve().parents[4])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261127)


@pytest.fixture(scope="session")
def ground_truth() -> Path:
    """Outside facts: not part of the repository."""
    folder = Path(os.environ.get("MXACT_GROUND_TRUTH") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no ground truth here (MXACT_GROUND_TRUTH): nothing outside was compared")
    return folder


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The mxact command, to compare with."""
    program = Path(os.environ.get("MXACT_COMMAND") or REPOSITORY / "Conformance" / "Cli" / "bin" / "Release" / "net10.0" / "mxact.dll")
    if not program.is_file():
        pytest.skip("the mxact command is not built (dotnet build -c Release Conformance/Cli): nothing was compared with it")
    return ["dotnet", str(program)]


def odd_numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random binary32 bits, among them every special one: zeros, infinities, NaN with payloads, subnormals."""
    special = np.array([0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7FA12345, 0xFFFFFFFF, 1, 0x807FFFFF, 0x7F7FFFFF], np.uint32)
    near_one = rng.standard_normal(count).astype(np.float32).view(np.uint32)
    any_bits = rng.integers(0, 1 << 32, count, dtype=np.uint32)
    mixed = np.where(rng.random(count) < 0.7, near_one, any_bits)
    places = rng.random(count) < 0.02
    mixed[places] = rng.choice(special, int(places.sum()))
    return mixed.view(np.float32)
