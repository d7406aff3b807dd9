//! Every file has exactly the columns of the shared schema, and every value is one that the schema allows.
//! Ids are unique over all forces, and every link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use model::Dataset;
use model::schema::{ColumnType, ColumnUse};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::read::world;

#[test]
fn columns_are_exactly_those_of_the_shared_schema() {
    for force in world().forces() {
        for &dataset in Dataset::ALL {
            let path = world().dir.path().join(force).join(format!("{dataset}.parquet"));
            let file = std::fs::File::open(path).unwrap();
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
            let found: Vec<_> = builder
                .schema()
                .fields()
                .iter()
                .map(|f| (f.name().clone(), f.data_type().to_string()))
                .collect();
            let expected: Vec<_> = dataset
                .columns()
                .map(|column| {
                    let holds = match column.holds {
                        ColumnType::Text | ColumnType::Word(_) => "Utf8",
                        ColumnType::TextList => "List(Utf8)",
                        ColumnType::Date => "Date32",
                        ColumnType::Integer => "Int64",
                    };
                    (column.name.to_owned(), holds.to_owned())
                })
                .collect();
            assert_eq!(found, expected, "{force} {dataset}");
            let rows =
                world().summary.forces.iter().find(|f| f.force.as_str() == force).unwrap().rows[&dataset];
            assert_eq!(builder.metadata().file_metadata().num_rows() as u64, rows, "{force} {dataset}");
            assert!(rows > 0, "{force} {dataset}");
        }
    }
}

#[test]
fn every_value_is_one_that_the_schema_allows() {
    let as_of = world().spec.as_of.to_string();
    for ((force, dataset), rows) in &world().tables {
        let mut ever: BTreeSet<&str> = BTreeSet::new();
        for row in rows {
            assert_eq!(row["controller"], *force);
            assert!(row["recorded_on"] <= row["updated_on"] && row["updated_on"] <= as_of);
            assert!(row[dataset.principal_date()] <= as_of);
            for column in dataset.columns() {
                let Some(value) = row.get(column.name) else { continue };
                ever.insert(column.name);
                if let ColumnType::Word(words) = column.holds {
                    assert!(words.contains(&value.as_str()), "{dataset} {}", column.name);
                }
                if let ColumnUse::Measure { low, .. } = column.used {
                    assert!(value.parse::<i64>().unwrap() >= low, "{dataset} {}", column.name);
                }
                assert!(!value.is_empty(), "{dataset} {} is empty instead of null", column.name);
            }
        }
        for column in dataset.columns().filter(|column| column.name != "station" && column.name != "outcome")
        {
            assert!(ever.contains(column.name), "{force} {dataset} never has {}", column.name);
        }
    }
}

#[test]
fn ids_are_unique_over_all_forces_and_links_lead_somewhere() {
    let mut ids: BTreeMap<&str, (&str, Dataset)> = BTreeMap::new();
    for ((force, dataset), rows) in &world().tables {
        if matches!(dataset, Dataset::Link | Dataset::Identifier) {
            continue;
        }
        for row in rows {
            let earlier = ids.insert(&row[dataset.entity_key()], (force, *dataset));
            assert_eq!(earlier, None, "an id twice in {dataset}");
        }
    }
    let leads = |force: &str, dataset: &str, id: &str| ids[id] == (force, dataset.parse().unwrap());
    let mut roles = BTreeSet::new();
    for force in world().forces() {
        for row in world().rows(force, Dataset::Link) {
            assert!(leads(force, &row["from_dataset"], &row["from_id"]));
            assert!(leads(force, &row["to_dataset"], &row["to_id"]));
            roles.insert((row["from_dataset"].as_str(), row["role"].as_str(), row["to_dataset"].as_str()));
        }
        for row in world().rows(force, Dataset::Identifier) {
            assert!(leads(force, &row["holder_dataset"], &row["holder_id"]));
        }
        for dataset in [Dataset::Event, Dataset::Report] {
            let located = world().rows(force, dataset).iter().filter_map(|row| row.get("location_id"));
            assert!(located.into_iter().all(|id| leads(force, "location", id)));
        }
    }
    for role in [
        ("person", "keeper", "object"),
        ("person", "user", "object"),
        ("person", "holder", "object"),
        ("person", "subject", "report"),
        ("person", "victim", "report"),
        ("person", "witness", "report"),
        ("person", "subject", "event"),
        ("person", "member", "threat"),
        ("report", "place", "location"),
        ("threat", "evidence", "report"),
        ("organisation", "director", "person"),
    ] {
        assert!(roles.contains(&role), "{role:?}");
    }
}

#[test]
fn what_hangs_on_a_silent_person_is_silent() {
    for force in world().forces() {
        let silent: BTreeSet<&str> = world()
            .rows(force, Dataset::Person)
            .iter()
            .filter(|row| row["disclosure_mark"] == "silent")
            .map(|row| row["person_id"].as_str())
            .collect();
        for (dataset, key) in
            [(Dataset::Identifier, "holder_id"), (Dataset::Link, "from_id"), (Dataset::Link, "to_id")]
        {
            for row in world().rows(force, dataset).iter().filter(|row| silent.contains(row[key].as_str())) {
                assert_eq!(row["disclosure_mark"], "silent", "{dataset}");
            }
        }
    }
}
