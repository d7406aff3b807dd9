"""Splink 4 on DuckDB, trained by its own expectation–maximisation, asked in one batch and one probe at a time."""

import argparse
import logging
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from measure import Answers, Stopwatch, World

COLUMNS = """
    lower(split_part({given}, ' ', 1)) as first_name, lower({given}) as given_names, lower({family}) as family_name,
    cast({dob} as varchar) as dob, postcode, split_part(postcode, ' ', 1) as outward
"""

BLOCKING = [
    block_on("family_name", "first_name"),
    block_on("family_name", "substr(first_name, 1, 1)"),
    block_on("family_name", "substr(dob, 1, 4)"),
    block_on("dob"),
    block_on("first_name", "postcode"),
    block_on("first_name", "substr(dob, 1, 7)"),
    block_on("substr(family_name, 1, 3)", "substr(first_name, 1, 3)", "substr(dob, 1, 4)"),
]


def comparisons():
    return [
        cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode"),
    ]


def tables(world):
    """Records and probes as tables that Splink reads."""
    connection = duckdb.connect()
    named = COLUMNS.format(given="given_names", family="family_name", dob="dob")
    connection.execute(
        f"create table records as select person_id as unique_id, {named} from read_parquet('{world.records}')"
    )
    rows = [
        (str(number), probe["given_names"], probe["family_name"], probe["dob"] or None, probe["postcode"] or None)
        for number, probe in enumerate(world.probes)
    ]
    connection.execute("create table asked (number varchar, given varchar, family varchar, dob varchar, postcode varchar)")
    connection.executemany("insert into asked values (?, ?, ?, ?, ?)", rows)
    named = COLUMNS.format(given="given", family="family", dob="dob")
    connection.execute(f"create table probes as select number as unique_id, {named} from asked")
    for table in ("records", "probes"):
        connection.execute(
            f"update {table} set first_name = nullif(first_name, ''), family_name = nullif(family_name, '')"
        )
    return connection


def train(linker):
    rule = [block_on("family_name", "dob"), block_on("first_name", "postcode")]
    linker.training.estimate_probability_two_random_records_match(rule, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=7)
    for rule in (block_on("family_name", "first_name"), block_on("dob"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", required=True, help="folder that bluelamp synth wrote")
    parser.add_argument("--force", default="mps")
    parser.add_argument("--single", type=int, default=50, help="probes asked one at a time")
    arguments = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    world = World(arguments.records, arguments.force)
    connection = tables(world)

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=BLOCKING,
    )
    linker = Linker(["probes", "records"], settings, DuckDBAPI(connection))
    train(linker)
    batch = Answers(world)
    with Stopwatch(batch, time.process_time, len(world.probes)):
        predicted = linker.inference.predict(threshold_match_probability=0.005)
    found = connection.execute(
        f"select unique_id_l, unique_id_r, match_weight from {predicted.physical_name} order by match_weight desc"
    ).fetchall()
    by_probe = {number: [] for number in range(len(world.probes))}
    for left, right, weight in found:
        # Which side a probe stands on is Splink's choice.
        probe, record = (left, right) if left.isdigit() else (right, left)
        by_probe[int(probe)].append((record, weight))
    for number, candidates in by_probe.items():
        batch.add(number, candidates)
    batch.report("Splink on DuckDB, one batch")

    trained = linker.misc.save_model_to_json()
    trained["link_type"] = "dedupe_only"
    alone = Linker("records", trained, DuckDBAPI(connection))
    for column in ("first_name", "family_name"):
        alone.table_management.compute_tf_table(column)
    single = Answers(world)
    columns = [row[0] for row in connection.execute("describe probes").fetchall()]
    for number in range(min(arguments.single, len(world.probes))):
        row = connection.execute("select * from probes where unique_id = ?", [str(number)]).fetchone()
        with Stopwatch(single, time.process_time):
            matches = alone.inference.find_matches_to_new_records(
                [dict(zip(columns, row))], blocking_rules=BLOCKING, match_weight_threshold=-8
            )
            found = connection.execute(
                f"select unique_id_l, unique_id_r, match_weight from {matches.physical_name} order by match_weight desc"
            ).fetchall()
        other = lambda left, right: right if left == str(number) else left
        single.add(number, [(other(left, right), weight) for left, right, weight in found])
    single.report("Splink on DuckDB, one probe at a time")


main()
