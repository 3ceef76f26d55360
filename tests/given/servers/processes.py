"""What is a process of a server that a test looks at? Any may end between two looks, as a database's often do."""

from __future__ import annotations

import psutil


def living_children(process: psutil.Process) -> list[psutil.Process]:
    """A process's children that have not ended, oldest first."""
    return [child for child in process.children() if alive(child)]


def alive(process: psutil.Process | None) -> bool:
    """Whether there is a process, which has not ended."""
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def cmdline(process: psutil.Process) -> str:
    """What a process was started as; empty once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def name_of(process: psutil.Process) -> str:
    """What a process is called; empty once it has ended, as a database's do at any moment."""
    try:
        return str(process.name())
    except psutil.Error:
        return ""
