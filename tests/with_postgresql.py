"""Run a command with DATABASE_URL pointing at a PostgreSQL of its own: ``with_postgresql.py COMMAND…``.

Starts Debian's newest PostgreSQL on a free loopback port in a temporary directory, and removes it at the end. Root,
whom PostgreSQL refuses, becomes ``postgres`` for it. Fails when no PostgreSQL is installed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def newest_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        sys.exit("PostgreSQL is not installed, and the tests need it: apt-get install postgresql")
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(command: list[str]) -> int:
    binaries, port = newest_binaries(), free_port()
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    home = Path(tempfile.mkdtemp(prefix="skrynka-postgresql-"))
    home.chmod(0o755)
    data = home / "data"
    data.mkdir(mode=0o700)
    if as_postgres:
        shutil.chown(data, "postgres")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=60"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_postgres, str(binaries / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/"
        )

    try:
        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(data / "log"), "start")
        try:
            url = f"postgres://postgres@127.0.0.1:{port}/postgres"
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
