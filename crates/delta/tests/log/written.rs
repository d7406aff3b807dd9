//! Tables that other programs wrote, kept in `tests/tables`: `reports` and `overwritten` by delta-rs (deltalake 1.6.6 from PyPI, by
//! `tests/tables/write.py`); `deletions`, `numbered` and `sidecars` by Databricks and Spark (Delta Lake 2.4.0 and 3.4.0-SNAPSHOT), of the
//! Delta kernel's own tests under Apache-2.0: table-with-dv-small, cdf-column-mapping-id-mode, v2-checkpoints-json-with-last-checkpoint.

use std::fs;

use arrow::datatypes::{DataType, TimeUnit};
use delta::{PARTITION, PHYSICAL_NAME, Table};

use crate::lake::{Lake, kept};

#[test]
fn a_table_of_delta_rs_with_appends_deletes_overwrites_a_checkpoint_and_compaction() {
    let table = Table::open(&kept("reports")).unwrap();
    assert_eq!(table.version(), 7);
    let files = table.files().unwrap();
    let partitions: Vec<_> = files.iter().map(|file| file.partition[0].1.as_deref().unwrap_or("-")).collect();
    assert_eq!(partitions, ["B 2/é", "B1", "B2", "B3", "-"]);
    for file in &files {
        assert_eq!(file.path.metadata().unwrap().len(), file.bytes);
        assert!(file.deleted.is_empty());
    }
    let holds = |name: &str| table.columns().field_with_name(name).unwrap().data_type().clone();
    assert_eq!(holds("amount"), DataType::Decimal128(10, 2));
    assert_eq!(holds("at"), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    assert_eq!(holds("local"), DataType::Timestamp(TimeUnit::Microsecond, None));
    let parted = table.columns().fields().iter().filter(|field| field.metadata().contains_key(PARTITION));
    assert_eq!(parted.map(|field| field.name().as_str()).collect::<Vec<_>>(), ["beat"]);
}

#[test]
fn a_table_that_was_overwritten_and_emptied_is_what_came_last() {
    let table = Table::open(&kept("overwritten")).unwrap();
    assert_eq!((table.version(), table.files().unwrap().len()), (4, 1));
}

#[test]
fn columns_that_spark_numbered_keep_their_numbers() {
    let table = Table::open(&kept("numbered")).unwrap();
    let beside = table.columns().field_with_name("value").unwrap().metadata().clone();
    assert_eq!(beside.get("PARQUET:field_id").map(String::as_str), Some("3"));
    assert!(beside[PHYSICAL_NAME].starts_with("col-"));
    assert_eq!(table.files().unwrap().len(), 3);
}

#[test]
fn a_checkpoint_of_the_second_version_is_read_with_its_sidecars() {
    let lake = Lake::copied("sidecars");
    let files = lake.files();
    assert_eq!(files.len(), 2);
    fs::remove_file(lake.log("00000000000000000000.json")).unwrap();
    assert_eq!(lake.files(), files);
    fs::remove_dir_all(lake.log("_sidecars")).unwrap();
    let why = lake.trouble();
    assert!(why.starts_with("LAKE/_delta_log/_sidecars/0"), "{why}");
    assert!(why.contains("the log names this file, and it is gone; copy the whole table again"), "{why}");
}

#[test]
fn rows_that_spark_deleted_are_told_by_their_place() {
    let files = Table::open(&kept("deletions")).unwrap().files().unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].deleted, [0, 9]);
}
