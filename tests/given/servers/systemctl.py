"""`systemctl` where systemd is not the first process: commands of units run as written, under their account.

What hardens a unit is not in force here: `systemd-analyze verify` reads it (tests/test_units.py).
"""

from __future__ import annotations

import os
import pwd
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
STATE = Path("/run/units")
PATIENCE = 60.0


def main(verb: str, *names: str) -> None:
    STATE.mkdir(exist_ok=True)
    for name in (each for each in names if not each.startswith("-")):
        match verb:
            case "start":
                start(name)
            case "enable" if "--now" in names:
                start(name)
            case "stop":
                stop(name)
            case "restart":
                stop(name)
                start(name)
            case "reload":
                os.kill(int(pid_file(name).read_text().split("\n")[0]), signal.SIGHUP)
            case _:
                raise SystemExit(f"systemctl {verb}: not known here")


def pid_file(name: str) -> Path:
    if name == "postgresql":
        return Path("/var/lib/postgresql/main/postmaster.pid")
    return Path("/run/nginx.pid") if name == "nginx" else STATE / name


def start(name: str) -> None:
    if name == "postgresql":
        start_postgresql()
    elif name == "nginx":
        subprocess.run(("nginx",), check=True)
    elif name.endswith(".mount"):
        mount(read(name))
    elif name.endswith(".timer"):
        run(name.removesuffix(".timer"))
    else:
        run(name)


def stop(name: str) -> None:
    file = pid_file(name)
    if file.exists() and file.stat().st_size:
        pid = int(file.read_text().split("\n")[0])
        os.kill(pid, signal.SIGTERM)
        wait(lambda: not lives(pid), f"{name} does not stop")
        file.unlink(missing_ok=True)


def start_postgresql() -> None:
    """As Debian does: a cluster where there is none, with Debian's `pg_hba.conf`."""
    (programs,) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    data, run_dir = Path("/var/lib/postgresql/main"), Path("/run/postgresql")
    owner = pwd.getpwnam("postgres")
    for folder in (data, run_dir):
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    os.chown(data.parent, owner.pw_uid, owner.pw_gid)
    as_owner = ("runuser", "-u", "postgres", "--")
    if not (data / "PG_VERSION").exists():
        made = (programs / "initdb", "-D", data, "--auth-local=peer", "--auth-host=scram-sha-256", "--no-sync")
        subprocess.run((*as_owner, *made, "-E", "UTF8", "--locale=C.UTF-8"), check=True, stdout=subprocess.DEVNULL)
    begin = (programs / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", f"-k {run_dir} -c fsync=off", "start")
    subprocess.run((*as_owner, *begin), check=True, stdout=subprocess.DEVNULL)


def read(name: str) -> dict[str, list[str]]:
    """Each line of a unit by its name; all sections together."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / name).read_text("utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            found.setdefault(key, []).append(value)
    return found


def mount(unit: dict[str, list[str]]) -> None:
    (what,), (where,), (kind,), (options,) = (unit[each] for each in ("What", "Where", "Type", "Options"))
    Path(where).mkdir(parents=True, exist_ok=True)
    subprocess.run(("mount", "-t", kind, "-o", options, what, where), check=True)


def run(name: str) -> None:
    """Start a service as its unit says; wait for its end where it is a task, for its word where it gives one."""
    unit = read(f"{name}.service")
    account = pwd.getpwnam(unit["User"][0])
    for key, root in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
        for each in unit.get(key, ()):
            folder = Path(root, each)
            folder.mkdir(exist_ok=True)
            folder.chmod(int(unit.get(f"{key}Mode", ["0755"])[0], 8))
            os.chown(folder, account.pw_uid, account.pw_gid)
    environment = surroundings(unit)
    for command in unit.get("ExecStartPre", ()):
        begin(name, command, unit, environment, account).wait()
    if unit["Type"] == ["notify"]:
        started = begin_until_ready(name, unit, environment, account)
    else:
        started = begin(name, unit["ExecStart"][0], unit, environment, account)
    (STATE / name).write_text(str(started.pid))
    if unit["Type"] == ["oneshot"]:
        started.wait()
    else:
        time.sleep(1)  # long enough to fall over
    if started.poll() not in {None, 0} or (unit["Type"] != ["oneshot"] and started.poll() is not None):
        raise SystemExit(f"{name} ended: {started.returncode}\n{said(name)}")


def surroundings(unit: dict[str, list[str]]) -> dict[str, str]:
    """The environment that a unit gives: its files, then its own lines."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for file in unit.get("EnvironmentFile", ()):
        for line in Path(file).read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                variable, _, value = shlex.split(line)[0].partition("=")
                environment[variable] = value
    return environment | dict(each.split("=", 1) for each in unit.get("Environment", ()))


def begin_until_ready(
    name: str, unit: dict[str, list[str]], environment: dict[str, str], account: pwd.struct_passwd
) -> subprocess.Popen[bytes]:
    """Start what says itself when it is ready (sd_notify)."""
    address = STATE / f"{name}.notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(str(address))
        address.chmod(0o777)
        ready.settimeout(PATIENCE)
        told = environment | {"NOTIFY_SOCKET": str(address)}
        started = begin(name, unit["ExecStart"][0], unit, told, account)
        while b"READY=1" not in ready.recv(4096):
            pass
        return started


def begin(
    name: str, command: str, unit: dict[str, list[str]], environment: dict[str, str], account: pwd.struct_passwd
) -> subprocess.Popen[bytes]:
    with log(name).open("ab") as told:
        return subprocess.Popen(
            shlex.split(command),
            cwd=unit["WorkingDirectory"][0],
            env=environment,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=os.getgrouplist(account.pw_name, account.pw_gid),
            umask=int(unit["UMask"][0], 8),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )


def log(name: str) -> Path:
    return Path("/var/log", f"{name}.log")


def said(name: str) -> str:
    return log(name).read_text("utf-8", "replace")[-3000:]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(so, otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > until:
            raise SystemExit(otherwise)
        time.sleep(0.05)


if __name__ == "__main__":
    if sys.argv[1:] != ["daemon-reload"]:
        main(*sys.argv[1:])
