//! What must hold of whatever text arrives, one function for each reader. The ordinary suite drives them over nasty texts
//! and random bytes; the fuzz targets, which include this very file, over what a fuzzer finds.

use linkage::address::{AddressRecord, AddressSubject, RawAddress, address_words};
use linkage::identifier::check_holder;
use linkage::name::{family_name, given_names};
use linkage::organisation::{OrganisationRecord, OrganisationSubject, RawOrganisation, organisation_name};
use linkage::partial::{PartialSubject, PartialView};
use linkage::person::{PROBE_KEYS_MAX, PersonRecord, PersonSubject, RECORD_KEYS_MAX, RawPerson};
use linkage::postcode::Postcode;
use linkage::{Identifier, address, organisation, partial, person};
use model::IdentifierKind;
use model::probe::{AddressProbe, OrganisationProbe, PartialProbe, PersonProbe};

/// Characters that show nothing and could hide in a normal form.
const HIDDEN: [char; 6] = ['\u{200b}', '\u{200d}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{ad}'];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Two texts, divided at the first line break.
fn two(bytes: &[u8]) -> (String, String) {
    let text = text(bytes);
    match text.split_once('\n') {
        Some((first, second)) => (first.to_owned(), second.to_owned()),
        None => (text, String::new()),
    }
}

/// A kind, from the first byte, and the text after it.
fn kind_and_text(bytes: &[u8]) -> (IdentifierKind, String) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let kind = IdentifierKind::ALL[usize::from(*first) % IdentifierKind::ALL.len()];
    (kind, text(rest))
}

/// Names of people: normal forms are stable, plain and short; a record finds itself.
pub(crate) fn names(bytes: &[u8]) {
    let (given, family) = two(bytes);
    for (normalise, raw) in
        [(given_names as fn(&str) -> String, &given), (family_name, &family), (family_name, &given)]
    {
        let once = normalise(raw);
        assert_eq!(normalise(&once), once, "a normal name stays as it is");
        assert!(
            once.len() <= 200
                && once.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' ')
        );
    }
    let aliases = [given.as_str(), family.as_str()];
    let record = PersonRecord::read(&RawPerson {
        given_names: &given,
        family_name: &family,
        aliases: &aliases,
        postcode: Some(&given),
        ..RawPerson::default()
    });
    let stored = person::record_keys(&record);
    assert!(stored.len() <= RECORD_KEYS_MAX);
    let probe = PersonProbe { given_names: given, family_name: family, ..PersonProbe::default() };
    if let Ok(subject) = PersonSubject::try_from(&probe) {
        let asked = person::probe_keys(&subject);
        assert!(
            asked.len() <= PROBE_KEYS_MAX && asked.iter().any(|key| stored.contains(key)),
            "a record finds itself"
        );
        assert!(person::compare(&subject, &record).probability(1e-6).value().is_finite());
    }
}

/// Identifiers: what is read reads the same again, as a record too, and names itself.
pub(crate) fn identifiers(bytes: &[u8]) {
    let (kind, raw) = kind_and_text(bytes);
    let record = Identifier::of_record(kind, &raw);
    let Ok(read) = Identifier::parse(kind, &raw) else {
        assert!(record.is_none_or(|record| record.failed_check && !record.identifier.value().is_empty()));
        return;
    };
    assert!(!read.value().is_empty() && !read.value().contains(HIDDEN), "{kind}");
    assert!(record.is_some_and(|record| !record.failed_check && record.identifier == read));
    match Identifier::parse(kind, read.value()) {
        Ok(again) => assert_eq!(again.value(), read.value(), "{kind}"),
        // A foreign mark leaves its country's sign behind.
        Err(_) => assert!(kind == IdentifierKind::Vrm && raw.contains(':'), "{kind}"),
    }
    assert_eq!(read.agreement(&read, 1_000).map(|p| p.value()), Some(1.0));
    assert!(read.keys().contains(&read.key()));
    let holder = PersonProbe { family_name: raw, ..PersonProbe::default() };
    let _ = check_holder(&read, &holder);
}

/// Identifiers in part: what is taken says enough, asks under keys, and never takes everything.
pub(crate) fn partials(bytes: &[u8]) {
    let (kind, pattern) = kind_and_text(bytes);
    let probe = PartialProbe { kind, pattern: pattern.clone(), make: None, colour: None };
    let Ok(subject) = PartialSubject::try_from(&probe) else { return };
    assert!(subject.bits() >= 17.0, "{kind} takes a pattern that says {} bits", subject.bits());
    assert!(!subject.keys().is_empty() && pattern.chars().any(|c| c.is_alphanumeric()));
    let _ = format!("{subject:?}");
    // What the pattern would be as a value, which may be none of the kind.
    let value = pattern.replace(['?', '*'], "1");
    if let Some(record) = Identifier::of_record(kind, &value) {
        let view = PartialView { kind, value: record.identifier.value(), make: None, colour: None };
        assert!(subject.evidence(view).is_none_or(|bits| bits <= subject.bits() + 1e-9));
        partial::record_keys(&record.identifier);
    }
}

/// Addresses: normal words are stable, and what is taken can be compared with any record.
pub(crate) fn addresses(bytes: &[u8]) {
    let (first, second) = two(bytes);
    for raw in [&first, &second] {
        let once = address_words(raw);
        assert_eq!(address_words(&once), once, "normal words stay as they are");
    }
    let record = AddressRecord::read(&RawAddress { address: &first, town: &second, postcode: Some(&second) });
    let probe = AddressProbe { postcode: None, number: Some(second), text: Some(first) };
    if let (Ok(subject), Some(record)) = (AddressSubject::try_from(&probe), record) {
        assert!(address::record_keys(&record).len() <= address::KEYS_MAX);
        address::probe_keys(&subject);
        assert!(address::probability(&address::compare(&subject, &record), 1_000).value().is_finite());
    }
}

/// Organisations: the normal name is stable, and a record finds itself.
pub(crate) fn organisations(bytes: &[u8]) {
    let (name, alias) = two(bytes);
    let once = organisation_name(&name);
    assert_eq!(organisation_name(&once), once, "a normal name stays as it is");
    let aliases = [alias.as_str()];
    let record =
        OrganisationRecord::read(&RawOrganisation { name: &name, aliases: &aliases, postcode: Some(&alias) });
    let stored = organisation::record_keys(&record);
    assert!(stored.len() <= organisation::KEYS_MAX);
    if let Ok(subject) = OrganisationSubject::try_from(&OrganisationProbe { name, postcode: None }) {
        assert!(
            organisation::probe_keys(&subject).iter().any(|key| stored.contains(key)),
            "a record finds itself"
        );
        assert!(organisation::compare(&subject, &record).probability(1e-6).value().is_finite());
    }
}

/// Postcodes: what is read reads the same again.
pub(crate) fn postcodes(bytes: &[u8]) {
    if let Ok(read) = Postcode::parse(&text(bytes)) {
        assert_eq!(Postcode::parse(read.as_str()), Ok(read.clone()));
        assert!(read.as_str().is_ascii() && read.as_str().len() <= 9, "a postcode is short and plain");
    }
}
