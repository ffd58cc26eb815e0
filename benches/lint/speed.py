"""What `feedstock lint` takes by itself: a file of 20 statements, many files, and its memory."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools import Feedstock, cpu_of_children

RUNS = 5


@dataclass
class Cost:
    """Seconds, also of the processor and with its Postgres; the peak of the process' own memory in MB."""

    wall: float
    cpu: float
    memory: float

    def cells(self):
        return [f"{self.wall:.1f} s", f"{self.cpu:.1f} s", f"{self.memory:.0f} MB"]


# One statement of each kind that people write, on a shop of forty tables.
TWENTY = """\
ALTER TABLE t1 ADD COLUMN note text;
ALTER TABLE t2 ADD COLUMN state text NOT NULL DEFAULT 'new';
CREATE TABLE labels (id bigint PRIMARY KEY, name text NOT NULL);
CREATE INDEX labels_name ON labels (name);
ALTER TABLE t3 ADD CONSTRAINT t3_name CHECK (name <> '') NOT VALID;
ALTER TABLE t4 ALTER COLUMN name SET DEFAULT '';
COMMENT ON TABLE t5 IS 'the fifth';
CREATE VIEW named AS SELECT id, name FROM t6 WHERE name <> '';
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
INSERT INTO labels VALUES (1, 'a'), (2, 'b');
UPDATE t7 SET name = 'b' WHERE id = 1;
DELETE FROM t8 WHERE id = 2;
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('good', 'bad');
ALTER TABLE labels ADD COLUMN mood mood;
ALTER TABLE t9 ADD CONSTRAINT t9_label FOREIGN KEY (label) REFERENCES labels (id) NOT VALID;
CREATE INDEX t10_label ON t10 (label);
ALTER TABLE t11 ALTER COLUMN name DROP NOT NULL;
ALTER TABLE t12 RENAME COLUMN name TO title;
DO $$ BEGIN EXECUTE 'ALTER TABLE t13 ALTER COLUMN label TYPE text'; END $$;
"""


def table():
    """The figures, each beside its goal."""
    counts = [int(count) for count in os.environ.get("FILES", "100,1000").split(",")]
    lines = [["`feedstock lint`", "wall", "CPU", "memory", "goal"], ["---", "---:", "---:", "---:", "---"]]
    lines.append(["one file of 20 statements after 40 others, warm", *one_file().cells(), "3 s"])
    for count in counts:
        print(f"feedstock lint --all, {count:,} files", file=sys.stderr, flush=True)
        goal = "60 s, and memory as with 100" if count == 1000 else ""
        lines.append([f"`--all`, {count:,} files", *all_files(count).cells(), goal])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def one_file():
    """The middle of several runs, after one that fills the cache with what the files before it build."""
    with tempfile.TemporaryDirectory(prefix="bench-lint-") as home:
        project(home, 40)
        (Path(home) / "migrations" / "V41__twenty.sql").write_text(TWENTY)
        lint(home)
        return sorted((lint(home) for _ in range(RUNS)), key=lambda cost: cost.wall)[RUNS // 2]


def all_files(count):
    with tempfile.TemporaryDirectory(prefix="bench-lint-") as home:
        project(home, count)
        return lint(home, "--all")


def project(home, count):
    """Files of one to three statements: tables, their indexes, and changes of tables that earlier files made."""
    migrations = Path(home) / "migrations"
    migrations.mkdir()
    for version in range(1, count + 1):
        (migrations / f"V{version}__f.sql").write_text(file(version))


def file(version):
    text = f"CREATE TABLE t{version} (id bigint PRIMARY KEY, name text NOT NULL, label bigint);\n"
    text += f"CREATE INDEX t{version}_name ON t{version} (name);\n"
    if version % 3 == 0:
        text += f"ALTER TABLE t{version - 2} ADD COLUMN more text;\n"
    return text


def lint(home, *options):
    started, before, peak = time.monotonic(), cpu_of_children(), 0
    command = [Feedstock().program(), "lint", *options, "--quiet"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=said)
        while process.poll() is None:
            peak = peak_of(process.pid) or peak
            time.sleep(0.02)
        said.seek(0)
        if process.returncode not in (0, 1):
            raise SystemExit(f"error: lint failed: {said.read().decode()}")
    return Cost(time.monotonic() - started, cpu_of_children() - before, peak)


def peak_of(pid):
    """`VmHWM` only grows, so the last look is as good as one at the end. Only Linux says it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None
