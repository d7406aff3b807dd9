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
fn a_nationality_is_a_country_its_people_or_a_code() {
    let rows = csv(b"family_name,nationality,kind,value\n\
        Lantern,Eritrean,,\n\
        Lantern,gb/IRL,,\n\
        Lantern,Elvish,,\n\
        ,British,vrm,AB12 CDE");
    let told = shown(&rows);
    assert_eq!(told[..2], ["2 person", "3 person"]);
    assert!(
        told[2].starts_with("4 nationality: is no nationality that is known: write a country"),
        "{told:?}"
    );
    assert!(told[3].starts_with("5 nationality: says nothing about this kind (vrm)"), "{told:?}");
    assert!(!told.concat().contains("Elvish"));
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
fn a_list_divided_by_semicolons_or_tabs_is_read_as_one_divided_by_commas() {
    for divider in [",", ";", "\t"] {
        let lines = ["ref,kind,family_name,value", "a,vrm,,AB12 CDE", "b,person,Lantern,", "c,person"];
        let text = lines.join("\r\n").replace(',', divider);
        let told = shown(&csv(text.as_bytes()));
        assert_eq!(told[..2], ["2 (a) vrm", "3 (b) person"], "{divider:?}");
        assert!(told[2].starts_with("4 row: holds 2 values where the heading has 4 columns"), "{}", told[2]);
    }
    // A comma in a value is none that divides, where the heading is divided otherwise.
    assert_eq!(shown(&csv(b"kind;value\naddress;12 Mill Lane, Ripon HG4 1AB\n")), ["2 address"]);
}

#[test]
fn a_list_in_another_encoding_is_told_as_one() {
    for mark in [b"\xff\xfe", b"\xfe\xff"] {
        let text = [&mark[..], b"d\0o\0b\0\n\0"].concat();
        for written in [Written::Csv, Written::JsonLines] {
            let told = rows(written, &text).err().unwrap().to_string();
            assert!(
                told.contains("line 1: is UTF-16 text") && told.contains("save the list as CSV UTF-8"),
                "{told}"
            );
        }
    }
}

#[test]
fn one_subject_twice_is_two_rows_and_a_line_without_end_is_one_broken_row() {
    let twice = csv(b"kind,value\nvrm,AB12 CDE\nvrm,AB12 CDE\n");
    assert_eq!(shown(&twice), ["2 vrm", "3 vrm"]);
    let mut long = b"kind,value\nvrm,".to_vec();
    long.resize(16 * 1024 * 1024, b'A');
    long.extend(b"\nvrm,AB12 CDE\n");
    let told = shown(&csv(&long));
    assert!(told[0].starts_with("2 vrm: is longer than 200 characters"), "{:.80}", told[0]);
    assert_eq!(told[1], "3 vrm");
}

#[test]
fn patterns_that_match_everything_and_dates_that_are_none_are_told_row_by_row() {
    let told = shown(&csv(
        "kind,value,dob,family_name\nvrm,*,,\nvrm,???????,,\nvrm,%,,\nvrm,.*,,\nvrm,^[A-Z]+$,,\nperson,,2023-02-29,Lantern\n\
         person,,0000-00-00,Lantern\nperson,,2999-01-01,Lantern\nperson,,,\u{1f600}\nphone,*21,,\nemail,*@example.com,,\n\
         person,,1984-02-29,L\nperson,,,X\n"
            .as_bytes(),
    ));
    for (row, part) in told.iter().zip([
        "2 vrm: says 0 bits",
        "3 vrm: says 0 bits",
        "4 vrm: must be letters and digits",
        "5 vrm: says 0 bits",
        "6 vrm: must be letters and digits",
        "7 dob: is not a date that the calendar has",
        "8 dob: ",
        "9 dob: ",
        "10 family_name: holds no name",
        "11 phone: says ",
        "12 email: can't be looked for in part",
        "13 person",
        "14 family_name: alone must have at least two letters",
    ]) {
        assert!(row.starts_with(part), "{row:?} does not start with {part:?}");
    }
    assert_eq!(told.len(), 13);
}

#[test]
fn a_licence_s_holder_is_compared_with_its_number_and_not_sent() {
    let found = csv(b"kind,value,family_name,dob,sex\n\
        driving_licence,MORGA657054SM9IJ,Morgan,1964-07-05,female\n\
        driving_licence,MORGA657054SM9IJ,Morton,,\n\
        driving_licence,MORGA657054SM9IJ,,1964-07-06,\n\
        driving_licence,MORGA657054SM9IJ,,,male\n\
        passport,925665416,Morgan,,\n");
    let told = shown(&found);
    for (row, part) in told.iter().zip([
        "2 driving_licence",
        "3 family_name: is not the surname in the licence number",
        "4 dob: is not the birth date in the licence number",
        "5 sex: is not the sex in the licence number",
        "6 family_name: says nothing about this kind",
    ]) {
        assert!(row.starts_with(part), "{row:?} does not start with {part:?}");
    }
    let Ok(Probe::Identifier(licence)) = &found[0].probe else { panic!("no identifier") };
    assert_eq!(licence.value, "MORGA657054SM9IJ");
}

proptest::proptest! {
    #[test]
    fn no_bytes_harm_a_list(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), json: bool) {
        let written = if json { Written::JsonLines } else { Written::Csv };
        unharmed(written, &bytes);
        unharmed(written, &[b"kind,value,family_name,dob\n", &bytes[..]].concat());
        unharmed(written, &[b"{\"kind\": \"", &bytes[..], b"\"}"].concat());
    }
}

/// Whatever a list holds, each line that is not empty is a row, or the heading is complained of.
fn unharmed(written: Written, bytes: &[u8]) {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    if let Ok(rows) = rows(written, bytes) {
        assert!(rows.len() <= lines);
        shown(&rows);
    }
}

#[test]
fn the_seeds_of_the_fuzz_targets_do_no_harm_to_a_list() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for target in ["lists", "names", "identifiers", "filters"] {
        for entry in std::fs::read_dir(seeds.join(target)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            unharmed(Written::Csv, &bytes);
            unharmed(Written::JsonLines, &bytes);
            unharmed(Written::Csv, &[b"family_name\n", &bytes[..]].concat());
        }
    }
}

#[test]
fn an_empty_list_has_no_rows() {
    for (written, text) in [(Written::Csv, ""), (Written::Csv, "dob\n\n"), (Written::JsonLines, "\n")] {
        assert!(rows(written, text.as_bytes()).unwrap().is_empty());
    }
}
