//! Bad files are named, with the line and how to mend it, and without what they hold.
//! Each case replaces one of the world's files.

use std::path::PathBuf;

use evaluate::Options;

use crate::counts::world;

const PROBES: &str = "given_names,family_name,dob,postcode,true_person,corruptions\n";
const TRUTH: &str = "force,person_id,true_person,corruptions\n";

#[test]
fn bad_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let probes = |name: &str, text: &str| Options { probes: file(name, text), ..world() };
    let secret = format!("{PROBES}Secret,Name,31/12/1980,,T-1,\n");
    let pair = format!("{PROBES}Secret,Name,,,T-1,\n");
    let truth = |name: &str, text: &str| Options { truth: file(name, text), ..probes("pair.csv", &pair) };
    let no_force = format!("{TRUTH}kent,P-1,T-1,\n");
    let no_record = format!("{TRUTH}mps,P-1,T-2,\nmps,P-1,T-1,\n");
    for (options, wanted) in [
        (Options { records: dir.path().to_owned(), ..world() }, "holds no folder with a person.parquet"),
        (Options { records: dir.path().join("absent"), ..world() }, "absent: No such file"),
        (Options { probes: dir.path().join("absent.csv"), ..world() }, "absent.csv: "),
        (probes("empty.csv", PROBES), "empty.csv: holds no probes"),
        (probes("headless.csv", "a,b\nSecret,Name\n"), "headless.csv line 2: missing field `given_names`"),
        (probes("dob.csv", &secret), "dob.csv line 2: dob must be empty or a date such as 1984-02-29"),
        (truth("force.csv", &no_force), "force.csv line 2: no records of force kent are there"),
        (truth("record.csv", &no_record), "record.csv line 3: the record that it names is not there"),
    ] {
        let error = evaluate::run(&options, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
        assert!(!error.contains("Secret") && !error.contains("31/12"), "{error}");
    }
}

#[test]
fn a_column_of_another_type_is_named() {
    use arrow::array::{Int64Array, RecordBatch};
    use arrow::datatypes::{DataType, Field, Schema};
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("mps")).unwrap();
    let schema = Schema::new(vec![Field::new("person_id", DataType::Int64, false)]);
    let batch =
        RecordBatch::try_new(schema.into(), vec![std::sync::Arc::new(Int64Array::from(vec![1]))]).unwrap();
    let file = std::fs::File::create(dir.path().join("mps/person.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let options = Options { records: dir.path().to_owned(), ..world() };
    let error = evaluate::run(&options, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("person.parquet: column given_names: is missing"), "{error}");
}
