"""The door for tools, from Python: the ADBC driver and pyarrow against a demo federation.

    python3 -m venv venv && venv/bin/pip install -r tests/python/requirements.txt
    cargo build -p cli
    BLUELAMP=target/debug/bluelamp venv/bin/python -m unittest discover -v tests/python
"""

import csv
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow
import pyarrow.flight as flight

BLUELAMP = os.path.abspath(os.environ.get("BLUELAMP", "target/debug/bluelamp"))
GROUND = ["--purpose", "prevention", "--operation", "Op Lantern"]
BY_CATEGORY = "select category, count(*) n from event group by category order by category"


def setUpModule():
    global folder, demo
    folder = tempfile.TemporaryDirectory(prefix="bluelamp-door-")
    demo = subprocess.Popen(
        [BLUELAMP, "demo", "--dir", "demo", "--persons", "200", "--reports", "400"],
        cwd=folder.name,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in demo.stdout:
        if "Each site lies in" in line:
            break
    else:
        raise RuntimeError("the demo did not start")
    run("delegate", *GROUND, "--out", "delegation.txt")


def tearDownModule():
    demo.send_signal(signal.SIGINT)
    demo.stdout.close()
    demo.wait()
    folder.cleanup()


def run(*arguments):
    """What a command prints."""
    config = ["--config", "demo/rocta/analyst.toml"]
    done = subprocess.run(
        [BLUELAMP, *arguments, *config], cwd=folder.name, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def settings():
    """What `client-config --for adbc` prints, up to where it connects, as names."""
    printed = run("client-config", "--for", "adbc", "--delegation", "delegation.txt")
    names = {}
    exec(printed.split("connection = ")[0], names)  # noqa: S102: it is our own program's output
    names["address"] = printed.split("grpc+tls://")[1].split('"')[0]
    return names


def connect(**changed):
    """A connection with the printed settings, some call headers changed or left out."""
    given = settings()
    headers = {name: value for name, value in (given["headers"] | changed).items() if value is not None}
    options = {f"adbc.flight.sql.client_option.{name}": value for name, value in given["tls"].items()}
    options |= {f"adbc.flight.sql.rpc.call_header.{name}": value for name, value in headers.items()}
    return flightsql.connect(f"grpc+tls://{given['address']}", db_kwargs=options, autocommit=True)


class Adbc(unittest.TestCase):
    def ask(self, statement, **changed):
        with connect(**changed) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetch_arrow_table()

    def test_what_client_config_prints_runs_as_it_is(self):
        printed = run("client-config", "--for", "adbc", "--delegation", "delegation.txt")
        exec(printed, {})  # noqa: S102

    def test_figures_are_those_of_bluelamp_sql(self):
        told = self.ask(BY_CATEGORY)
        written = run("sql", BY_CATEGORY, *GROUND, "--format", "csv").splitlines()
        desk = list(csv.DictReader(line for line in written if not line.startswith("#")))
        self.assertEqual(told.column_names, ["category", "n", "n_status"])
        rows = told.to_pylist()
        self.assertGreater(len(rows), 5)
        for row, expected in zip(rows, desk, strict=True):
            self.assertEqual(row["category"] or "", expected["category"])
            self.assertEqual(row["n_status"], expected["n_status"])
            shown = "suppressed" if row["n_status"] == "suppressed" else str(row["n"])
            self.assertEqual(shown, expected["n"])

    def test_who_takes_gaps_is_told_of_them_in_every_row(self):
        told = self.ask(BY_CATEGORY, **{"bluelamp-coverage": "partial"})
        self.assertEqual(set(told.column("coverage").to_pylist()), {"3 of 3 forces answered"})

    def test_tables_are_listed_and_described(self):
        with connect() as connection:
            objects = connection.adbc_get_objects(depth="tables").read_all().to_pylist()
            [catalog] = objects
            self.assertEqual(catalog["catalog_name"], "bluelamp")
            [schema] = catalog["catalog_db_schemas"]
            tables = {table["table_name"] for table in schema["db_schema_tables"]}
            self.assertTrue({"event", "person", "report", "threat"} <= tables)
            event = connection.adbc_get_table_schema("event")
            self.assertEqual(event.names[0], "force")
            self.assertEqual(connection.adbc_get_table_types(), ["TABLE"])

    def test_the_driver_reads_what_the_server_tells_of_itself(self):
        with connect() as connection:
            self.assertEqual(connection.adbc_get_info()["vendor_name"], "Bluelamp")

    def test_prepared_statements_are_asked_again(self):
        with connect() as connection, connection.cursor() as cursor:
            cursor.adbc_prepare(BY_CATEGORY)
            for _ in range(2):
                cursor.execute(BY_CATEGORY)
                self.assertGreater(cursor.fetch_arrow_table().num_rows, 5)

    def test_what_is_refused_says_why(self):
        for statement, expected in [
            ("selct 1", "this is not SQL"),
            ("select count(*) from evnt", 'did you mean "event"'),
            ("select family_name from person", "records stay with their force"),
            ("delete from event", "nothing is changed"),
        ]:
            with self.subTest(statement), self.assertRaises(adbc_driver_manager.Error) as refused:
                self.ask(statement)
            self.assertIn(expected, str(refused.exception))

    def test_a_missing_header_is_named(self):
        for header in ["bluelamp-purpose", "bluelamp-operation", "bluelamp-delegation"]:
            with self.subTest(header), self.assertRaises(adbc_driver_manager.Error) as refused:
                self.ask(BY_CATEGORY, **{header: None})
            self.assertIn(f"call header {header} is missing", str(refused.exception))

    def test_a_delegation_is_for_its_purpose(self):
        with self.assertRaises(adbc_driver_manager.Error) as refused:
            self.ask(BY_CATEGORY, **{"bluelamp-purpose": "detection"})
        self.assertIn("the delegation was signed for prevention", str(refused.exception))


class Pyarrow(unittest.TestCase):
    def test_a_statement_is_asked_over_plain_flight(self):
        given = settings()
        client = flight.FlightClient(
            f"grpc+tls://{given['address']}",
            tls_root_certs=given["tls"]["tls_root_certs"],
            cert_chain=given["tls"]["mtls_cert_chain"],
            private_key=given["tls"]["mtls_private_key"],
        )
        headers = [(name.encode(), value.encode()) for name, value in given["headers"].items()]
        options = flight.FlightCallOptions(headers=headers)
        info = client.get_flight_info(flight.FlightDescriptor.for_command(statement(BY_CATEGORY)), options)
        self.assertEqual(info.schema.names, ["category", "n", "n_status"])
        reader = client.do_get(info.endpoints[0].ticket, options)
        told = [chunk.app_metadata for chunk in reader]
        self.assertIn(b'"answered":3', told[-1].to_pybytes())
        with self.assertRaisesRegex(pyarrow.ArrowException, "no such answer to fetch"):
            client.do_get(info.endpoints[0].ticket, options).read_all()

    def test_without_a_certificate_nobody_comes_in(self):
        given = settings()
        client = flight.FlightClient(
            f"grpc+tls://{given['address']}", tls_root_certs=given["tls"]["tls_root_certs"]
        )
        with self.assertRaises(flight.FlightUnavailableError):
            list(client.list_actions(flight.FlightCallOptions(timeout=10)))


def statement(text):
    """`CommandStatementQuery` in an `Any`, as the protocol has it, by hand."""
    query = b"\x0a" + varint(len(text.encode())) + text.encode()
    url = b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"
    return b"\x0a" + varint(len(url)) + url + b"\x12" + varint(len(query)) + query


def varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


if __name__ == "__main__":
    unittest.main()
