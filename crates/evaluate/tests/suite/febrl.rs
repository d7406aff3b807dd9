//! FEBRL 4 in small: five people and their copies, written as those files write them.
//! The whole of it is not in this repository.

use evaluate::febrl4;
use linkage::person::Weights;

const HEADER: &str = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, \
    date_of_birth, soc_sec_id\n";

#[test]
fn copies_are_linked_each_once() {
    let dir = tempfile::tempdir().unwrap();
    let write = |file: &str, rows: &[&str]| {
        let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
        std::fs::write(dir.path().join(file), format!("{HEADER}{rows}")).unwrap();
    };
    write(
        "dataset4a.csv",
        &[
            "rec-1-org, michaela, neumann, 8, stanley street, , miami, 4223, nsw, 19151111, 5304218",
            "rec-2-org, courtney, painter, 12, pinkerton circuit, , bega, 4560, vic, 19161214, 4066625",
            "rec-3-org, charles, green, 38, salkauskas crescent, , dapto, 4566, nsw, 19480930, 4365168",
            "rec-4-org, , , 9, house street, , dapto, 4566, nsw, 19480930, 4365168",
        ],
    );
    write(
        "dataset4b.csv",
        &[
            "rec-3-dup-0, green, charles, 38, salkauskas crescent, , dapto, 4566, nsw, 19480930, 4365168",
            "rec-1-dup-0, michaela, neuman, 8, stanley street, , miami, 4223, nsw, 19151111, 5304218",
            "rec-2-dup-0, courtney, painter, 12, pinkerton, , bega, 4560, vic, 19161241, 4066625",
            "rec-4-dup-0, , , 9, house street, , dapto, 4566, nsw, 19480930, 4365168",
        ],
    );
    let linked = febrl4(dir.path(), &Weights::default(), 2).unwrap();
    for of in [&linked.by_names_and_birth, &linked.by_postcode_too] {
        assert_eq!((of.pairs, of.refused), (4, 1));
        assert_eq!((of.blocking, of.at_match.precision, of.at_match.recall), (0.75, 1.0, 0.75));
        assert!((of.at_match.f1 - 6.0 / 7.0).abs() < 1e-9 && of.at_best.f1 >= of.at_match.f1);
    }
    let error = febrl4(&dir.path().join("absent"), &Weights::default(), 1).unwrap_err().to_string();
    assert!(error.contains("dataset4a.csv"), "{error}");
}
