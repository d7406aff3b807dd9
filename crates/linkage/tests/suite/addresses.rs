//! Addresses: what a probe must say, which records it brings up, and how strongly they are held to be the one.
//! Probes as an asker writes them against records as sources hold them.

use linkage::address::{
    AddressRecord, AddressSubject, KEYS_MAX, RawAddress, address_words, compare, probability, probe_keys,
    record_keys,
};
use model::Complaint;
use model::probe::AddressProbe;
use proptest::prelude::*;

type Probe<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);
type Held<'a> = (&'a str, &'a str, Option<&'a str>);

fn subject((postcode, number, text): Probe<'_>) -> Result<AddressSubject, Complaint> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let probe = AddressProbe { postcode: own(postcode), number: own(number), text: own(text) };
    AddressSubject::try_from(&probe)
}

fn record((address, town, postcode): Held<'_>) -> AddressRecord {
    AddressRecord::read(&RawAddress { address, town, postcode }).unwrap()
}

/// The probability among a hundred thousand, if a key brings the record up.
fn found(probe: Probe<'_>, held: Held<'_>) -> Option<f64> {
    let subject = subject(probe).unwrap_or_else(|why| panic!("{probe:?}: {why}"));
    let record = record(held);
    let keys = record_keys(&record);
    assert!(keys.len() <= KEYS_MAX);
    let reached = probe_keys(&subject).iter().any(|key| keys.contains(key));
    reached.then(|| probability(&compare(&subject, &record), 100_000).value())
}

#[test]
fn addresses_are_found_by_what_is_known_of_them() {
    let mill = ("12 Mill Lane", "Ripon", Some("HG4 1AB"));
    for (probe, held, hit) in [
        ((Some("HG4 1AB"), Some("12"), None), mill, true),
        ((Some("hg41ab"), Some("12"), None), mill, true),
        ((Some("HG4 1AB"), Some("14"), None), mill, false),
        ((Some("HG4 1AB"), Some("12A"), None), mill, true),
        ((Some("HG4 1AB"), Some("12"), None), ("", "Ripon", Some("HG4 1AB")), false),
        ((Some("HG4 1AD"), Some("12"), Some("Mill Ln, Ripon")), mill, true),
        ((None, None, Some("12 Mill Ln, Ripon HG4 1AB")), mill, true),
        ((None, None, Some("12 Mill Lane, Ripon")), mill, true),
        ((None, None, Some("12 Mil Lane, Rippon")), mill, true),
        ((None, None, Some("Ripon, Mill Lane 12")), mill, true),
        ((None, None, Some("12 Mill Road, Ripon")), mill, true),
        ((None, None, Some("14 Mill Lane, Ripon")), mill, false),
        ((None, None, Some("12 Mill Lane, Thirsk")), mill, false),
        ((None, None, Some("12 Mill Lane, HG4")), mill, true),
        ((None, None, Some("12 Mill Lane, Ripon")), ("10-14 Mill Lane", "Ripon", None), true),
        ((None, None, Some("Flat 3, 12 Mill Lane, Ripon")), ("Flat 3 12 Mill Lane", "Ripon", None), true),
        (
            (Some("HG4 1AB"), Some("Flat 3, 12"), None),
            ("Flat 9, 12 Mill Lane", "Ripon", Some("HG4 1AB")),
            true,
        ),
        ((None, None, Some("Rose Cottage, Mill Lane, Ripon")), ("Rose Cottage Mill La", "Ripon", None), true),
        ((Some("HG4 1AB"), Some("Rose Cottage"), None), ("Rose Cottage Mill La", "", Some("HG4 1AB")), true),
        ((None, None, Some("Flat 2a, 12 Mill Lane, Ripon")), ("Flat 2A 12 Mill Lane", "Ripon", None), true),
        ((None, None, Some("1st Floor, 12 Mill Lane, Ripon")), mill, true),
        ((None, None, Some("c/o Quince, 12 Mill Lane, Ripon")), mill, true),
        ((None, None, Some("12-14 Mill Lane, Ripon")), mill, true),
        (
            (None, None, Some("The Cottage, Mill Lane, Ripon HG4 1AB")),
            ("The Cottage, Mill La", "Ripon", Some("HG4 1AB")),
            true,
        ),
        ((None, None, Some("5 St John's Rd, St Albans")), ("5 Saint Johns Road", "St. Albans", None), true),
    ] {
        let p = found(probe, held);
        assert_eq!(p.is_some_and(|p| p >= 0.5), hit, "{probe:?} {held:?} {p:?}");
    }
}

#[test]
fn an_address_that_says_too_little_is_refused_with_the_reason() {
    let long = "x".repeat(10_000);
    for (probe, why) in [
        ((None, None, None), "probe.text: says 0 bits and 19 are the least, so that one address in 500,000"),
        ((None, None, Some("High Street")), "add the house number, and the town or the postcode"),
        ((None, Some("12"), None), "says 5 bits"),
        ((None, None, Some("12 High Street")), "add the street, and the town or the postcode"),
        ((None, None, Some("Leeds")), "says 9 bits"),
        ((Some("LS1"), Some("12"), None), "add the street"),
        ((Some("LS1 4AB"), None, None), "add the house number or the street"),
        ((Some("LS1 4AB"), Some("😀?"), None), "probe.number: holds no house number or name"),
        ((None, None, Some("🏠 🌍 🇬🇧")), "says 0 bits"),
        ((Some("LS1 4AB"), Some("??"), None), "probe.number: holds no house number or name"),
        ((Some("nowhere"), Some("12"), None), "probe.postcode: must be a postcode"),
        ((None, None, Some(long.as_str())), "probe.text: is longer than 200"),
    ] {
        let complaint = subject(probe).err().unwrap_or_else(|| panic!("{probe:.60?} should be refused"));
        assert!(complaint.to_string().contains(why), "{complaint}");
    }
}

proptest! {
    #[test]
    fn normal_words_stay_as_they_are(raw in prop_oneof![
        any::<String>(), "[A-Za-z0-9 ,.'/-]{0,80}", "((flat|st|12|3a|e1|6an|high|rd|sw1a|1aa|b2|no)[ ,-]){0,12}",
    ]) {
        let once = address_words(&raw);
        prop_assert_eq!(address_words(&once), once);
    }

    #[test]
    fn a_record_finds_itself(
        number in "[1-9][0-9]{0,2}[a-c]?", street in "[A-Z][a-z]{3,9}", kind in "(Street|Rd|Ave|Close)",
        town in "[A-Z][a-z]{3,9}",
    ) {
        let address = format!("{number} {street} {kind}");
        let text = format!("{address}, {town}");
        let held = (address.as_str(), town.as_str(), Some("HG4 1AB"));
        prop_assert!(found((None, None, Some(&text)), held).unwrap() > 0.8);
        prop_assert!(found((Some("HG4 1AB"), Some(&number), None), held).unwrap() > 0.8);
    }

    #[test]
    fn no_text_makes_reading_panic(a: String, b: String, c: String) {
        if let Ok(subject) = subject((Some(&a), Some(&b), Some(&c))) {
            probe_keys(&subject);
        }
        if let Some(record) = AddressRecord::read(&RawAddress { address: &a, town: &b, postcode: Some(&c) }) {
            record_keys(&record);
        }
    }
}
