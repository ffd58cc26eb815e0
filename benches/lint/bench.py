"""Sixty migrations that hurt and sixty that do not, judged by `feedstock lint` and by its peers: `make bench-lint`.

`FEEDSTOCK` names our program. Peers are installed below `target/bench-lint/`, where `report.md` and `details.md` are
left as well. `TOOLS=squawk,pgfence` judges with these only, and measures nothing else.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import field
import postgres
import speed
from tools import PLACE, TOOLS, NotJudged, cpu_of_children

MIGRATIONS = field.half("bad") + field.half("good")


def main():
    only = [name for name in os.environ.get("TOOLS", "").split(",") if name]
    PLACE.mkdir(parents=True, exist_ok=True)
    runs = [one for tool in TOOLS if not only or tool.name in only for one in runs_of(tool())]
    texts = [table(runs)]
    if not only:
        texts.append(speed.table())
    report = f"{date.today()}, Postgres {postgres.VERSION}\n\n" + "\n".join(texts)
    print(report)
    (PLACE / "report.md").write_text(report)
    (PLACE / "details.md").write_text(details(runs))
    print("written: target/bench-lint/report.md, target/bench-lint/details.md")


class Run:
    """What one tool says of all migrations."""

    def __init__(self, tool, without):
        self.name = f"{tool.name} {tool.version}" + (", without style" if without else "")
        self.findings, self.not_judged, self.trouble = {}, {}, None
        started, before = time.monotonic(), cpu_of_children()
        for migration in MIGRATIONS:
            with tempfile.TemporaryDirectory(prefix="bench-lint-") as home:
                os.chmod(home, 0o755)
                try:
                    self.findings[migration.name] = tool.judge(migration, Path(home), without)
                except NotJudged as why:
                    self.not_judged[migration.name] = str(why)
        self.seconds, self.cpu = time.monotonic() - started, cpu_of_children() - before

    def count(self, is_bad, fails=False):
        """The migrations of a half of which something is said; with `fails`, something that fails."""
        names = [migration.name for migration in MIGRATIONS if migration.is_bad == is_bad]
        return sum(any(failing or not fails for _, failing in self.findings.get(name, [])) for name in names)


class Missing:
    """A tool that is not here, and why."""

    def __init__(self, tool, why):
        self.name, self.trouble = f"{tool.name} {tool.version}", why


def runs_of(tool):
    """A run with all rules, and one without those of style, if it has some."""
    print(tool.name, file=sys.stderr, flush=True)
    try:
        tool.install()
        tool.prepare()
        return [Run(tool, without) for without in ([[], tool.style] if tool.style else [[]])]
    except (NotJudged, OSError) as why:
        return [Missing(tool, str(why))]
    finally:
        tool.finish()


def table(runs):
    heads = ["tool", "found", "missed", "false alarms", "not judged", "any finding: bad, good", "wall", "CPU"]
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1)]
    for run in runs:
        if run.trouble:
            lines.append([run.name, f"not run: {run.trouble}"] + [""] * (len(heads) - 2))
            continue
        found, lost = run.count(True, fails=True), sum("bad" in name for name in run.not_judged)
        any_of = f"{run.count(True)}, {run.count(False)}"
        alarms = run.count(False, fails=True)
        times = [f"{run.seconds:.0f} s", f"{run.cpu:.0f} s"]
        numbers = [found, 60 - found - lost, alarms, len(run.not_judged), any_of, *times]
        lines.append([run.name, *map(str, numbers)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def details(runs):
    """What each run says of each migration, and which rules speak of how many."""
    text = ""
    for run in runs:
        text += f"# {run.name}\n\n"
        if run.trouble:
            text += f"{run.trouble}\n\n"
            continue
        for half in ("bad", "good"):
            said = Counter()
            for name, all in run.findings.items():
                said.update({rule for rule, _ in all} if half in name else ())
            text += f"Rules, {half}: "
            text += ", ".join(f"{rule} {count}" for rule, count in said.most_common()) + "\n\n"
        for migration in MIGRATIONS:
            all = sorted(set(run.findings.get(migration.name, [])))
            said = ", ".join(rule if fails else f"({rule})" for rule, fails in all) or "nothing"
            said = f"not judged: {run.not_judged[migration.name]}" if migration.name in run.not_judged else said
            text += f"- {migration.name}, {migration.title}: {said}\n"
        text += "\n"
    return text


if __name__ == "__main__":
    main()
