"""Writes the tables `reports` and `overwritten` beside this file with delta-rs (pip install deltalake==1.6.6 pyarrow), and beside
each what that reads back: a line for each row in the order of `n`, with `|` between cells, as the tests of the node spell them."""

import datetime as dt
import decimal
import shutil
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

HERE = Path(__file__).parent


def reports(ids, beats, graded=False):
    columns = {
        "report_id": pa.array([f"R{i}" for i in ids]),
        "beat": pa.array(beats),
        "occurred_on": pa.array([dt.date(2024, 1, 1) + dt.timedelta(days=i) if i % 4 else None for i in ids], pa.date32()),
        "at": pa.array(
            [dt.datetime(2024, 1, 1, 12, 0, i % 60, 123456, tzinfo=dt.timezone.utc) for i in ids], pa.timestamp("us", tz="UTC")
        ),
        "local": pa.array([dt.datetime(2024, 6, 1, 12, 0, i % 60) for i in ids], pa.timestamp("us")),
        "amount": pa.array([i * decimal.Decimal("1.25") if i % 3 else None for i in ids], pa.decimal128(10, 2)),
        "n": pa.array(ids, pa.int32()),
        "share": pa.array([i / 8 for i in ids], pa.float64()),
        "open": pa.array([i % 2 == 0 for i in ids]),
        "tags": pa.array([[f"t{i}", "x"] if i % 2 else [] for i in ids], pa.list_(pa.string())),
        "place": pa.array(
            [{"town": f"T{i}", "lat": float(i)} for i in ids], pa.struct([("town", pa.string()), ("lat", pa.float64())])
        ),
    }
    if graded:
        columns["grading"] = pa.array(["B" if i % 2 else None for i in ids])
    return pa.table(columns)


def spelled(value):
    match value:
        case None:
            return "-"
        case bool():
            return str(value).lower()
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case list():
            return "[" + ", ".join(map(spelled, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{name}: {spelled(inner)}" for name, inner in value.items()) + "}"
        case _:
            return str(value)


def written(name):
    path = HERE / name
    shutil.rmtree(path, ignore_errors=True)
    return str(path)


def read_back(table, columns):
    rows = DeltaTable(table).to_pyarrow_table().sort_by("n").select(columns).to_pylist()
    lines = ["|".join(map(spelled, row.values())) + "\n" for row in rows]
    Path(table, "expected.txt").write_text("".join(lines))


table = written("reports")
write_deltalake(table, reports(range(0, 12), ["B1", "B 2/é", None] * 4), partition_by=["beat"])
write_deltalake(table, reports(range(12, 18), ["B1", "B2"] * 3), mode="append")
DeltaTable(table).delete("n = 3 or n = 14")
write_deltalake(table, reports(range(20, 23), ["B2"] * 3), mode="overwrite", predicate="beat = 'B2'")
DeltaTable(table).create_checkpoint()
write_deltalake(table, reports(range(30, 34), ["B1", "B3"] * 2, graded=True), mode="append", schema_mode="merge")
DeltaTable(table).optimize.compact()
DeltaTable(table).delete("n = 31")
DeltaTable(table).update(updates={"share": "share + 100"}, predicate="n = 4")
read_back(
    table,
    ["report_id", "beat", "occurred_on", "at", "local", "amount", "n", "share", "open", "tags", "place", "grading"],
)

table = written("overwritten")
for k in range(3):
    rows = pa.table({"n": pa.array(range(k * 10, k * 10 + 3), pa.int64()), "w": [f"v{k}"] * 3})
    write_deltalake(table, rows, mode="overwrite")
DeltaTable(table).delete()
write_deltalake(table, pa.table({"n": pa.array([7, 8], pa.int64()), "w": ["last", None]}), mode="append")
read_back(table, ["n", "w"])
