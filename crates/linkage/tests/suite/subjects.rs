//! Probes become subjects, or complaints that name the field.
//! The same check runs at the desk and at every node.

use linkage::Subject;
use model::IdentifierKind;
use model::Probe;
use model::probe::{AddressProbe, IdentifierProbe, OrganisationProbe, PartialProbe, PersonProbe};

fn person(given: &str, family: &str, dob: Option<&str>, postcode: Option<&str>) -> Probe {
    Probe::Person(PersonProbe {
        given_names: given.to_owned(),
        family_name: family.to_owned(),
        dob: dob.map(|dob| dob.parse().unwrap()),
        postcode: postcode.map(str::to_owned),
        sex: None,
        ..PersonProbe::default()
    })
}

#[test]
fn probes_are_checked_field_by_field() {
    let long = "x".repeat(201);
    let identifier = |kind, value: &str| Probe::Identifier(IdentifierProbe { kind, value: value.to_owned() });
    let organisation =
        |name: &str| Probe::Organisation(OrganisationProbe { name: name.to_owned(), postcode: None });
    let partial = |pattern: &str| {
        let (kind, pattern) = (IdentifierKind::Vrm, pattern.to_owned());
        Probe::Partial(PartialProbe { kind, pattern, make: None, colour: None })
    };
    let address =
        |text: &str| Probe::Address(AddressProbe { text: Some(text.to_owned()), ..AddressProbe::default() });
    for (probe, complaint) in [
        (person("John", "Smith", None, None), None),
        (person("", "Smith", None, None), None),
        (person("John", "", Some("1984-03-02"), None), None),
        (person("John", "Smith", Some("1984-03-02"), Some("sw1a")), None),
        (person("John", "Smith", None, Some(" ")), None),
        (person("John", "", None, None), Some("probe.family_name: is needed")),
        (person("J", "", Some("1984-03-02"), None), Some("probe.family_name: is needed")),
        (person("", "", Some("1984-03-02"), None), Some("probe.family_name: is needed")),
        (person("", "X", None, None), Some("probe.family_name: alone")),
        (person("?", "Smith", None, None), Some("probe.given_names: holds no name")),
        (person("John", "--", None, None), Some("probe.family_name: holds no name")),
        (person("😀", "Smith", None, None), Some("probe.given_names: holds no name")),
        (person("John", "👨\u{200d}👩\u{200d}👧 €", None, None), Some("probe.family_name: holds no name")),
        (person("\u{200b}\u{202e}", "Smith", None, None), Some("probe.given_names: holds no name")),
        (person("Jo\u{200b}hn", "\u{2067}Sm\u{200d}ith\u{2069}", None, None), None),
        (person("Mr", "Dr", None, None), None),
        (person("J", "S", None, None), None),
        (person("", "", None, None), Some("probe.family_name: is needed")),
        (person("Иван", "Smith", None, None), None),
        (person("John", "Smith", Some("0001-01-01"), None), Some("probe.dob: must be a date")),
        (person("John", "Smith", Some("2999-01-01"), None), Some("probe.dob: must be a date")),
        (person(&long, "Smith", None, None), Some("probe.given_names: is longer")),
        (person("John", "Smith", Some("1899-12-31"), None), Some("probe.dob: must be a date")),
        (person("John", "Smith", Some("2100-01-01"), None), Some("probe.dob: must be a date")),
        (person("John", "Smith", None, Some("rubbish")), Some("probe.postcode: must be a postcode")),
        (identifier(IdentifierKind::PncId, "01/171310W"), None),
        (identifier(IdentifierKind::PncId, "01/171310X"), Some("pnc_id: check letter does not fit")),
        (identifier(IdentifierKind::Vrm, &long), Some("vrm: is longer")),
        (organisation("Acme Ltd"), None),
        (partial("AB1* C?E"), None),
        (partial("AB1*"), Some("vrm: says 11 bits")),
        (address("12 Mithril Lane, Acme"), None),
        (address("Mithril Lane"), Some("probe.text: says 10 bits")),
        (organisation(" "), Some("probe.name: is needed")),
    ] {
        let read = Subject::try_from(&probe);
        match (read, complaint) {
            (Ok(subject), None) => {
                let shown = format!("{subject:?}");
                assert!(
                    !shown.contains("mith") && !shown.contains("171310") && !shown.contains("cme"),
                    "{shown}"
                );
            }
            (Err(found), Some(wanted)) => {
                let found = found.to_string();
                assert!(found.starts_with(wanted), "{found:?} is not {wanted:?}");
            }
            (Ok(_), Some(wanted)) => panic!("not refused: {wanted}"),
            (Err(found), None) => panic!("refused: {found}"),
        }
    }
}
