"""The system calls left to a process that opens hostile bytes: those it computes and answers with.

Limits alone do not do: a process whose three files are its pipes may close one, and open another in its
place. So the kernel is asked to refuse every call but a few (seccomp; no privilege is needed to give up
others). It can be asked on Linux, on x86-64 and aarch64; elsewhere the limits are all there is.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Mapping
from typing import Final, NamedTuple

# See linux/audit.h for the machines, and for the calls the tables of each in the kernel.
_X86_64: Final = {
    "read": 0,
    "write": 1,
    "close": 3,
    "fstat": 5,
    "poll": 7,
    "lseek": 8,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "readv": 19,
    "writev": 20,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "nanosleep": 35,
    "getpid": 39,
    "exit": 60,
    "gettimeofday": 96,
    "sigaltstack": 131,
    "gettid": 186,
    "futex": 202,
    "sched_getaffinity": 204,
    "restart_syscall": 219,
    "clock_gettime": 228,
    "clock_nanosleep": 230,
    "exit_group": 231,
    "set_robust_list": 273,
    "getrandom": 318,
    "membarrier": 324,
    "rseq": 334,
}
_AARCH64: Final = {
    "close": 57,
    "lseek": 62,
    "read": 63,
    "write": 64,
    "readv": 65,
    "writev": 66,
    "ppoll": 73,
    "fstat": 80,
    "exit": 93,
    "exit_group": 94,
    "futex": 98,
    "set_robust_list": 99,
    "nanosleep": 101,
    "clock_gettime": 113,
    "clock_nanosleep": 115,
    "sched_getaffinity": 123,
    "sched_yield": 124,
    "restart_syscall": 128,
    "sigaltstack": 132,
    "rt_sigaction": 134,
    "rt_sigprocmask": 135,
    "rt_sigreturn": 139,
    "gettimeofday": 169,
    "getpid": 172,
    "gettid": 178,
    "brk": 214,
    "munmap": 215,
    "mremap": 216,
    "mmap": 222,
    "mprotect": 226,
    "madvise": 233,
    "getrandom": 278,
    "membarrier": 283,
    "rseq": 293,
}


class Machine(NamedTuple):
    """How the calls of one kind of machine are numbered."""

    audit: int  # what the kernel calls the machine
    calls: Mapping[str, int]  # that are allowed
    clone: int  # allowed for threads only
    clone3: int  # said not to be there, so that the C library makes threads by `clone`
    seccomp: int


MACHINES: Final = {
    "x86_64": Machine(0xC000003E, _X86_64, 56, 435, 317),
    "aarch64": Machine(0xC00000B7, _AARCH64, 220, 435, 277),
}

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000  # linux/seccomp.h
_NUMBER_AT, _MACHINE_AT, _FIRST_AT = (
    0,
    4,
    16,
)  # in struct seccomp_data; both machines put low bytes first
_CLONE_THREAD: Final = 0x00010000
_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER, _ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def filter_of(machine: Machine) -> bytes:
    """Return the program by which the kernel decides on each call: few are allowed, the others fail."""
    allow, refuse = _step(_RETURN, _ALLOW), _step(_RETURN, _REFUSE | errno.EPERM)
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUAL, machine.audit, if_true=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_EQUAL, machine.clone3, if_false=1),
        _step(_RETURN, _REFUSE | errno.ENOSYS),
    ]
    for number in machine.calls.values():
        steps += [_step(_EQUAL, number, if_false=1), allow]
    steps += [
        _step(_EQUAL, machine.clone, if_true=1),
        refuse,
        _step(_LOAD, _FIRST_AT),
        _step(_ANY_BIT, _CLONE_THREAD, if_true=1),
        refuse,
        allow,
    ]
    return b"".join(steps)


def give_up_calls() -> bool:
    """Have the kernel refuse this process, for good, whatever only others need; return whether it does."""
    machine = MACHINES.get(platform.machine())
    if machine is None or sys.platform != "linux":
        return False
    program = filter_of(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    asked = _Program(len(program) // 8, program)
    done: int = libc.syscall(machine.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(asked))
    return done == 0
