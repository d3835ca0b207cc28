"""What a program does to the files of a folder, as the kernel is told: each write, truncation, sync and name, in order.

The program runs as it is, stopped by ptrace(2) at every system call; nothing is installed, patched or preloaded. What
it prints stands among the rest: an acknowledgement is worth what was on the disk when it was given.
"""

import ctypes
import os
import platform
import signal
import sys
from pathlib import Path
from typing import NamedTuple

import pytest


class Make(NamedTuple):
    """A new, empty file."""

    path: str


class MakeFolder(NamedTuple):
    path: str


class Write(NamedTuple):
    path: str
    offset: int
    data: bytes


class Truncate(NamedTuple):
    path: str
    size: int


class Sync(NamedTuple):
    """Of a file: its bytes and size. Of a folder: the names in it."""

    path: str


class Rename(NamedTuple):
    path: str
    to: str


class Link(NamedTuple):
    path: str
    to: str


class Remove(NamedTuple):
    path: str


class Say(NamedTuple):
    """Printed on standard output."""

    text: str


_libc = ctypes.CDLL(None, use_errno=True)
_TRACEME, _SETOPTIONS, _SYSCALL, _SYSCALL_INFO = 0, 0x4200, 24, 0x420E
_SYSGOOD, _EXITKILL = 1, 0x100000
_AT_SYSCALL = signal.SIGTRAP | 0x80
_REFUSED = 99

# Numbers of x86-64: what may change a file or a name, or settle it.
_CALLS = {
    1: "write",
    2: "open",
    18: "pwrite",
    20: "writev",
    26: "msync",
    40: "sendfile",
    74: "fsync",
    75: "fsync",  # fdatasync: the bytes, and the size where it changed
    76: "truncate",
    77: "ftruncate",
    82: "rename",
    83: "mkdir",
    84: "unlink",  # rmdir
    86: "link",
    87: "unlink",
    88: "symlink",
    257: "openat",
    258: "mkdirat",
    263: "unlinkat",
    264: "renameat",
    265: "linkat",
    266: "symlinkat",
    285: "fallocate",
    296: "pwritev",
    316: "renameat",
    326: "copy_file_range",
    328: "pwritev",
}


class _Info(ctypes.Structure):
    """struct ptrace_syscall_info: at an entry, number and arguments; at an exit, what it returned."""

    _fields_ = (
        ("op", ctypes.c_uint8),
        ("arch", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("words", ctypes.c_int64 * 8),
    )

    ENTRY, EXIT = 1, 2


def _ptrace(request, pid, address=0, data=0):
    if _libc.ptrace(*map(ctypes.c_long, (request, pid, address)), data) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def be_traced():
    """Called by the program, once it has loaded what it needs."""
    try:
        _ptrace(_TRACEME, 0)
    except OSError:
        os._exit(_REFUSED)
    os.kill(os.getpid(), signal.SIGSTOP)


def recorded(script, folder, *args):
    """Run a Python script with the arguments `folder`, *args, and give what it did below `folder`, in order.

    The script calls `be_traced` and must end well. Skips the test where the system does not let programs be traced.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("records system calls of Linux on x86-64")
    command = [sys.executable, "-c", script, str(folder), *args]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(sys.executable, command, environment, file_actions=silent)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _REFUSED:
        pytest.skip("this system does not let a program be traced")
    assert os.WIFSTOPPED(status), "the script ended before it was traced"
    recorder = _Recorder(pid, str(folder))
    try:
        status = recorder.follow()
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    assert os.waitstatus_to_exitcode(status) == 0
    return recorder.done


class _Recorder:
    """Puts what the calls of one process came to into `done`."""

    def __init__(self, pid, folder):
        self.pid, self.folder = pid, folder
        self.done = []
        self._info = _Info()
        self._call = None
        self._files = set()

    def follow(self):
        """From one call to the next, until the program ends; gives the status it ended with."""
        _ptrace(_SETOPTIONS, self.pid, 0, _SYSGOOD | _EXITKILL)
        deliver = 0
        while True:
            _ptrace(_SYSCALL, self.pid, 0, deliver)
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                return status
            deliver = 0 if os.WSTOPSIG(status) == _AT_SYSCALL else os.WSTOPSIG(status)
            if not deliver:
                self._stopped()

    def _stopped(self):
        try:
            _ptrace(_SYSCALL_INFO, self.pid, ctypes.sizeof(_Info), ctypes.byref(self._info))
        except OSError:
            pytest.skip("records system calls on Linux 5.3 or later")
        if self._info.op == _Info.ENTRY:
            number, *args = self._info.words
            self._call = (_CALLS.get(number), args[:6])
        elif self._info.op == _Info.EXIT and self._call[0] and self._info.words[0] >= 0:
            name, args = self._call
            getattr(self, f"_{name}")(self._info.words[0], *args)

    def _here(self, path):
        return path.startswith(self.folder)

    def _of(self, handle):
        return str(Path(f"/proc/{self.pid}/fd/{handle}").readlink())

    def _bytes(self, address, size):
        with Path(f"/proc/{self.pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(size)

    def _path(self, address, folder=None):
        """The path that stands at an address; relative to the folder of a handle, else to the working directory."""
        name = b""
        while b"\0" not in name:
            start = address + len(name)
            name += self._bytes(start, 4096 - start % 4096)
        at = Path(f"/proc/{self.pid}/cwd").readlink() if folder in (None, -100) else self._of(folder)
        return os.path.normpath(Path(at, os.fsdecode(name[: name.index(0)])))

    # --- calls: what they returned, then their arguments

    def _write(self, count, handle, address, *_):
        if handle == 1:
            self.done.append(Say(self._bytes(address, count).decode()))
        elif self._here(path := self._of(handle)):
            at = Path(f"/proc/{self.pid}/fdinfo/{handle}").read_text().split()[1]
            self.done.append(Write(path, int(at) - count, self._bytes(address, count)))

    def _pwrite(self, count, handle, address, _, offset, *__):
        if self._here(path := self._of(handle)):
            self.done.append(Write(path, offset, self._bytes(address, count)))

    def _open(self, handle, _, flags, *__):
        if not self._here(path := self._of(handle)):
            return
        if flags & os.O_CREAT and path not in self._files:
            self._files.add(path)
            self.done.append(Make(path))
        elif flags & os.O_TRUNC:
            self.done.append(Truncate(path, 0))

    def _openat(self, handle, _, path, flags, *__):
        self._open(handle, path, flags)

    def _fsync(self, _, handle, *__):
        if self._here(path := self._of(handle)):
            self.done.append(Sync(path))

    def _ftruncate(self, _, handle, size, *__):
        if self._here(path := self._of(handle)):
            self.done.append(Truncate(path, size))

    def _mkdirat(self, _, folder, path, *__):
        if self._here(made := self._path(path, folder)):
            self.done.append(MakeFolder(made))

    def _mkdir(self, done, path, *_):
        self._mkdirat(done, None, path)

    def _unlinkat(self, _, folder, path, *__):
        if self._here(gone := self._path(path, folder)):
            self._files.discard(gone)
            self.done.append(Remove(gone))

    def _unlink(self, done, path, *_):
        self._unlinkat(done, None, path)

    def _renameat(self, _, folder, path, to_folder, to, *__):
        if self._here(old := self._path(path, folder)):
            new = self._path(to, to_folder)
            self._files = self._files - {old} | {new}
            self.done.append(Rename(old, new))

    def _rename(self, done, path, to, *_):
        self._renameat(done, None, path, None, to)

    def _linkat(self, _, folder, path, to_folder, to, *__):
        if self._here(old := self._path(path, folder)):
            new = self._path(to, to_folder)
            self._files.add(new)
            self.done.append(Link(old, new))

    def _link(self, done, path, to, *_):
        self._linkat(done, None, path, None, to)

    def _unforeseen(self, _, handle, *__):
        """A way to write that is not recorded: rather than miss it, the test fails."""
        assert not self._here(self._of(handle)), self._call

    _writev = _pwritev = _fallocate = _copy_file_range = _sendfile = _unforeseen

    def _msync(self, *_):
        pass  # of memory; the index of a WAL, which is made anew

    def _truncate(self, _, path, *__):
        assert not self._here(self._path(path)), self._call

    _symlink = _truncate
    _symlinkat = _truncate
