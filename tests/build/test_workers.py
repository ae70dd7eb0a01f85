"""Worker processes: what they return, and what is left when items kill them or make them hang."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from site_gen.build import worker_process
from site_gen.build.inline import Inline, Lost
from site_gen.build.workers import WorkerLostError, Workers, WorkerStartError
from tests.build.work import Heavy, act, die_once, double, leak, make_closure, sleep_then

ROOT = Path(__file__).resolve().parents[2]
KILLED = Lost("the process that made it died (signal 9)")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def check(workers: Workers | Inline, *batches: str) -> list[list[str | Lost]]:
    """What comes back for batches, each written with commas between its items."""
    return list(workers.map_batches(act, [batch.split(", ") for batch in batches]))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def wait_until_gone(pids: Sequence[int]) -> None:
    deadline = time.monotonic() + 20
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        pass
    assert not any(map(is_running, pids))


def test_results_are_in_order_whatever_the_number_of_workers(workers: Workers) -> None:
    batches = [range(n, n + n % 4) for n in range(50)]
    expected = [[2 * n for n in batch] for batch in batches]
    with Workers(1) as single:
        for executor in (workers, single, Inline()):
            assert list(executor.map_batches(double, batches)) == expected


def test_a_slow_batch_does_not_come_late(workers: Workers) -> None:
    batches = [[0.2], [0.0], [0.0]]
    assert list(workers.map_batches(sleep_then, batches)) == batches


def test_nothing_to_run_starts_no_process() -> None:
    with Workers(2) as workers:
        assert list(workers.map_batches(double, [])) == []
        assert list(workers.map_batches(double, [[], []])) == [[], []]
        assert workers.pids == []


def test_no_more_processes_are_started_than_there_are_batches() -> None:
    with Workers(2) as workers:
        assert list(workers.map_batches(double, [[1]])) == [[2]]
        assert len(workers.pids) == 1


def test_batches_are_taken_when_there_is_room_for_them(workers: Workers) -> None:
    taken = []

    def take() -> Iterator[list[int]]:
        for n in range(100):
            taken.append(n)
            yield [n]

    results = workers.map_batches(double, take())
    assert taken == []
    for n, result in enumerate(results):
        assert result == [2 * n]
        assert len(taken) <= n + 1 + 8
    assert len(taken) == 100


def test_large_batches_and_results_do_not_block(workers: Workers) -> None:
    text = "x" * 3_000_000
    results = workers.map_batches(act, [[text, text]] * 6)
    assert all(result == [text.upper()] * 2 for result in results)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("die 9", "the process that made it died (signal 9)"),
        ("die 11", "the process that made it died (signal 11)"),
        ("exit 3", "the process that made it ended (exit code 3)"),
        ("exit 0", "the process that made it ended (exit code 0)"),
    ],
)
def test_an_item_that_kills_is_named_and_the_rest_goes_on(
    workers: Workers, item: str, reason: str
) -> None:
    found = check(workers, "a, b", f"c, {item}, d", "e", "f")
    assert found == [["A", "B"], ["C", Lost(reason), "D"], ["E"], ["F"]]


@pytest.mark.parametrize("item", ["hang", "hang in C"])
def test_an_item_that_hangs_is_named_and_the_rest_goes_on(item: str) -> None:
    with Workers(2, patience_s=0.5) as workers:
        found = check(workers, f"a, {item}, b", "c")
    assert found == [["A", Lost("took longer than 0.5 s"), "B"], ["C"]]


def test_several_items_of_a_batch_can_be_lost(workers: Workers) -> None:
    assert check(workers, "die 9, a, die 9", "die 9") == [[KILLED, "A", KILLED], [KILLED]]


def test_the_time_that_the_caller_takes_is_no_hang() -> None:
    with Workers(1, patience_s=0.3) as workers:
        for result in workers.map_batches(sleep_then, [[0.1, 0.1, 0.1, 0.1]] * 2):
            assert result == [0.1] * 4
            time.sleep(0.5)


def test_a_first_loss_is_not_blamed_on_the_item(workers: Workers, tmp_path: Path) -> None:
    marks = [["", str(tmp_path / "mark"), ""], ["", ""]]
    for result in workers.map_batches(die_once, marks):
        assert set(result) <= set(workers.pids)


def test_processes_killed_from_outside_are_replaced(workers: Workers) -> None:
    check(workers, "a", "b")
    for idle in workers.pids:
        os.kill(idle, signal.SIGKILL)
    assert check(workers, "a", "b") == [["A"], ["B"]]
    results = workers.map_batches(double, [[n] * 50 for n in range(40)])
    assert next(results) == [0] * 50
    for busy in workers.pids:
        os.kill(busy, signal.SIGKILL)
    assert list(results) == [[2 * n] * 50 for n in range(1, 40)]


def test_too_many_losses_end_the_work() -> None:
    with Workers(1, losses=3) as workers:
        found = check(workers, "a, die 9, b, die 9, c", "d", "die 9")
    given_up = Lost("not made, because worker processes died or hung 3 times before")
    assert found == [[given_up, KILLED, *[given_up] * 3], [given_up], [given_up]]


def test_an_exception_is_raised_with_the_traceback_of_the_worker(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError, match="on purpose") as caught:
        check(workers, "a", "raise", "b")
    assert "tests/build/work.py" in str(caught.value.__cause__)
    assert 'raise ZeroDivisionError("on purpose")' in str(caught.value.__cause__)
    assert check(workers, "a") == [["A"]]


def test_an_exception_that_cannot_be_rebuilt_is_told_all_the_same(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="UnbuildableError: onetwo"):
        check(workers, "raise what cannot be rebuilt")


def test_a_result_that_cannot_be_pickled_is_an_exception(workers: Workers) -> None:
    with pytest.raises(Exception, match="local object"):
        list(workers.map_batches(make_closure, [[1]]))


def test_a_function_is_sent_to_a_process_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    heavy = Heavy(str(log))
    with Workers(2) as workers:
        for _ in range(2):
            results = list(workers.map_batches(heavy, [[n] for n in range(20)]))
            assert results == [[n + 1] for n in range(20)]
        pids = set(workers.pids)
    received = [int(pid) for pid in log.read_text().split()]
    assert len(received) == len(set(received))
    assert set(received) <= pids


def test_garbage_is_collected_between_batches() -> None:
    with Workers(1) as workers:
        used = [megabytes for (megabytes,) in workers.map_batches(leak, [[20]] * 12)]
    assert max(map(int, used)) < min(map(int, used)) + 60  # type: ignore[arg-type]


def test_what_the_caller_leaves_half_way_is_stopped() -> None:
    with Workers(2, patience_s=30) as workers:
        results = workers.map_batches(act, [["a"], ["hang"], ["hang"]])
        assert next(results) == ["A"]
        pids = workers.pids
        results.close()  # type: ignore[attr-defined]
        assert not any(map(is_running, pids))
        assert check(workers, "b") == [["B"]]


def test_an_exception_of_the_caller_stops_everything() -> None:
    pids: list[int] = []

    def fail() -> None:
        with Workers(2) as workers:
            for _ in workers.map_batches(act, [["a"], ["hang"], ["hang"]]):
                pids.extend(workers.pids)
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert pids
    assert not any(map(is_running, pids))


def test_workers_leave_an_interrupt_to_the_parent(workers: Workers) -> None:
    assert check(workers, "interrupt") == [["INTERRUPT"]]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups to interrupt")
def test_an_interrupt_is_told_once_even_while_processes_start() -> None:
    script = (
        "from site_gen.build.workers import *; from tests.build.work import act\n"
        "with Workers(2) as workers:\n"
        "    calls = [workers.submit(act, 'a') for _ in range(2)]\n"
        "    print(*workers.pids, flush=True)\n"
        "    while True: calls[0].result()\n"
    )
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        os.killpg(parent.pid, signal.SIGINT)
        _, told = parent.communicate()
    assert len(pids) == 2
    assert not any(map(is_running, pids))
    assert told.count("Traceback") == 1


def test_nothing_is_left_behind() -> None:
    def use() -> tuple[int, int]:
        with Workers(2) as workers:
            check(workers, "a, die 9", "b", "c")
        gc.collect()
        descriptors = Path("/proc/self/fd")
        return len(list(descriptors.iterdir())) if descriptors.exists() else 0, len(
            multiprocessing.active_children()
        )

    use()  # the first time multiprocessing opens what it keeps
    threads = threading.active_count()
    assert use() == use()
    assert threading.active_count() == threads


@pytest.mark.parametrize("item", ["hang", "hang in C", "idle"])
def test_processes_end_when_their_parent_is_killed(item: str) -> None:
    script = (
        "import sys; from site_gen.build.workers import *; from tests.build.work import act\n"
        "workers = Workers(2)\n"
        "results = workers.map_batches(act, [['a'], ['b'], [sys.argv[1]], [sys.argv[1]]])\n"
        "next(results); next(results)\n"
        "print(*workers.pids, flush=True); input()\n"
    )
    command = [sys.executable, "-c", script, item]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    wait_until_gone(pids)


WAYS_TO_END = ("_end_at_eof_by_thread", "_end_at_eof_by_signal")
"""Not every system has the second."""


@pytest.mark.parametrize("name", [name for name in WAYS_TO_END if hasattr(worker_process, name)])
def test_a_process_ends_when_a_pipe_closes(name: str) -> None:
    script = (
        f"from site_gen.build.worker_process import {name}; {name}(0)\n"
        "print(flush=True)\nwhile True: pass\n"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(20) != 0


def test_processes_that_cannot_start_are_an_error() -> None:
    script = (
        "from site_gen.build.workers import *; from tests.build.work import double\n"
        "with Workers(2) as workers: list(workers.map_batches(double, [[1], [2]]))\n"
    )
    # There is no file to import again where the script comes from a pipe.
    done = subprocess.run(
        [sys.executable], input=script, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == (
        f"{WorkerStartError.__module__}.WorkerStartError: "
        "a worker process ended (exit code 1) before it was ready"
    )


def test_calls_are_futures(workers: Workers) -> None:
    futures = [workers.submit(divmod, n, 7) for n in range(30)]
    assert [future.result() for future in reversed(futures)] == [
        divmod(n, 7) for n in range(29, -1, -1)
    ]
    assert list(workers.map(double, range(9))) == [2 * n for n in range(9)]
    assert workers.submit(int, "11", base=2).result() == 3
    assert isinstance(workers.submit(act, "raise").exception(), ZeroDivisionError)


def test_a_call_that_kills_is_lost(workers: Workers) -> None:
    other, call = workers.submit(act, "a"), workers.submit(act, "die 9")
    with pytest.raises(WorkerLostError, match=r"the process that made it died \(signal 9\)"):
        call.result()
    assert other.result() == "A"


def test_waiting_for_a_call_has_an_end() -> None:
    with Workers(1) as workers:
        call = workers.submit(sleep_then, 0.5)
        with pytest.raises(TimeoutError):
            call.result(timeout=0.01)
        while not call.done():
            pass
        assert call.result(timeout=0) == 0.5


def test_calls_and_batches_share_the_processes(workers: Workers) -> None:
    for n, result in enumerate(workers.map_batches(double, [[n] for n in range(20)])):
        assert result == [2 * n]
        assert workers.submit(double, n).result() == 2 * n
    assert len(workers.pids) == 2


def test_leaving_batches_half_way_loses_no_call(workers: Workers) -> None:
    results = workers.map_batches(double, [[n] for n in range(20)])
    next(results)
    call = workers.submit(sleep_then, 0.1)
    results.close()  # type: ignore[attr-defined]
    assert call.result() == 0.1


def test_shutdown_waits_for_calls_or_cancels_them() -> None:
    with Workers(1) as workers:
        calls = [workers.submit(sleep_then, 0.05) for _ in range(3)]
    assert [call.result() for call in calls] == [0.05] * 3
    workers = Workers(1)
    calls = [workers.submit(sleep_then, 0.05) for _ in range(3)]
    workers.shutdown(cancel_futures=True)
    assert all(call.done() for call in calls)
    assert calls[2].cancelled()
    with pytest.raises(RuntimeError, match="after shutdown"):
        workers.submit(double, 1)


def test_shutdown_without_waiting_ends_at_once() -> None:
    workers = Workers(1)
    calls = [workers.submit(act, "hang") for _ in range(3)]
    workers.shutdown(wait=False)
    assert all(call.done() for call in calls)
    assert workers.pids == []


def test_calls_inline_are_done_at_once() -> None:
    with Inline() as inline:
        assert inline.submit(double, 2).result() == 4
        assert isinstance(inline.submit(act, "raise").exception(), ZeroDivisionError)
        assert check(inline, "a, b", "c") == [["A", "B"], ["C"]]
