"""Many notebooks at once, through any executor: the standard pool, or the one of a cluster."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from typing import Any

from classroom.check import available_cores
from classroom.grading.judge import Task, grade
from classroom.notebooks import CourseError

MOST_TRIES = 3  # of a notebook whose worker was ended
AHEAD = 2  # notebooks that wait for each worker: no more are held in memory


class Workers:
    """An executor, started again where a worker's end has broken it."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Know which one is wanted; it is started when there is something to do."""
        self.options = options
        self.executor: Executor | None = None
        self.client: Any = None
        self.jobs = options.jobs or available_cores()

    def start(self) -> Executor:
        """The executor that is wanted."""
        if self.options.executor == "dask" or self.options.scheduler:
            return self.of_a_cluster()
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.jobs, context, initializer=prepare)

    def of_a_cluster(self) -> Executor:
        """That of dask.distributed: of the scheduler named, or of a cluster of processes here."""
        try:
            from distributed import Client
        except ImportError:
            raise CourseError(
                "dask is not installed: `pip install distributed`, or leave out --executor"
            ) from None
        if self.client is None:
            here = {"n_workers": self.jobs, "threads_per_worker": 1, "dashboard_address": None}
            there = {"address": self.options.scheduler}
            try:
                self.client = Client(**(there if self.options.scheduler else here))
            except (OSError, ValueError) as error:
                raise CourseError(f"dask's scheduler cannot be reached: {error}") from None
            self.jobs = max(self.jobs, sum(self.client.nthreads().values()))
        return self.client.get_executor(retries=0, pure=False)

    def graded(
        self, tasks: Iterable[tuple[Any, Task]]
    ) -> Iterator[tuple[Any, dict[str, Any] | None]]:
        """Each task's name with its record, as they come; None where its worker ends each time."""
        coming = iter(tasks)
        again: deque[tuple[Any, Task, int]] = deque()
        running: dict[Future[Any], tuple[Any, Task, int]] = {}
        while True:
            # Those whose worker was ended go one at a time, so that none pays for another.
            most = 1 if again else AHEAD * self.jobs
            while len(running) < most:
                if again:
                    next_ = again.popleft()
                elif (fresh := next(coming, None)) is not None:
                    next_ = (*fresh, 0)
                else:
                    break
                self.executor = self.executor or self.start()
                running[self.executor.submit(grade, next_[1])] = next_
            if not running:
                return
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                name, task, tries = running.pop(ended)
                try:
                    yield name, ended.result()
                except CourseError:
                    raise
                except Exception as error:
                    if isinstance(error, BrokenExecutor):
                        self.executor = None
                    if tries + 1 < MOST_TRIES:
                        again.append((name, task, tries + 1))
                    else:
                        yield name, None

    def close(self, at_once: bool = False) -> None:
        """End the workers; what they run ends with them."""
        if at_once:
            for child in multiprocessing.active_children():
                child.kill()
        if self.executor is not None:
            self.executor.shutdown(wait=True)
        if self.client is not None:
            if self.options.scheduler is None:
                self.client.shutdown()
            self.client.close()


def prepare() -> None:
    """Make a worker end with whoever has started it, and leave Ctrl-C to them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_the_grader, daemon=True).start()


def end_with_the_grader() -> None:
    """Wait until the grader is no more; what this worker runs then ends with it."""
    grader = multiprocessing.parent_process()
    assert grader
    grader.join()
    os._exit(1)
