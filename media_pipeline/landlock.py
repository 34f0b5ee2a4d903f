"""The second rung: Landlock and seccomp, which need no right that a container lacks.

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
# socket, setpgid, setsid, ptrace, io_uring_setup. Whoever cannot leave its group of
# processes ends with it; and io_uring opens sockets too.
_REFUSED = {"x86_64": (41, 109, 112, 101, 425), "aarch64": (198, 154, 157, 117, 425)}
_X32 = 0x40000000  # another door to the same calls

_LOAD, _IF_EQUAL, _IF_ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
_KILL, _DENY, _ALLOW = 0x80000000, 0x00050000 | errno.EACCES, 0x7FFF0000

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
    _check(_LIBC.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _hide_files(named, version())
    _refuse_calls(platform.machine())
    os.execv(words[end + 1], words[end + 1 :])  # noqa: S606 (ours, and no shell)


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
    steps = list(_steps(_AUDIT_NAMES[machine], _REFUSED[machine]))
    program = ctypes.create_string_buffer(b"".join(steps))
    told = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    _check(_LIBC.prctl(_SET_SECCOMP, _SECCOMP_FILTER, told, 0, 0))


def _steps(audit_name: int, refused: tuple[int, ...]) -> Iterator[bytes]:
    """A filter in the language of the kernel: who asks, and for which call?"""
    yield _step(_LOAD, 4)
    yield _step(_IF_EQUAL, audit_name, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, 0)
    yield _step(_IF_ABOVE, _X32, len(refused) + 1, 0)
    for number, call in enumerate(refused):
        yield _step(_IF_EQUAL, call, len(refused) - number, 0)
    yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _DENY)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
