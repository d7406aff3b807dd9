//! What a table asks of its readers: heeded, or refused by name.

use crate::lake::{BEGIN, Lake, add};

fn asking(features: &str) -> Lake {
    let protocol = format!(
        r#"{{"protocol":{{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":[{features}],"writerFeatures":[{features}]}}}}"#
    );
    Lake::new(&[vec![protocol, BEGIN[1].to_owned()], vec![add("a", "null")]])
}

#[test]
fn what_is_not_understood_is_refused_by_its_name() {
    for feature in [
        "typeWidening",
        "typeWidening-preview",
        "variantType",
        "variantType-preview",
        "variantShredding",
        "geospatial",
        "adaptiveMetadata-preview",
        "somethingNew",
    ] {
        let why = asking(&format!("\"{feature}\"")).trouble();
        let expected = format!("LAKE: the table needs readers that understand {feature}; drop the feature");
        assert!(why.starts_with(&expected), "{why}");
    }
}

#[test]
fn a_table_that_a_catalog_manages_is_refused() {
    let why = asking("\"catalogManaged\",\"inCommitTimestamp\"").trouble();
    assert!(why.starts_with("LAKE: ") && why.contains("atalog"), "{why}");
}

#[test]
fn what_is_heeded_is_read() {
    for features in [
        "",
        "\"vacuumProtocolCheck\"",
        "\"deletionVectors\",\"timestampNtz\",\"columnMapping\"",
        "\"v2Checkpoint\"",
    ] {
        assert_eq!(asking(features).files(), ["a beat=-"], "{features}");
    }
}

#[test]
fn a_later_protocol_is_refused() {
    let protocol = r#"{"protocol":{"minReaderVersion":4,"minWriterVersion":8}}"#.to_owned();
    let why = Lake::new(&[vec![protocol, BEGIN[1].to_owned()]]).trouble();
    assert!(why.starts_with("LAKE: the table needs readers that understand reader version 4; "), "{why}");
}

#[test]
fn files_elsewhere_are_refused() {
    let lake =
        Lake::new(&[vec![BEGIN[0].into(), BEGIN[1].into()], vec![add("s3://bucket/a.parquet", "null")]]);
    let why = lake.trouble();
    assert!(
        why.starts_with("s3://bucket/a.parquet: the log names it, and it is not on a local disk"),
        "{why}"
    );
}
