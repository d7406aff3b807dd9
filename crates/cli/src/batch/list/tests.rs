//! Lists as people write them: what is read, and what is said of a broken row without repeating its values.

use model::Probe;
use model::vocabulary::Sex;

use super::{Row, Written, rows};

/// Each row in short: its line and reference, and the probe's kind or what is wrong.
fn shown(rows: &[Row]) -> Vec<String> {
    let short = |row: &Row| {
        let reference =
            row.reference.as_ref().map_or_else(String::new, |reference| format!(" ({reference})"));
        match &row.probe {
            Ok(probe) => format!("{}{reference} {}", row.line, probe.kind()),
            Err(complaint) => format!("{}{reference} {complaint}", row.line),
        }
    };
    rows.iter().map(short).collect()
}

fn csv(text: &[u8]) -> Vec<Row> {
    rows(Written::Csv, text).unwrap()
}

#[test]
fn a_list_is_read_row_by_row_and_broken_rows_are_told_by_their_line() {
    let text = b"\xef\xbb\xbfref,kind,given_names,family_name,dob,postcode,sex,value\r\n\
        a,person,Ada Mae,Lantern,1984-02-29,E1 6AN,Female,\r\n\
        \r\n\
        b,,,Lantern,,,,\r\n\
        c,,Ada,Lantern,1984-02-30,,,\r\n\
        d,vrm,,,,,,AB12 CDE\r\n\
        e,persn,,,,,,AB12 CDE\r\n\
        f,vrm,,Lantern,,,,AB12 CDE\r\n\
        g,vrm,,,,,,\r\n\
        h,imei,,,,,,490154203237519\r\n\
        i,\"person,Ada\r\n\
        j,person,\"Lantern, Ada\",Lantern,,,,\r\n\
        k,person,Ada\r\n\
        l,person,Ada,Lantern,,,woman,\r\n\
        m,person,\xff,Lantern,,,,\r\n\
        n,organisation,,,,EC2V,,Lantern Ltd\r\n\
        o,,,,,,,\r\n\
        ,person,,Last,,,,";
    let found = csv(text);
    let expected = [
        "2 (a) person",
        "4 (b) person",
        "5 (c) dob: is not a date that the calendar has; write year-month-day, such as 1984-02-29, or as much as is known: 1984-02, 1984, 1980..1989",
        "6 (d) vrm",
        "7 (e) kind: can't be looked for; did you mean \"person\"?",
        "8 (f) family_name: says nothing about this kind (vrm); leave it empty",
        "9 (g) value: is missing: the identifier stands here",
    ];
    assert_eq!(shown(&found)[..7], expected);
    let rest = &shown(&found)[7..];
    for (row, part) in rest.iter().zip([
        "10 (h) imei: ",
        "11 row: holds a quotation mark without its pair",
        "12 (j) person",
        "13 row: holds 3 values where the heading has 8 columns",
        "14 (l) sex: must be female or male",
        "15 row: is not UTF-8 text",
        "16 (n) organisation",
        "17 (o) ",
        "18 person",
    ]) {
        assert!(row.starts_with(part), "{row:?} does not start with {part:?}");
    }
    assert_eq!(rest.len(), 9);
    for value in ["Lantern", "AB12", "490154203237519", "persn", "woman"] {
        let told = shown(&found).concat();
        assert!(!told.contains(value), "{told} repeats {value}");
    }
    let Ok(Probe::Person(person)) = &found[0].probe else { panic!("not a person") };
    assert_eq!((person.given_names.as_str(), person.sex), ("Ada Mae", Some(Sex::Female)));
    assert_eq!(person.postcode.as_deref(), Some("E1 6AN"));
}

#[test]
fn one_json_object_on_each_line_says_the_same() {
    let text = br#"{"family_name": "Lantern", "given_names": "Ada", "dob": "1984-02-29", "ref": "a"}
{"kind": "vrm", "value": "AB12CDE", "dob": null}

{"kind": "vrm", "value": "AB1* C?E", "make": "ford"}
{"kind": "vrm", "value": "*"}
{"kind": "address", "value": "12 Mill Lane", "postcode": "HG4 1AA"}
{"kind": "phone", "value": "*900123"}
{"family_name": "Lantern", "famly_name": "Lantern"}
{"family_name": "Lantern", "Lantern": "x"}
{"family_name": 5}
{"family_name": "Lantern", "family_name": "Lantern"}
["Lantern"]
{"family_name": "Lantern"
"#;
    let found = rows(Written::JsonLines, text).unwrap();
    let told = shown(&found);
    for (row, part) in told.iter().zip([
        "1 (a) person",
        "2 vrm",
        "4 vrm",
        "5 vrm: ",
        "6 address",
        "7 phone",
        "8 row: holds the unknown column \"famly_name\"; did you mean \"family_name\"?",
        "9 row: holds an unknown column; known are kind, given_names,",
        "10 family_name: must be text in quotation marks",
        "11 family_name: is given twice",
        "12 row: is not one JSON object, from column ",
        "13 row: is not one JSON object, from column ",
    ]) {
        assert!(row.starts_with(part), "{row:?} does not start with {part:?}");
    }
    assert_eq!(told.len(), 12);
    assert!(!told.concat().contains("Lantern"), "{told:?}");
}

#[test]
fn a_heading_that_is_not_known_names_the_nearest_column() {
    for (heading, part) in [
        (
            "given_names,famly_name",
            "line 1: heading: holds the unknown column \"famly_name\"; did you mean \"family_name\"?",
        ),
        ("dob,DOB2", "did you mean \"dob\"?"),
        ("Zebedee,Thistlewick", "line 1: heading: holds an unknown column in place 1; known are kind,"),
        ("dob,value,dob", "line 1: heading: names the column dob twice"),
        ("\n\n\"dob,value", "line 3: row: holds a quotation mark without its pair"),
    ] {
        let told = rows(Written::Csv, format!("{heading}\na,b\n").as_bytes()).err().unwrap().to_string();
        assert!(told.contains(part), "{told}");
        assert!(!told.contains("Thistlewick"), "{told}");
    }
}

#[test]
fn an_empty_list_has_no_rows() {
    for (written, text) in [(Written::Csv, ""), (Written::Csv, "dob\n\n"), (Written::JsonLines, "\n")] {
        assert!(rows(written, text.as_bytes()).unwrap().is_empty());
    }
}
