"""A private PostgreSQL cluster for one test run: in a temporary folder, on a free loopback port, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER = "leptobridge"

#: Who runs the cluster where the tests run as root; Debian's package makes this user.
UNPRIVILEGED = "postgres"

#: Durability is what a crash needs; a test cluster does not outlive its machine, and syncing costs half of the run.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server that lets ``user`` create and drop databases without a password."""

    user: str
    host: str
    port: int

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{self.user}@{self.host}:{self.port}/{database}"

    def jdbc_url(self, database: str) -> str:
        """The same for Java."""
        return f"jdbc:postgresql://{self.host}:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> None:
        """Makes a database as a copy of ``template``, to which nobody may be connected."""
        self._administer(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Removes a database, closing the connections that a test left open."""
        self._administer(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        with psycopg.connect(
            host=self.host, port=self.port, user=self.user, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def program(name: str) -> Path | None:
    """A PostgreSQL program: from the path, else where Debian keeps the newest version."""
    found = shutil.which(name)
    if found:
        return Path(found)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[4])
    return versions[-1] if versions else None


def missing() -> str | None:
    """Why no cluster can be started here, or None."""
    if not program("initdb") or not program("postgres"):
        return "PostgreSQL is not installed (initdb, postgres)"
    if os.geteuid() == 0 and not _is_user(UNPRIVILEGED):
        return f"PostgreSQL refuses to run as root, and there is no user {UNPRIVILEGED}"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL refuses to run as root, and runuser is not on the PATH"
    return None


@contextlib.contextmanager
def running_cluster() -> Iterator[PostgresqlServer]:
    """Starts a cluster, and stops and removes it at the end. Call ``missing`` first."""
    with tempfile.TemporaryDirectory(prefix="leptobridge-pg-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        _call("initdb", "-D", f"{folder}/data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        port = _free_port()
        options = {**SETTINGS, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": name}
        arguments = " ".join(f"-c {key}={value}" for key, value in options.items())
        _call("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-t", "60", "-o", arguments, "start")
        stack.callback(_call, "pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")
        yield PostgresqlServer(user=OWNER, host="127.0.0.1", port=port)


def _call(name: str, *arguments: str) -> None:
    path = program(name)
    if path is None:
        raise FileNotFoundError(name)
    as_user = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, str(path), *arguments], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr}")


def _is_user(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
