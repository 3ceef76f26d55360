"""The delivered nginx configuration with the test's paths, ports and certificate, before the application."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.given.servers.ports import free_port
from tests.given.waiting import listens, until

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "deploy" / "nginx"
NAME = "acquis.example"
FILES = "files.example"
SECOND = "second.example"
CERTIFIER = ROOT / "deploy" / "certifier"
PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
WHY_NOT = "no nginx here: install nginx-light"
MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
    client_body_temp_path {folder}/in;
    proxy_temp_path {folder}/out;
    fastcgi_temp_path {folder}/none;
    uwsgi_temp_path {folder}/none;
    scgi_temp_path {folder}/none;
    types {{ text/css css; text/javascript js; text/html html; image/svg+xml svg; }}
    include {folder}/acquis.conf;
}}
"""


@dataclass
class Nginx:
    """A running nginx: its address and certificate."""

    folder: Path
    tls: int
    plain: int

    @cached_property
    def trusted(self) -> ssl.SSLContext:
        """Return a TLS context that trusts only its certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    def connect(self, patience: float = 5.0, source: str = "127.0.0.1", name: str = NAME) -> ssl.SSLSocket:
        """Return a TLS connection, from this address, to the server of this name."""
        opened = socket.create_connection(("127.0.0.1", self.tls), patience, source_address=(source, 0))
        return self.trusted.wrap_socket(opened, server_hostname=name)


def installed() -> bool:
    """Return whether nginx is installed."""
    return PROGRAM is not None


@contextmanager
def behind_nginx(
    folder: Path, *gunicorn: str, believed: str | None = None, second: str | None = None
) -> Iterator[Nginx]:
    """Run nginx before one or two gunicorns: `unix:<path>`, or `<host>:<port>`.

    `believed`: the network of a load balancer before it, whose client addresses are trusted. `second`: the address of
    another certifier's gunicorn, which has the name SECOND.
    """
    made = Nginx(folder, free_port(), free_port())
    write(made, *gunicorn)
    if second:
        write_second(made, second)
    if believed:
        configuration = folder / "acquis.conf"
        text = configuration.read_text("utf-8").replace(
            "#set_real_ip_from 10.0.0.0/8", f"set_real_ip_from {believed}"
        )
        configuration.write_text(text.replace("#real_ip_header", "real_ip_header"), "utf-8")
    command = [str(PROGRAM), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr, tested.stderr
    running = subprocess.Popen(command)
    try:
        _wait(made, running)
        yield made
    finally:
        running.terminate()
        running.wait(20)


def write(nginx: Nginx, *gunicorn: str) -> None:
    """Write its configuration: the delivered one, with only the machine's own values changed."""
    folder = nginx.folder
    (folder / "spool").mkdir(parents=True)
    certify(folder)
    for name, changed in (
        ("edge.conf", [("/var/spool/acquis", f"{folder}/spool"), ("/var/log/nginx", str(folder))]),
        ("refused.conf", [("/opt/acquis", str(ROOT))]),
        ("acquis.conf", [*upstream(*gunicorn), ("/etc/ssl/acquis", str(folder)), *_of_machine(nginx)]),
    ):
        _copy(SHIPPED / name, folder / name, changed)
    user = "user root;" if os.geteuid() == 0 else ""  # the owner of this folder
    connections, files = as_installed()
    text = MAIN.format(folder=folder, user=user, connections=connections, files=files)
    (folder / "nginx.conf").write_text(text)


def as_installed() -> tuple[str, str]:
    """Return worker connections and files as the manual sets them in Debian's nginx.conf."""
    page = (ROOT / "deploy" / "docs" / "install.md").read_text("utf-8")
    debian = "worker_connections 768;"
    change = re.search(
        r"^sed -i 's/(worker_connections .*?)/(worker_connections \d+;)/' /etc/nginx", page, re.MULTILINE
    )
    files = re.search(r"^echo 'worker_rlimit_nofile (\d+);'", page, re.MULTILINE)
    changed = re.sub(change[1], change[2], debian) if change else debian
    return changed.removeprefix("worker_connections ").removesuffix(";"), files[1] if files else "1024"


def write_second(nginx: Nginx, gunicorn: str) -> None:
    """Write another certifier's files next to it, as an administrator would."""
    folder = nginx.folder
    subprocess.run([CERTIFIER, "second", SECOND, str(folder / "second")], check=True)
    changed = [("unix:/run/acquis-second/web.sock", gunicorn), ("/etc/ssl/acquis-second", str(folder))]
    made = folder / "second" / "nginx" / "acquis-second.conf"
    _copy(made, folder / "second.conf", [*changed, *_of_machine(nginx)])
    main = folder / "nginx.conf"
    include = f"include {folder}/acquis.conf;"
    main.write_text(main.read_text().replace(include, f"{include} include {folder}/second.conf;"))


def _of_machine(nginx: Nginx) -> list[tuple[str, str]]:
    """Return the machine's own values: files, addresses and ports."""
    return [
        ("/opt/acquis/deploy/nginx/edge.conf", f"{nginx.folder}/edge.conf"),
        ("/opt/acquis/deploy/nginx/refused.conf", f"{nginx.folder}/refused.conf"),
        ("/opt/acquis", str(ROOT)),
        ("listen 443 ", f"listen 127.0.0.1:{nginx.tls} "),
        ("listen [::]:443 ", f"listen 127.0.0.2:{nginx.tls} "),
        ("listen 80", f"listen 127.0.0.1:{nginx.plain}"),
        ("listen [::]:80", f"listen 127.0.0.2:{nginx.plain}"),
    ]


def _copy(shipped: Path, here: Path, changed: list[tuple[str, str]]) -> None:
    text = shipped.read_text("utf-8")
    for said, instead in changed:
        assert said in text, f"{said} is not in {shipped.name}"
        text = text.replace(said, instead)
    here.write_text(text, "utf-8")


def upstream(one: str, other: str = "") -> list[tuple[str, str]]:
    """Return the change for one host, or for two, whose lines are delivered as comments."""
    if not other:
        return [("unix:/run/acquis/web.sock", one)]
    return [
        ("    server unix:/run/acquis/web.sock fail_timeout=0;\n", ""),
        ("#server 10.0.0.11:8000", f"server {one}"),
        ("#server 10.0.0.12:8000", f"server {other}"),
    ]


def certify(folder: Path) -> None:
    """Write a self-signed certificate for its name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in (NAME, FILES, SECOND)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _wait(nginx: Nginx, running: subprocess.Popen[bytes]) -> None:
    until(lambda: running.poll() is not None or listens(nginx.tls))
    assert running.poll() is None, (nginx.folder / "error.log").read_text()
