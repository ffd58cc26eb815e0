"""Each tool, fed as its manual says: the version of Postgres, the transaction, its layout of files, a baseline.

A tool judges one migration in a process of its own, in a directory of its own. Its findings are pairs of a rule and
whether it fails by default.
"""

import json
import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

import postgres
from field import ACKNOWLEDGED, ROLES, SETUP, runs_alone

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "target" / "bench-lint"

# Of every table that was there before: rewrites and scans hurt.
ROWS = 5_000_000


class NotJudged(Exception):
    """A tool that crashes, or cannot read a migration."""


class Tool:
    """What all tools have."""

    name = version = package = None
    # Rules that ask for another spelling, or of every migration for the same settings, and the tool's own option that
    # switches them off.
    style = []
    # How its own comment acknowledges that a column is dropped.
    acknowledged = None

    def install(self):
        """Installs it below `target/`, unless it is there."""

    def prepare(self):
        """What is done once for all migrations."""

    def judge(self, migration, home, without):
        """The findings in a migration, without some rules."""
        raise NotImplementedError

    def finish(self):
        """What is undone after all migrations."""

    def files(self, migration):
        """The files, with what is acknowledged in this tool's own words."""
        return [re.sub(ACKNOWLEDGED, self.acknowledged or r"\g<0>", text) for text in migration.files]

    def transactions(self, migration):
        """Each file, and whether a transaction is around it."""
        return [(text, not runs_alone(text)) for text in self.files(migration)]

    def in_transactions(self, migration):
        """The files, with the transaction that a runner puts around each."""
        return [f"BEGIN;\n{text}COMMIT;\n" if wrapped else text for text, wrapped in self.transactions(migration)]


def run(command, home, expect=(0, 1), **more):
    """What a program prints; a status that it has for no finding and no success is a failure."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment.update(more.pop("env", {}))
    done = subprocess.run(
        [str(word) for word in command], cwd=home, env=environment, capture_output=True, text=True, **more
    )
    if done.returncode not in expect:
        raise NotJudged(last_line(done.stderr or done.stdout))
    return done


def cpu_of_children():
    """The processor's time of all that ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def documents(done):
    """The JSON documents of an output, one behind the other."""
    text, decoder, found = done.stdout.strip(), json.JSONDecoder(), []
    while text:
        try:
            document, end = decoder.raw_decode(text)
        except ValueError:
            raise NotJudged(last_line(done.stderr or text)) from None
        found.append(document)
        text = text[end:].strip()
    return found


def write(home, texts):
    """Files `V2__it.sql` and so on, after the setup; returns their paths."""
    paths = []
    for version, text in enumerate(texts, 2):
        paths.append(home / f"V{version}__it.sql")
        paths[-1].write_text(text)
    return paths


class Npm(Tool):
    def install(self):
        if not (PLACE / "node_modules" / self.package / "package.json").exists():
            PLACE.mkdir(parents=True, exist_ok=True)
            npm = ["npm", "install", "--prefix", PLACE, "--no-save", "--no-audit", "--no-fund"]
            run([*npm, f"{self.package}@{self.version}"], PLACE, expect=(0,))

    def program(self):
        return PLACE / "node_modules" / ".bin" / self.name


class Cargo(Tool):
    def install(self):
        # The newest one that this rustc compiles.
        wanted = f"{self.package}@{self.version}"
        if not self.program().exists():
            run(["cargo", "install", "--locked", "--root", PLACE / "cargo", wanted], ROOT, expect=(0,))

    def program(self):
        return PLACE / "cargo" / "bin" / self.package


class Feedstock(Tool):
    name, version = "feedstock lint", "0.1.0"

    def program(self):
        return Path(os.environ["FEEDSTOCK"])

    def judge(self, migration, home, without):
        (home / "migrations").mkdir()
        (home / "migrations" / "V1__setup.sql").write_text(SETUP)
        write(home / "migrations", self.files(migration))
        done = run([self.program(), "lint", "--since", 1, "--format", "json"], home)
        [report] = documents(done)
        found = [
            (it["rule"], it["severity"] != "note") for it in report["findings"] if it["acknowledged"] is None
        ]
        missing = (report["coverage"] or {}).get("missing")
        if missing and not found:
            raise NotJudged(missing[0]["reason"])
        return found


class Squawk(Npm):
    name, package, version = "squawk", "squawk-cli", "2.66.0"
    acknowledged = "-- squawk-ignore ban-drop-column"
    style = ["prefer-robust-stmts", "prefer-text-field", "require-lock-timeout", "require-statement-timeout"]

    def judge(self, migration, home, without):
        found = []
        command = [self.program(), "--reporter", "json", "--pg-version", postgres.VERSION]
        if without:
            command.append("--exclude=" + ",".join(without))
        # The transaction is an option of a run.
        for path, (_, wrapped) in zip(write(home, self.files(migration)), self.transactions(migration)):
            option = ["--assume-in-transaction"] if wrapped else []
            [findings] = documents(run([*command, *option, path], home))
            if any(it["rule_name"] == "syntax-error" for it in findings):
                raise NotJudged("syntax-error")
            # Errors and warnings alike make its exit status 1.
            found += [(it["rule_name"], True) for it in findings]
        return found


class Pgfence(Npm):
    name, package, version = "pgfence", "@flvmnt/pgfence", "0.1.5"
    acknowledged = "-- pgfence-ignore: drop-column"
    # The others of this kind cannot be switched off, and do not fail.
    style = ["missing-lock-timeout", "missing-statement-timeout"]
    levels = ["SAFE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]

    def judge(self, migration, home, without):
        tables = re.findall(r"CREATE TABLE (\w+)", SETUP)
        stats = [
            {"schemaName": "public", "tableName": table, "rowCount": ROWS, "totalBytes": ROWS * 200}
            for table in tables
        ]
        (home / "stats.json").write_text(json.dumps(stats))
        options = [f"--no-{rule.removeprefix('missing-')}" for rule in without]
        command = [self.program(), "analyze", "--ci", "--output", "json", "--stats-file", "stats.json"]
        command += ["--min-pg-version", postgres.MAJOR, *options]
        [report] = documents(run([*command, *write(home, self.in_transactions(migration))], home))
        found = []
        for file in report["results"]:
            for check in file["checks"]:
                level = self.levels.index(check.get("adjustedRisk", check["risk"]))
                found.append((check["ruleId"], level > self.levels.index("HIGH")))
            found += [(it["ruleId"], it["severity"] == "error") for it in file["policyViolations"]]
        return found


class EugeneLint(Cargo):
    name, package, version = "eugene lint", "eugene", "0.8.3"
    style = ["E9"]
    acknowledged = "-- eugene: ignore"
    verb, more = "lint", {}

    def judge(self, migration, home, without):
        write(home, self.files(migration))
        return self.findings(documents(self.eugene(home, without)))

    def eugene(self, home, without):
        ignored = [word for rule in without for word in ("--ignore", rule)]
        return run([self.program(), self.verb, "--format", "json", *ignored, "."], home, **self.more)

    def findings(self, reports):
        # None has a severity; each makes its exit status 1.
        rules = [rule for report in reports for it in report["statements"] for rule in it["triggered_rules"]]
        return [(rule["id"], True) for rule in rules]


class EugeneTrace(EugeneLint):
    """Runs the files on a temporary Postgres, as which it runs too: Postgres does not run as root."""

    name, verb, copy = "eugene trace", "trace", None

    def prepare(self):
        path = f"{postgres.PROGRAMS}:{os.environ['PATH']}"
        # Who runs Postgres may not be able to enter our directories.
        program = Path("/tmp") / f"bench-lint-eugene-{os.getpid()}"
        shutil.copy(super().program(), program)
        self.copy, self.more = program, {"env": {"PATH": path, "HOME": "/tmp"}, **postgres.account()}

    def program(self):
        return self.copy or super().program()

    def finish(self):
        if self.copy:
            self.copy.unlink()

    def judge(self, migration, home, without):
        (home / "V1__setup.sql").write_text(ROLES + SETUP)
        count = len(write(home, self.files(migration)))
        done = self.eugene(home, without)
        try:
            reports = documents(done)
            if len(reports) != count + 1:
                raise NotJudged(last_line(done.stderr))
        except NotJudged:
            if migration.fails:
                return [("it fails", True)]
            raise
        return self.findings(reports[1:])


class DieselGuard(Cargo):
    name, package, version = "diesel-guard", "diesel-guard", "0.12.0"
    acknowledged = "-- diesel-guard:disable DropColumnCheck"
    style = [
        "IdempotencyAlterCheck", "IdempotencyCreateCheck", "IdempotencyDropCheck", "IdempotencyIndexCheck",
        "UnnamedConstraintCheck",
    ]

    def judge(self, migration, home, without):
        config = f'framework = "diesel"\npostgres_version = {postgres.MAJOR}\ndisable_checks = {without}\n'
        (home / "diesel-guard.toml").write_text(config)
        for version, (text, wrapped) in enumerate(self.transactions(migration), 1):
            directory = home / "migrations" / f"2026_01_{version:02}_000000_it"
            directory.mkdir(parents=True)
            (directory / "up.sql").write_text(text)
            if not wrapped:
                (directory / "metadata.toml").write_text("run_in_transaction = false\n")
        reports = documents(run([self.program(), "check", "--format", "json"], home))
        found = [it for report in reports for file in report for it in file["violations"]]
        return [(it["check_name"], it["severity"] == "error") for it in found]


class SafeMigrate(Cargo):
    name, package, version = "safe-migrate", "safe-migrate", "0.11.1"
    style = ["missing-idempotency", "require-lock-timeout", "require-statement-timeout"]
    acknowledged = "-- safe-migrate: ignore(irreversible-migration)"

    def prepare(self):
        """The baseline, once, from a database with the setup, whose statistics say that its tables are large."""
        large = f"UPDATE pg_class SET reltuples = {ROWS}, relpages = {ROWS // 50} WHERE relkind IN ('r', 'm') "
        large += "AND relnamespace = 'public'::regnamespace;\n"
        self.cache = PLACE / "safe-migrate.cache"
        with postgres.database(ROLES + SETUP + large) as url:
            sync = [self.program(), "sync", "--out", self.cache]
            run(sync, PLACE, expect=(0,), env={"DATABASE_URL": url})

    def judge(self, migration, home, without):
        off = "".join(f"\n[rules.{rule}]\ndisabled = true\n" for rule in without)
        (home / "safe-migrate.toml").write_text(f'target_database = "shop"\nallow_inline_suppressions = true\n{off}')
        (home / "migrations").mkdir()
        write(home / "migrations", self.in_transactions(migration))
        command = [self.program(), "lint-chain", "--dir", "migrations", "--cache", self.cache, "--json"]
        [report] = documents(run(command, home, expect=(0, 2)))
        return [(it["rule_id"], it["tier"] == "Tier1") for it in report["violations"]]


TOOLS = [Feedstock, Squawk, Pgfence, EugeneLint, EugeneTrace, DieselGuard, SafeMigrate]
