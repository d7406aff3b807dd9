"""PostgreSQL with pg_trgm, asked as somebody who knows it would: names concatenated under a GIN index, a similarity
threshold, and birth dates with the slips that are usual, each under an index of its own.

Starts a cluster of its own in a temporary folder, on a Unix socket, and removes it. PostgreSQL refuses to run as root: a
root shell runs it as `--user`.
"""

import argparse
import datetime
import os
import pwd
import shutil
import subprocess
import tempfile

import psycopg
import pyarrow.parquet as parquet

from measure import Answers, Stopwatch, World, cpu_of

SCHEMA = """
create extension pg_trgm;
create table person (id text primary key, name text, dob date, postcode text, sex text);
"""

INDEXES = """
create index on person using gin (name gin_trgm_ops);
create index on person (dob);
analyze person;
"""

# Either the names are alike enough by themselves, or the birth date is one of the expected and they are roughly alike.
QUERY = """
with candidate as (
  select * from person where name %% %(name)s
  union
  select * from person where dob = any(%(dates)s) and similarity(name, %(name)s) >= 0.2
)
select id,
       similarity(name, %(name)s)
       + case when dob = %(dob)s then 0.5 when dob = any(%(dates)s) then 0.3
              when date_trunc('year', dob) = date_trunc('year', %(dob)s::date) then 0.1
              when dob is null or %(dob)s::date is null then 0.0 else -0.1 end
       + case when postcode = %(postcode)s then 0.2
              when split_part(postcode, ' ', 1) = split_part(%(postcode)s, ' ', 1) then 0.1 else 0.0 end as score
from candidate order by score desc, id limit 50
"""


def variants(dob):
    """The date, day and month exchanged, one day or year off, and the first of January that stands for a year."""
    def date(year, month, day):
        try:
            return [datetime.date(year, month, day)]
        except ValueError:
            return []

    day = datetime.timedelta(days=1)
    dates = [dob, dob - day, dob + day] + date(dob.year, dob.day, dob.month) + date(dob.year, 1, 1)
    return dates + date(dob.year - 1, dob.month, dob.day) + date(dob.year + 1, dob.month, dob.day)


class Cluster:
    """A throwaway cluster."""

    def __init__(self, bin_folder, user):
        self.bin = bin_folder
        self.user = user if os.geteuid() == 0 else None
        self.folder = tempfile.mkdtemp(prefix="peer-postgresql-")
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)

    def run(self, program, *arguments):
        command = [os.path.join(self.bin, program), *arguments]
        subprocess.run(command, check=True, user=self.user, cwd="/", stdout=subprocess.DEVNULL)

    def __enter__(self):
        data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", data, "-U", "peer", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = (
            f"-k {self.folder} -h '' -c shared_buffers=1GB -c work_mem=64MB -c maintenance_work_mem=512MB "
            "-c max_parallel_workers_per_gather=0 -c fsync=off -c jit=off"
        )
        self.run("pg_ctl", "-D", data, "-w", "-l", os.path.join(self.folder, "log"), "-o", options, "start")
        return psycopg.connect(host=self.folder, user="peer", dbname="postgres", autocommit=True)

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


def load(connection, records):
    connection.execute(SCHEMA)
    columns = ["person_id", "given_names", "family_name", "dob", "postcode", "sex"]
    with connection.cursor().copy("copy person from stdin") as copy:
        for batch in parquet.ParquetFile(records).iter_batches(columns=columns):
            for row in batch.to_pylist():
                name = " ".join(filter(None, [row["given_names"], row["family_name"]])).lower()
                copy.write_row((row["person_id"], name, row["dob"], row["postcode"], row["sex"]))
    connection.execute(INDEXES)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", required=True, help="folder that bluelamp synth wrote")
    parser.add_argument("--force", default="mps")
    parser.add_argument("--probes", type=int, default=None, help="ask the first N only")
    parser.add_argument("--threshold", type=float, default=0.4, help="pg_trgm.similarity_threshold")
    parser.add_argument("--bin", default="/usr/lib/postgresql/15/bin", help="where initdb and pg_ctl are")
    parser.add_argument("--user", default="postgres", help="whom a root shell runs it as")
    arguments = parser.parse_args()
    world = World(arguments.records, arguments.force)
    with Cluster(arguments.bin, arguments.user) as connection:
        load(connection, world.records)
        connection.execute(f"set pg_trgm.similarity_threshold = {arguments.threshold}")
        backend = connection.execute("select pg_backend_pid()").fetchone()[0]
        answers = Answers(world)
        for number, probe in enumerate(world.probes[: arguments.probes]):
            dob = datetime.date.fromisoformat(probe["dob"]) if probe["dob"] else None
            name = " ".join(filter(None, [probe["given_names"], probe["family_name"]])).lower()
            dates = variants(dob) if dob else []
            values = {"name": name, "dob": dob, "dates": dates, "postcode": probe["postcode"] or None}
            with Stopwatch(answers, lambda: cpu_of(backend)):
                found = connection.execute(QUERY, values).fetchall()
            answers.add(number, [(record, float(score)) for record, score in found])
        answers.report(f"PostgreSQL pg_trgm, threshold {arguments.threshold}")


main()
