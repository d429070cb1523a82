"""Memory, threads and processes: nothing dangles, nothing hangs."""
from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import mxact as mx


def test_what_a_kernel_keeps_outlives_the_call() -> None:
    kept: list[np.ndarray] = []

    def encode(values: np.ndarray) -> np.ndarray:
        kept.append(values)
        return mx.encode(values, "e4m3")

    assert mx.check(encode, "encode", format="e4m3", level="smoke")
    gc.collect()
    assert kept and all(np.array_equal(mx.encode(values, "e4m3"), mx.encode(values.copy(), "e4m3")) for values in kept)


def test_arrays_that_are_freed_while_they_are_in_use() -> None:
    def once(seed: int) -> bool:
        values = np.random.default_rng(seed).standard_normal((64, 512)).astype(np.float32)
        tensor = mx.quantize(values[:, ::2], "mxfp4")  # a copy that nobody else holds
        expected = tensor.dequantize()
        transposed = tensor.T
        del values, tensor
        gc.collect()
        return np.array_equal(transposed.T.dequantize(), expected)

    assert all(once(seed) for seed in range(20))


def test_a_checkpoint_that_nobody_holds_is_closed(tmp_path: object) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.ones((2, 4), np.float32))
    tensor = next(iter(mx.load(path).values()))
    gc.collect()
    assert np.array_equal(tensor.values(), np.ones((2, 4), np.float32))  # the tensor holds its checkpoint
    del tensor
    gc.collect()


def test_threads_have_the_same_bits_and_their_own_errors() -> None:
    values = np.random.default_rng(5).standard_normal((256, 256)).astype(np.float32)
    expected = mx.quantize(values, "mxfp4", threads=1)

    def work(number: int) -> bool:
        if number % 4 == 3:
            with pytest.raises(ValueError, match=f"'rule{number}"):
                mx.quantize(values, "mxfp4", scale_rule=f"rule{number}")
        return mx.quantize(values, "mxfp4", threads=1) == expected and mx.answer("encode e4m3 3f800000") == "38"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))


def test_kernels_are_checked_in_several_threads() -> None:
    def run(format: str) -> bool:
        return bool(mx.check(lambda values: mx.encode(values, format), "encode", format=format, level="smoke"))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, ["e4m3", "e5m2", "e2m3", "e3m2"]))


def test_one_checkpoint_in_several_threads(tmp_path: object) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.arange(4096, dtype=np.float32).reshape(64, 64))
    with mx.load(path) as checkpoint, ThreadPoolExecutor(8) as pool:
        tensor = next(iter(checkpoint.values()))
        assert all(pool.map(lambda _: np.array_equal(tensor.values().ravel(), np.arange(4096)), range(100)))


FORKS = """
import gc, os, sys, numpy, mxact as mx
{before}
child = os.fork()
if child == 0:
    try:
        mx.encode(numpy.ones(3, numpy.float32), "e4m3")
        os._exit(0)
    except RuntimeError as error:
        rows = None
        gc.collect()
        os._exit(7 if "spawn" in str(error) else 8)
_, status = os.waitpid(child, 0)
mx.encode(numpy.ones(3, numpy.float32), "e4m3")
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize(("before", "status"), [("", 0), ("rows = mx.vectors('decode')", 7)], ids=["before", "after"])
def test_a_fork_before_the_first_use_works_and_after_it_is_refused(before: str, status: int) -> None:
    done = subprocess.run([sys.executable, "-c", FORKS.format(before=before)], timeout=60, check=False)
    assert done.returncode == status


BUSY_FORKS = """
import os, sys, threading, numpy, mxact as mx
values = numpy.ones((256, 512), numpy.float32)
running = True
def work():
    while running:
        mx.quantize(values, "mxfp4")
threads = [threading.Thread(target=work) for _ in range(2)]
[thread.start() for thread in threads]
for _ in range(20):
    child = os.fork()
    if child == 0:
        try:
            mx.version()
        except RuntimeError:
            sys.exit(7)
        sys.exit(0)  # nobody had loaded the library by then
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 7):
        os._exit(1)
running = False
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forks_while_the_library_is_loaded_and_used_end() -> None:
    assert subprocess.run([sys.executable, "-c", BUSY_FORKS], timeout=60, check=False).returncode == 0


def _encoded(number: float) -> int:
    return int(mx.encode(np.float32(number), "e4m3"))


def test_workers_that_are_spawned() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_encoded, [1.0, 2.0]) == [0x38, 0x40]


def test_an_interruption_comes_out_of_a_check() -> None:
    def encode(values: np.ndarray) -> np.ndarray:
        signal.raise_signal(signal.SIGINT)
        return mx.encode(values, "e4m3")

    assert threading.current_thread() is threading.main_thread()
    # A shell's background job is started to ignore the signal, and Python then leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            mx.check(encode, "encode", format="e4m3", level="smoke")
    finally:
        signal.signal(signal.SIGINT, before)
    assert mx.check(lambda values: mx.encode(values, "e4m3"), "encode", format="e4m3", level="smoke")


def test_importing_loads_no_library() -> None:
    code = "import mxact, mxact._library as l, sys; sys.exit(l._loaded is not None)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
