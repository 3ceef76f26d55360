"""Conversion of office files to PDF by LibreOffice, if installed, in a sandbox without network or Acquis's files.

Bubblewrap creates the sandbox (Linux namespaces). It contains only the programs, fonts and their settings, no data of
this account; files written in it are in memory and vanish at the end. If either program is missing, nothing is
converted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from typing import IO, Final

from adapters.files.age import Damaged
from adapters.files.inspection import found
from adapters.files.seeking import Seekable

PROCESSOR: Final = 60
WALL: Final = 120
MEMORY: Final = 3 * 1024**2
"""KiB of address space; LibreOffice reserves much more memory than it uses."""
ROOM: Final = 512 * 1024**2
"""Bytes that the sandbox may write, including the file itself."""
LARGEST: Final = 128 * 1024**2
CHUNK: Final = 64 * 1024
OFFICE: Final = "soffice"
ROOM_MAKER: Final = "bwrap"
HOME: Final = "/tmp"  # noqa: S108  (the sandbox's own)
ENDINGS: Final = {
    found.DOCX: "docx", found.XLSX: "xlsx", found.PPTX: "pptx", found.ODT: "odt", found.ODS: "ods", found.ODP: "odp",
    found.DOC: "doc", found.XLS: "xls", found.PPT: "ppt", found.RTF: "rtf",
}  # fmt: skip
SEEN: Final = (
    "/etc/fonts", "/etc/libreoffice", "/etc/alternatives", "/etc/ld.so.cache", "/var/lib/libreoffice",
    "/var/cache/fontconfig", "/usr/local/share/fonts",
)  # fmt: skip
SCRIPT: Final = f"""
ulimit -c 0 && ulimit -t {PROCESSOR} && ulimit -v {MEMORY} &&
cat >"in.$1" &&
{OFFICE} -env:UserInstallation=file://{HOME}/profile --headless --norestore --nolockcheck --nodefault \
 --convert-to pdf --outdir out "in.$1" >&2 </dev/null && cat out/in.pdf
"""


def can_convert() -> bool:
    """Return whether LibreOffice is installed and its sandbox can be created."""
    return shutil.which(OFFICE) is not None and in_a_room("true") is not None


def converted(ciphertext: IO[bytes], secret: bytes, media_type: str) -> bytes | None:
    """Return an encrypted office file as PDF; None if the conversion fails. Raises Damaged, AnotherKey."""
    with Seekable(ciphertext, secret) as content:
        return in_a_room(SCRIPT, ENDINGS[media_type], content)


def in_a_room(script: str, argument: str = "", content: Seekable | None = None) -> bytes | None:
    """Return the output of a script run in the sandbox; None if it fails."""
    try:
        process = subprocess.Popen(  # noqa: S603  (no input from users)
            [*_room(), "/bin/sh", "-c", script, "sh", argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": HOME},
            start_new_session=True,
        )
    except OSError:
        return None
    clock = threading.Timer(WALL, _end, [process])
    clock.start()
    try:
        return _answer(process, content)
    finally:
        clock.cancel()
        _end(process)
        process.wait()
        if process.stdout:
            process.stdout.close()


def _room() -> list[str]:
    """Return the command that creates the sandbox."""
    linked = [part for name in ("lib", "lib64", "lib32", "bin", "sbin") for part in _as_here(f"/{name}")]
    seen = [part for path in SEEN for part in ("--ro-bind-try", path, path)]
    alone = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    own = ["--proc", "/proc", "--dev", "/dev", "--size", str(ROOM), "--tmpfs", HOME, "--chdir", HOME]
    return [ROOM_MAKER, *alone, "--ro-bind", "/usr", "/usr", *linked, *seen, *own]


def _as_here(path: str) -> list[str]:
    if os.path.islink(path):  # noqa: PTH114
        return ["--symlink", os.readlink(path), path]  # noqa: PTH115
    return ["--ro-bind-try", path, path]


def _answer(process: subprocess.Popen[bytes], content: Seekable | None) -> bytes | None:
    giving = threading.Thread(target=_give, args=(process, content))
    giving.start()
    said = bytearray()
    while len(said) <= LARGEST and (more := process.stdout.read(CHUNK) if process.stdout else b""):
        said += more
    if len(said) > LARGEST:
        _end(process)
    giving.join()
    return bytes(said) if process.wait() == 0 else None


def _give(process: subprocess.Popen[bytes], content: Seekable | None) -> None:
    """Write the file to the process; if the file is damaged, the process is ended."""
    with suppress(OSError):
        try:
            while content is not None and (more := content.read(CHUNK)):
                process.stdin and process.stdin.write(more)
        except Damaged:
            _end(process)
        finally:
            if process.stdin:
                process.stdin.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
