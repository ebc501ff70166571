"""A program that has imported everything once, and starts a Python for each student's notebook.

It has one thread, holds no answers, and sees no student's work: that goes from the grader into the
Python that is to run it. Between the two stands a third that waits for its end.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENDED_EARLY = 70  # the status of a Python that could not be made ready
MOMENT = 0.05  # seconds, in which a Python that has told all ends by itself
DISK = 32 << 20  # bytes that a student's Python may write


def main() -> None:
    """Make ready, say behind which walls, and do what is asked until nobody asks."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    told, _ = receive(connection)
    sys.path[:] = told["path"]
    Server(connection, told).serve()


def receive(connection: socket.socket) -> tuple[Any, list[int]]:
    """What the other side sends: data, and files that it hands over."""
    head, files, _, _ = socket.recv_fds(connection, 4, 2)
    if len(head) < 4:
        raise EOFError
    length, body = int.from_bytes(head, "big"), b""
    while len(body) < length:
        body += (part := connection.recv(length - len(body)))
        if not part:
            raise EOFError
    return json.loads(body), files


def send(connection: socket.socket, told: Any, files: tuple[int, ...] = ()) -> None:
    """Send data to the other side, and files."""
    body = json.dumps(told).encode("ascii")
    head = len(body).to_bytes(4, "big")
    if files:
        socket.send_fds(connection, [head], files)
        connection.sendall(body)
    else:
        connection.sendall(head + body)


class Server:
    """The program under way: the exercises that are ready, and the Python that runs."""

    def __init__(self, connection: socket.socket, told: dict[str, Any]) -> None:
        """Import what all exercises need, and build the walls."""
        self.connection, self.package = connection, told["package"]
        self.exercises: dict[str, Any] = {}
        self.running: tuple[int, int, int] | None = None  # guard, student's Python, where it tells
        self.is_enclosed, why = self.enclosed(told["readable"]) if told["enclose"] else (False, "")
        self.shell = make_shell()
        send(connection, {"enclosed": self.is_enclosed, "why": why})

    def enclosed(self, readable: list[str]) -> tuple[bool, str]:
        """Whether the walls stand, and what the system said where they do not."""
        from classroom.grading import child, probes, sandbox  # noqa: F401 (out of reach later)

        try:
            sandbox.enclose(readable)
        except (sandbox.BlockedError, OSError) as error:
            return False, str(error)
        for name in ("IPYTHONDIR", "MPLCONFIGDIR", "HOME"):
            os.environ[name] = sandbox.OWN
        return True, ""

    def serve(self) -> None:
        """Do what is asked; when nobody is there to ask, end what runs."""
        orders: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "run": self.run,
            "stop": self.stop,
        }
        try:
            while True:
                order, files = receive(self.connection)
                send(self.connection, orders[order.pop("do")](*files, **order))
        except (EOFError, OSError):
            self.stop()
        if not self.is_enclosed:
            shutil.rmtree(os.environ["IPYTHONDIR"], ignore_errors=True)
        os._exit(0)  # the shell would tidy up files that are out of reach

    def load(self, exercise: str, setup: list[str], checks: list[str]) -> dict[str, str]:
        """Make an exercise ready."""
        from classroom.grading.probes import Ready

        try:
            self.exercises[exercise] = Ready(setup, checks)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        return {}

    def run(self, job: int, results: int, exercise: str) -> dict[str, int]:
        """Start a Python that does the job in one file, and tells into another."""
        told, tells = os.pipe()
        guard = os.fork()
        if guard == 0:
            try:
                os.close(told)
                self.connection.close()
                self.guard(job, results, tells, exercise)
            finally:
                os._exit(ENDED_EARLY)
        for file in (job, results, tells):
            os.close(file)
        started = int.from_bytes(os.read(told, 4), "big")
        self.running = (guard, started, told)
        return {"pid": started}

    def guard(self, job: int, results: int, tells: int, exercise: str) -> None:
        """Start the student's Python behind its own walls, and leave nothing of it when it ends."""
        from classroom.grading import child, sandbox

        sandbox.end_with_parent()
        os.setsid()
        if self.is_enclosed:
            sandbox.separate()
        elif sys.platform == "linux":
            sandbox.adopt()
        folder = sandbox.OWN if self.is_enclosed else sandbox.own_folder()
        walls = self.walls(folder)
        started = os.fork()
        if started == 0:
            try:
                os.close(tells)
                sandbox.end_with_parent()
                if self.is_enclosed:
                    sandbox.give_up(walls["hidden"], DISK)
                    sandbox.wait_for_one_below()
                child.main(job, results, self.exercises[exercise], self.shell, walls)
            finally:
                os._exit(ENDED_EARLY)
        os.close(job)
        os.close(results)
        os.write(tells, started.to_bytes(4, "big"))
        _, status = os.waitpid(started, 0)
        if not self.is_enclosed:
            sandbox.end_all(started)
            shutil.rmtree(folder, ignore_errors=True)
        os.write(tells, status.to_bytes(4, "big"))
        os._exit(0)

    def walls(self, folder: str) -> dict[str, Any]:
        """What the student's Python is to put up around itself, and where it is to work."""
        checks = os.path.join(self.package, "autograd_lesson", "checks")
        told = {"enclosed": self.is_enclosed, "hidden": [checks]}
        return told | {"folder": folder, "disk": DISK}

    def stop(self) -> dict[str, int]:
        """End the Python that runs, and say how it ended: as `os.wait` does."""
        if self.running is None:
            return {"status": 0}
        guard, started, told = self.running
        self.running = None
        is_over = select.select([told], [], [], MOMENT)[0]
        if started and not is_over:
            for kill in (os.kill, os.killpg):
                try:
                    kill(started, signal.SIGKILL)
                except OSError:  # it has ended by itself
                    pass
        status = os.read(told, 4)
        os.close(told)
        os.waitpid(guard, 0)
        return {"status": int.from_bytes(status, "big") if status else ENDED_EARLY << 8}


def make_shell() -> Any:
    """The shell that cells run in, made once."""
    import numpy  # noqa: F401

    from classroom.runner import new_shell

    return new_shell()


if __name__ == "__main__":
    sys.path[0] = HERE
    main()
