"""The migrations of `bad.sql` and `good.sql`; `tests/it/lint/field.rs` reads them as well."""

import re
from pathlib import Path

HERE = Path(__file__).parent
SETUP = (HERE / "setup.sql").read_text()
# A cluster has this role before the first migration.
ROLES = "CREATE ROLE shop_program;\n"

# Only dropped columns are acknowledged.
ACKNOWLEDGED = r"-- feedstock: allow drop-column:.*"

HEAD = re.compile(r"-- (\d+): (.*?)(?: \[(.*)\])?$")


class Migration:
    """One or several files, which hurt or do not."""

    def __init__(self, half, number, title, rules):
        self.name = f"{half}-{number}"
        self.is_bad = half == "bad"
        self.title = title
        self.files = [""]
        # Postgres itself refuses it, so whatever runs it has found it when it fails.
        self.fails = "uses-new-enum-value" in rules


def runs_alone(text):
    """Does a file run outside a transaction, or commit by itself?"""
    return re.search(r"^-- feedstock: (no-transaction|backfill)$", text, re.MULTILINE) is not None


def half(name):
    """The migrations of a file, each under a line `-- 7: what it does [the rules]`."""
    migrations = []
    for line in (HERE / f"{name}.sql").read_text().splitlines():
        if found := HEAD.match(line):
            number, title, rules = found.groups()
            migrations.append(Migration(name, int(number), title, (rules or "").split(", ")))
        elif migrations and line == "-- next file":
            migrations[-1].files.append("")
        elif migrations:
            migrations[-1].files[-1] += line + "\n"
    assert len(migrations) == 60, name
    return migrations
