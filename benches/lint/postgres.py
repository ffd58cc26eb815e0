"""Postgres' programs, and a private server for the peer that wants a database."""

import os
import pwd
import re
import subprocess
import tempfile
from contextlib import contextmanager
from glob import glob
from pathlib import Path


def programs():
    """The directory of Postgres' programs that Feedstock finds as well."""
    named = [os.environ.get("FEEDSTOCK_PG_BIN", "")]
    packages = sorted(glob("/usr/lib/postgresql/*/bin") + glob("/usr/pgsql-*/bin"), key=number, reverse=True)
    for directory in named + os.environ["PATH"].split(":") + packages:
        # Programs on the PATH may be links into the directory that has the others too.
        real = Path(directory, "postgres").resolve().parent
        if directory and all((real / program).exists() for program in ("initdb", "pg_ctl", "psql")):
            return str(real)
    raise SystemExit("error: no Postgres; name the directory of its programs in FEEDSTOCK_PG_BIN")


def number(path):
    return [int(digits) for digits in re.findall(r"\d+", path)]


PROGRAMS = programs()
VERSION = subprocess.check_output([f"{PROGRAMS}/postgres", "--version"], text=True).split()[2]
MAJOR = int(VERSION.split(".")[0])


def account():
    """Postgres does not run as root: the arguments of `subprocess` that make it somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        except KeyError:
            pass
    raise SystemExit("error: Postgres does not run as root, and there is no account `postgres` or `nobody`")


@contextmanager
def database(sql):
    """The URL of a database of a server that ends with the block, after some SQL."""
    with tempfile.TemporaryDirectory(prefix="bench-lint-") as home:
        os.chmod(home, 0o777)
        data = f"{home}/data"
        options = {"check": True, "cwd": home, "capture_output": True, **account()}
        run = lambda *command: subprocess.run(command, **options)
        run(f"{PROGRAMS}/initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale")
        settings = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        run(f"{PROGRAMS}/pg_ctl", "start", "-w", "-D", data, "-o", settings, "-l", f"{home}/log")
        try:
            script = f"{home}/setup.sql"
            Path(script).write_text(sql)
            psql = [f"{PROGRAMS}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", "bench"]
            run(*psql, "-d", "postgres", "-c", "CREATE DATABASE shop")
            run(*psql, "-d", "shop", "-f", script)
            yield f"postgres://bench@{home.replace('/', '%2F')}/shop"
        finally:
            run(f"{PROGRAMS}/pg_ctl", "stop", "-D", data, "-m", "immediate")
