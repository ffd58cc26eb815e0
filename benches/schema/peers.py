"""What a peer takes for one workload: prints CPU and wall seconds, the middle ones of several runs.

Arguments: the peer, the workload, and the URLs of two databases, of one schema where the workload finds no difference.
No peer measures or proves what it finds.
"""

import statistics
import sys
import time

RUNS = 3

# The workloads that find differences.
DIFFER = ("diff_ten", "first_new")


def alembic(workload, here, there):
    import sqlalchemy
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def reflected(url):
        metadata = sqlalchemy.MetaData()
        metadata.reflect(bind=sqlalchemy.create_engine(url))
        return metadata

    if workload == "inspect":
        return lambda: reflected(here)
    # It compares a schema in memory with a database that it reflects meanwhile, and knows no other way.
    wanted = reflected(there)
    engine = sqlalchemy.create_engine(here)

    def compare():
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert bool(compare_metadata(context, wanted)) == (workload in DIFFER)

    return compare


def migra(workload, here, there):
    import sqlalchemy
    from migra import Migration
    from schemainspect import get_inspector

    def inspected(url):
        with sqlalchemy.create_engine(url).connect() as connection:
            return get_inspector(connection)

    def statements(one, other):
        migration = Migration(one, other)
        migration.set_safety(False)
        migration.add_all_changes()
        assert bool(migration.statements) == (workload in DIFFER)

    if workload == "inspect":
        return lambda: inspected(here)
    if workload == "diff_noop":
        one, other = inspected(here), inspected(there)
        return lambda: statements(one, other)
    return lambda: statements(inspected(here), inspected(there))


def main():
    peer, workload, here, there = sys.argv[1:]
    work = {"alembic": alembic, "migra": migra}[peer](workload, here, there)
    cpu, wall = [], []
    for _ in range(RUNS):
        times = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - times[0])
        wall.append(time.perf_counter() - times[1])
    print(statistics.median(cpu), statistics.median(wall))


main()
