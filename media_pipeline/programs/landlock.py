"""The second wall: Landlock and seccomp, which need no right that a container lacks.

A small program in its own right, so that it starts quickly and alone:
`python -I -S landlock.py -x RUN -r READ -w WRITE -- PROGRAM ...` gives up the rest of
the file system, all sockets, and every way to get rights back, and becomes the program.
Names stay as they are, and other processes can be seen, but not touched.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator

# The same numbers on every architecture that we know.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _SECCOMP_FILTER = 38, 22, 2
_PATH_BENEATH = 1

# Rights on files, as in linux/landlock.h.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _TRUNCATE = 1 << 5, 1 << 7, 1 << 8, 1 << 14
_READ = _READ_FILE | _READ_DIR
_ALLOWED = {
    "-x": _READ | _EXECUTE,
    "-r": _READ,
    "-d": _READ_FILE | _WRITE_FILE,
    "-w": _READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE,
}
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_COUNTED = (0, 13, 14, 15, 15, 16)  # how many rights on files each version knows
_TCP = 3  # to bind and to connect, since version 4
_SCOPES = 3  # abstract sockets and signals, since version 6

_AUDIT_NAMES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Calls by their numbers on x86_64 and on aarch64; 0 where there is no such call.
_REFUSED = (
    (41, 198),  # socket
    (425, 425),  # io_uring_setup: it opens sockets too
    (437, 437),  # openat2: what it asks for is out of sight here
    # Whoever cannot leave its group of processes ends with it.
    (109, 154),  # setpgid
    (112, 157),  # setsid
    # Landlock hides what files hold. Their rights, times and labels are not held back
    # by it, and until its third version neither is cutting them off.
    (90, 0),  # chmod
    (91, 52),  # fchmod
    (268, 53),  # fchmodat
    (452, 452),  # fchmodat2
    (92, 0),  # chown
    (93, 55),  # fchown
    (94, 0),  # lchown
    (260, 54),  # fchownat
    (132, 0),  # utime
    (235, 0),  # utimes
    (261, 0),  # futimesat
    (280, 88),  # utimensat
    (188, 5),  # setxattr
    (189, 6),  # lsetxattr
    (190, 7),  # fsetxattr
    (463, 463),  # setxattrat
    (197, 14),  # removexattr
    (198, 15),  # lremovexattr
    (199, 16),  # fremovexattr
    (466, 466),  # removexattrat
    (469, 469),  # file_setattr
    (76, 45),  # truncate
    # Other processes of the same user.
    (101, 117),  # ptrace
    (310, 270),  # process_vm_readv
    (311, 271),  # process_vm_writev
    (200, 130),  # tkill
    (129, 138),  # rt_sigqueueinfo
    (297, 240),  # rt_tgsigqueueinfo
    (424, 424),  # pidfd_send_signal
    (434, 434),  # pidfd_open
    (438, 438),  # pidfd_getfd
    (251, 30),  # ioprio_set
)
# Only where these arguments are 0, which is oneself: (argument, ...).
_ON_ITSELF = (
    ((302, 261), (0,)),  # prlimit64
    ((141, 140), (0, 1)),  # setpriority: one process, and that one
    ((142, 118), (0,)),  # sched_setparam
    ((144, 119), (0,)),  # sched_setscheduler
    ((203, 122), (0,)),  # sched_setaffinity
    ((314, 274), (0,)),  # sched_setattr
)
_SIGNALS = ((62, 129), (234, 131))  # kill, tgkill: to nobody but oneself
_OPENINGS = (((2, 0), 1), ((257, 56), 2))  # open, openat, and where their flags are
_X32 = 0x40000000  # another door to the same calls

_LOAD, _MASK, _RETURN, _IF_EQUAL, _IF_ABOVE = 0x20, 0x54, 0x06, 0x15, 0x35
_KILL, _DENY, _ALLOW = 0x80000000, 0x00050000 | errno.EACCES, 0x7FFF0000
_FIRST_ARGUMENT, _EACH = 16, 8  # bytes of what a filter is shown

_LIBC = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """What this kernel's Landlock can do; 0 when there is none that we know."""
    if platform.machine() not in _AUDIT_NAMES:
        return 0
    return max(0, int(_LIBC.syscall(_CREATE_RULESET, None, 0, 1)))


def main(words: list[str]) -> None:
    """Give up everything but what is named, and become the program."""
    end = words.index("--")
    named = list(zip(words[:end:2], words[1:end:2], strict=True))
    try:
        _check(_LIBC.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _hide_files(named, version())
        _refuse_calls(platform.machine())
        os.execv(words[end + 1], words[end + 1 :])  # noqa: S606 (ours, and no shell)
    except OSError as error:
        sys.exit(f"landlock: {error}")  # by this word it is known: nothing has begun


def _hide_files(named: list[tuple[str, str]], known: int) -> None:
    rights = (1 << _COUNTED[min(known, len(_COUNTED) - 1)]) - 1
    asked = struct.pack("QQQ", rights, _TCP, _SCOPES)
    length = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = _check(_LIBC.syscall(_CREATE_RULESET, asked, length, 0))
    for option, path in named:
        _allow(rules, path, _ALLOWED[option] & rights)
    _check(_LIBC.syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        rights &= _ON_FILES
    rule = struct.pack("=Qi", rights, place)
    _check(_LIBC.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    os.close(place)


def _refuse_calls(machine: str) -> None:
    steps = list(_steps(machine, os.getpid()))  # its number stays: exec keeps it
    program = ctypes.create_string_buffer(b"".join(steps))
    told = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    _check(_LIBC.prctl(_SET_SECCOMP, _SECCOMP_FILTER, told, 0, 0))


def _steps(machine: str, me: int) -> Iterator[bytes]:
    """A filter in the language of the kernel: who asks, and for which call?"""
    here = list(_AUDIT_NAMES).index(machine)
    yield _step(_LOAD, 4)
    yield _step(_IF_EQUAL, _AUDIT_NAMES[machine], 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, 0)
    yield _step(_IF_ABOVE, _X32, 0, 1)
    yield _step(_RETURN, _DENY)
    for numbers in _REFUSED:
        yield from _of_call(numbers[here], [])
    for numbers, arguments in _ON_ITSELF:
        yield from _of_call(numbers[here], [_insist(place, 0) for place in arguments])
    for numbers in _SIGNALS:
        yield from _of_call(numbers[here], [_insist(0, me)])
    for numbers, flags in _OPENINGS:
        yield from _of_call(numbers[here], [_insist_on_writing_to_cut(flags)])
    yield _step(_RETURN, _ALLOW)


def _of_call(number: int, insisted: list[bytes]) -> Iterator[bytes]:
    """What becomes of one call: it is refused, unless there is something to look at."""
    if not number:
        return
    answer = _step(_RETURN, _ALLOW if insisted else _DENY)
    decided = b"".join([*insisted, answer])
    size = len(_step(_RETURN, _DENY))
    yield _step(_IF_EQUAL, number, 0, len(decided) // size)
    yield from (decided[at : at + size] for at in range(0, len(decided), size))


def _insist(place: int, value: int) -> bytes:
    """Refuse the call unless this argument (of 32 bits) is this one."""
    load = _step(_LOAD, _FIRST_ARGUMENT + _EACH * place)
    return load + _step(_IF_EQUAL, value, 1, 0) + _step(_RETURN, _DENY)


def _insist_on_writing_to_cut(place: int) -> bytes:
    """Refuse to cut a file off while opening it for anything but writing."""
    load = _step(_LOAD, _FIRST_ARGUMENT + _EACH * place)
    mask = _step(_MASK, os.O_TRUNC | os.O_ACCMODE)
    return b"".join(
        [
            load,
            mask,
            _step(_IF_EQUAL, os.O_TRUNC | os.O_RDONLY, 1, 0),
            _step(_IF_EQUAL, os.O_TRUNC | os.O_ACCMODE, 0, 1),
            _step(_RETURN, _DENY),
        ]
    )


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
