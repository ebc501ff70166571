"""What keeps a student's code in: Linux namespaces with little in them, and limits of resources.

The walls are built in three steps. `enclose` puts the server that starts Pythons into a root of its
own, in which only Python, what is installed in it and the course's package can be read and nothing
can be written, with a network that leads nowhere. `separate` gives each Python processes and
messages of its own. `give_up` leaves it a small folder to write to, and takes away every right
that could undo this.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

try:
    import resource
except ImportError:  # on Windows, where nobody's code is run
    pass

NEW_MOUNTS, NEW_NAMES, NEW_MESSAGES = 0x20000, 0x4000000, 0x8000000
NEW_USERS, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 4096, 0x4000, 1 << 18
DETACH = 2  # for umount2
SET_ATTRIBUTES = 442  # mount_setattr has one number on all machines
NOBODY = 65534
OWN = "/student"  # the folder that a student's Python may write to; it is called /tmp as well
DEVICES = ("null", "zero", "urandom", "random")
LIBRARIES = ("/lib", "/lib64", "/bin", "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/local/lib")
SYSTEM = (*LIBRARIES, "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
MEGABYTE = 1 << 20
PROCESSES = 40
SIGNALLED = 128  # and a signal: the status of who was ended by it


class BlockedError(Exception):
    """The system does not allow a part of the sandbox."""


def system(name: str, *arguments: object) -> int:
    """Call a function of the C library; a failure is `BlockedError` with the system's own words."""
    library = ctypes.CDLL(None, use_errno=True)
    given = [a.encode() if isinstance(a, str) else a for a in arguments]
    if (result := getattr(library, name)(*given)) == -1:
        raise BlockedError(f"{name}: {os.strerror(ctypes.get_errno())}")
    return int(result)


def enclose(readable: Iterable[str]) -> None:
    """Leave this process and what it starts a root with these folders alone, and no way out of it.

    Whoever is root becomes nobody first, so that files of root are not its own.
    """
    if sys.platform != "linux":
        raise BlockedError("namespaces are a part of Linux")
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    begins_as_root = is_root()
    if begins_as_root:
        system("unshare", NEW_MOUNTS)
    else:
        new_users(proc, NEW_MOUNTS)
    system("mount", None, "/", None, ctypes.c_ulong(RECURSIVE | PRIVATE), None)
    build_root(readable)
    if begins_as_root:
        become_nobody()
        new_users(proc, NEW_MOUNTS)
    system("unshare", NEW_NETWORK | NEW_MESSAGES | NEW_NAMES)
    no_further_users(proc)
    os.close(proc)


def may_become_nobody() -> bool:
    """Whether this process is root's, and Python would be there for whoever is not."""
    prefix = Path(sys.base_prefix).resolve()
    return is_root() and all(each.stat().st_mode & 0o5 == 0o5 for each in (prefix, *prefix.parents))


def own_folder() -> str:
    """A new folder for a student's Python, where there is no space of mounts to make one in."""
    folder = tempfile.mkdtemp()
    if may_become_nobody():
        os.chown(folder, NOBODY, NOBODY)
    return folder


def is_root() -> bool:
    """Whether this process is the owner of the machine, on a system where it can become another."""
    return hasattr(os, "setresuid") and os.getuid() == 0


def become_nobody() -> None:
    """Be a user who owns no file."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    if sys.platform == "linux":
        system("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: or its own files in /proc are root's


def new_users(proc: int, more: int) -> None:
    """A space of users in which this process may mount, and is called nobody."""
    user, group = os.getuid(), os.getgid()
    system("unshare", NEW_USERS | more)
    write(proc, "self/setgroups", "deny")
    write(proc, "self/uid_map", f"{NOBODY} {user} 1")
    write(proc, "self/gid_map", f"{NOBODY} {group} 1")


def no_further_users(proc: int) -> None:
    """Forbid new spaces of users, in which one could become root again."""
    write(proc, "sys/user/max_user_namespaces", "0")


def write(folder: int, path: str, text: str) -> None:
    """Write to one of the system's own files."""
    try:
        file = os.open(path, os.O_WRONLY, dir_fd=folder)
        os.write(file, text.encode())
        os.close(file)
    except OSError as error:
        raise BlockedError(f"{path}: {error.strerror}") from None


def build_root(readable: Iterable[str]) -> None:
    """A root in memory that shows these folders and the system's libraries, read-only."""
    top = "/proc"  # a folder that every system has, and in which nothing to be shown lies
    system("mount", "tmpfs", top, "tmpfs", ctypes.c_ulong(NO_SUID | NO_DEVICES), "size=4m")
    for path in sorted({*SYSTEM, *readable}, key=len):
        show(path, top)
    os.makedirs(f"{top}/dev", exist_ok=True)
    for name in DEVICES:
        show(f"/dev/{name}", top)
    os.mkdir(top + OWN)
    for name in ("/tmp", "/dev/shm"):
        if not os.path.exists(top + name):  # a course may lie in /tmp
            os.symlink(OWN, top + name)
    os.makedirs(f"{top}/proc", exist_ok=True)
    os.chdir(top)
    system("pivot_root", ".", ".")
    system("umount2", ".", DETACH)
    os.chdir("/")
    read_only()
    flags = ctypes.c_ulong(NO_SUID | NO_DEVICES)
    system("mount", "tmpfs", OWN, "tmpfs", flags, "size=16m,mode=1777")  # for settings


def show(path: str, top: str) -> None:
    """Make a file or a folder seen in the new root, where it is in the old one."""
    there = Path(top + path)
    if not os.path.exists(path) or there.exists():
        return
    there.parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(path):
        there.symlink_to(os.readlink(path))
        return
    if os.path.isdir(path):
        there.mkdir()
    else:
        there.touch()
    system("mount", path, str(there), None, ctypes.c_ulong(BIND | RECURSIVE), None)


class Attributes(ctypes.Structure):
    """What `mount_setattr` takes."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "users")]


def read_only() -> None:
    """Let nothing be written below the root, whatever is mounted where."""
    wanted = Attributes(set=READ_ONLY | NO_SUID)
    size = ctypes.sizeof(wanted)
    system("syscall", SET_ATTRIBUTES, -100, "/", 0x8000, ctypes.byref(wanted), size)


def separate() -> None:
    """Give the next process that is started processes, mounts and messages of its own."""
    system("unshare", NEW_PROCESSES | NEW_MOUNTS | NEW_MESSAGES)


def give_up(hidden: Iterable[str], disk: int) -> None:
    """Hide these folders, make a small one to write to, and lose the right to undo it."""
    flags = ctypes.c_ulong(NO_SUID | NO_DEVICES)
    for folder in hidden:
        system("mount", "tmpfs", folder, "tmpfs", ctypes.c_ulong(NO_SUID | READ_ONLY), "size=4k")
    system("mount", "tmpfs", OWN, "tmpfs", flags, f"size={disk},nr_inodes=2000,mode=700")
    os.chdir(OWN)
    system("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    for number in range(64):
        try:
            system("prctl", 24, number, 0, 0, 0)  # PR_CAPBSET_DROP
        except BlockedError:
            break  # there are no more
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # the third version, of this process
    system("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def wait_for_one_below() -> None:
    """Go on in a new process, and wait here for its end: the first of all in a space of processes
    ends the others with it, is deaf to their signals, and so can be no student's.
    """
    started = os.fork()
    if started == 0:
        return
    os.closerange(0, 4096)
    system("prctl", 4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: nobody looks into it, or goes on in its name
    while True:
        ended, status = os.wait()
        if ended == started:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else SIGNALLED - code)


def limit(memory: int, disk: int, seconds: int, processes: bool) -> None:
    """Limit what one process may use: addresses, files, time, and how many it may start."""
    limits = {
        "RLIMIT_AS": memory,
        "RLIMIT_FSIZE": disk,
        "RLIMIT_CPU": seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_MSGQUEUE": 0,
    }
    if processes:
        limits["RLIMIT_NPROC"] = PROCESSES
    for name, most in limits.items():
        if (number := getattr(resource, name, None)) is not None:
            hard = resource.getrlimit(number)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with contextlib.suppress(ValueError, OSError):  # macOS knows some by name alone
                resource.setrlimit(number, (most, most))


def end_with_parent() -> None:
    """Be killed when whoever has started this process ends, where the system can do that."""
    if sys.platform == "linux":
        system("prctl", 1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def adopt() -> None:
    """Become the parent of processes below this one whose own parent has ended."""
    system("prctl", 36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def end_all(group: int) -> None:
    """End what a process has left running: its group, and on Linux whatever it has started."""
    while True:
        for kill, number in [(os.killpg, group), *((os.kill, each) for each in children())]:
            try:
                kill(number, signal.SIGKILL)
            except OSError:  # it has ended by itself
                pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children() -> list[int]:
    """The processes that this one has started or adopted, where the system lists them."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(number) for number in file.read().split()]
    except OSError:
        return []
