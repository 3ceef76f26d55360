"""Processes of a server under test, any of which may end between two checks."""

from __future__ import annotations

import psutil


def living_children(process: psutil.Process) -> list[psutil.Process]:
    """Return a process's running children, oldest first."""
    return [child for child in process.children() if alive(child)]


def alive(process: psutil.Process | None) -> bool:
    """Return whether the process exists and runs."""
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def cmdline(process: psutil.Process) -> str:
    """Return the command line of a process; empty once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def name_of(process: psutil.Process) -> str:
    """Return the name of a process; empty once it has ended."""
    try:
        return str(process.name())
    except psutil.Error:
        return ""
