//! Identifiers known in part: which patterns say enough, what they find, and what a refusal says.
//! Patterns are tried against records as an index would: a key brings a record up, then evidence counts.

use linkage::Identifier;
use linkage::identifier::generate;
use linkage::partial::{PartialSubject, PartialView, record_keys};
use model::Complaint;
use model::IdentifierKind::{self, *};
use model::probe::PartialProbe;
use proptest::prelude::*;

type Seen<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn parse(kind: IdentifierKind, (pattern, make, colour): Seen<'_>) -> Result<PartialSubject, Complaint> {
    let (make, colour) = (make.map(str::to_owned), colour.map(str::to_owned));
    PartialSubject::try_from(&PartialProbe { kind, pattern: pattern.to_owned(), make, colour })
}

fn subject(kind: IdentifierKind, seen: Seen<'_>) -> PartialSubject {
    parse(kind, seen).unwrap_or_else(|why| panic!("{seen:?}: {why}"))
}

/// Bits for a record, if a key brings it up.
fn found(subject: &PartialSubject, kind: IdentifierKind, (value, make, colour): Seen<'_>) -> Option<f64> {
    let record = Identifier::of_record(kind, value)?.identifier;
    let keys = record_keys(&record);
    let reached = subject.keys().iter().any(|key| keys.contains(key));
    let evidence = subject.evidence(PartialView { kind, value: record.value(), make, colour });
    reached.then_some(evidence).flatten()
}

#[test]
fn marks_half_seen() {
    let plain = |mark| (mark, None, None);
    let ford = |mark| (mark, Some("ford"), Some("blue"));
    for (seen, record, wanted) in [
        (plain("AB1* C?E"), plain("AB12 CDE"), true),
        (plain("AB1* C?E"), plain("AB12CFE"), true),
        (plain("AB1* C?E"), plain("AB22CFE"), false),
        (ford("AB1* C?E"), plain("AB12 CDE"), true),
        (ford("AB1* C?E"), ("AB12CDE", Some("FORD FOCUS"), Some("DARK BLUE")), true),
        (ford("AB1* C?E"), ("AB12CDE", Some("Seat"), Some("blue")), true),
        (ford("AB1* C?E"), ("AB12CDE", Some("Seat"), Some("red")), false),
        (ford("*CDE"), ("AB12CDE", Some("ford"), Some("blue")), true),
        (ford("*CDE"), ("AB12CDE", Some("ford"), Some("red")), false),
        (ford("*CDE"), ("A123CDE", Some("ford"), Some("blue")), true),
        (plain("LO51 AB?"), plain("L051 ABC"), true),
        (plain("L0SI ABC"), plain("LO51ABC"), true),
        (ford("V1P 1?"), ("VIP 12", Some("ford"), None), true),
        (plain("AB12 CDE"), plain("AB12 CDE"), true),
        (plain("AB12 CDE"), plain("A812 CDE"), true),
        (plain("AB12 CDE"), plain("AB12 CDF"), true),
        (plain("AB12 CDE"), plain("AB21 CDE"), true),
        (plain("AB12 CDE"), plain("AB12 DCE"), true),
        (plain("AB12 CDE"), plain("A812 CDF"), false),
        (plain("AB12 CDE"), plain("XY12 CDE"), false),
        (plain("F:AB-1*-CD"), plain("AB-123-CD"), true),
        (ford("?B12 C?E"), ("AB12CDE", None, None), true),
    ] {
        let reads = parse(Vrm, seen);
        let bits = reads.as_ref().ok().and_then(|subject| found(subject, Vrm, record));
        assert_eq!(bits.is_some(), wanted, "{seen:?} {record:?} {bits:?} {reads:?}");
    }
}

#[test]
fn better_agreement_is_better_evidence() {
    let seen = subject(Vrm, ("AB12 CDE", Some("ford"), Some("grey")));
    let bits = |record| found(&seen, Vrm, record).unwrap();
    let steps = [
        bits(("AB12 CDX", Some("ford"), None)),
        bits(("A812 CDE", Some("ford"), None)),
        bits(("AB12 CDE", Some("ford"), Some("silver"))),
        bits(("AB12 CDE", Some("ford"), None)),
        bits(("AB12 CDE", Some("ford"), Some("grey"))),
    ];
    assert!(steps.is_sorted(), "{steps:?}");
    assert_eq!(steps.last(), Some(&seen.bits()));
    assert!(PartialSubject::probability(seen.bits(), 1_000_000).value() > 0.99);
    assert!(PartialSubject::probability(steps[0], 1_000_000).value() < 0.9);
}

#[test]
fn numbers_by_what_is_known_of_them() {
    for (kind, pattern, record, wanted) in [
        (Phone, "*900123", "07700 900123", true),
        (Phone, "*900123", "+33 6 12 90 01 23", true),
        (Phone, "*900123", "07700 900124", false),
        (Phone, "07700 9??123", "07700 900123", true),
        (Phone, "+44 (0)7700 9??123", "07700 900123", true),
        (Phone, "07*900123", "07700 900123", true),
        (Phone, "07*900123", "020 7990 0123", false),
        (Imei, "*323751?", "490154203237518", true),
        (Imei, "4901542032375??", "490154203237518", true),
        (UkAccount, "*98765432", "12-34-56 98765432", true),
        (UkAccount, "*98765432", "98765432", true),
        (UkAccount, "12-34-5? 98765432", "12-34-56 98765432", true),
        (UkAccount, "12-34-5? 98765432", "98765432", false),
        (Iban, "GB*1234 5698 7654 32", "GB82WEST12345698765432", true),
        (Vin, "*ZXW000OO1", "WVWZZZ1JZXW000001", true),
        (Nino, "AB 12 34 ?? C", "AB123456C", true),
        (Passport, "?25665416", "925665416", true),
        (DrivingLicence, "MORGA657054*", "MORGA657054SM9IJ", true),
    ] {
        let subject = subject(kind, (pattern, None, None));
        let bits = found(&subject, kind, (record, None, None));
        assert_eq!(bits.is_some(), wanted, "{kind} {pattern} {record} {bits:?}");
    }
    let account = subject(UkAccount, ("*98765432", None, None));
    assert!(found(&account, Iban, ("GB82WEST12345698765432", None, None)).is_some());
    assert!(found(&account, Iban, ("DE89370400440532013000", None, None)).is_none());
}

#[test]
fn what_says_too_little_is_refused_with_the_reason() {
    let long = "A".repeat(10_000);
    let stars = "*?".repeat(4);
    for (kind, pattern, make, why) in [
        (
            Vrm,
            "*",
            None,
            "says 0 bits and 17 are the least, so that one in 130,000 fits by chance: add a character of the mark",
        ),
        (Vrm, "???????", None, "says 0 bits"),
        (Vrm, "", None, "must be letters and digits"),
        (Vrm, "  ", None, "must be letters and digits"),
        (Vrm, "AB*", None, "says 8 bits"),
        (Vrm, "AB12*", None, "says 14 bits"),
        (Vrm, "AB1*", Some("ford"), "says 14 bits"),
        (Vrm, "*A*B*C*", None, "says "),
        (Vrm, "A*B", Some("zaporozhets"), "says 15 bits"),
        (Vrm, "AB?D EFGH", None, "fits no value of this kind"),
        (Vrm, "A*😀", None, "must be letters and digits"),
        (Vrm, "AB12CD%", None, "with ? for one unknown character"),
        (Vrm, "%", None, "with ? for one unknown character"),
        (Vrm, ".*", None, "says 0 bits"),
        (Vrm, "^AB12", None, "with ? for one unknown character"),
        (Vrm, "[A-Z]{2}12", None, "with ? for one unknown character"),
        (Vrm, "\u{200b}*\u{202e}", None, "says 0 bits"),
        (Phone, "*", None, "says 0 bits"),
        (Phone, "???????????", None, "says 0 bits"),
        (Imei, "*8", None, "says 3 bits"),
        (Nino, "AB*", None, "says "),
        (DrivingLicence, "M*", None, "says "),
        (Postcode, "SW1*", None, "give it whole"),
        (Uprn, "1*", None, "give it whole"),
        (Handle, "r*", None, "give it whole"),
        (Vrm, "GB:AB12C*", None, "a foreign mark"),
        (Vrm, &long, None, "is longer than 60 characters"),
        (Phone, &stars, None, "says 0 bits"),
        (
            Phone,
            "*4521",
            None,
            "says 13 bits and 19 are the least, so that one in 500,000 fits by chance: add the digits before",
        ),
        (Phone, "07700*", None, "says "),
        (Phone, "0*1*2*3*4*5*6*7*8", None, "too many *"),
        (Phone, "077?0 9?0 1?3", None, "too far apart"),
        (Phone, "900123", None, "fits no value"),
        (Imei, "49015420*", None, "says 8 bits"),
        (UkAccount, "12-34-56*", None, "says 9 bits"),
        (Email, "j*@example.com", None, "give it whole"),
        (Phone, "*900123", Some("ford"), "tell vehicles apart"),
        (Vrm, "AB12C*", Some("?!"), "holds no make"),
        (Vrm, "AB12C*", Some(&long), "longer than 200"),
    ] {
        let complaint = parse(kind, (pattern, make, None)).unwrap_err().to_string();
        assert!(complaint.contains(why), "{kind} {pattern:.20}: {complaint}");
        let shown = pattern.len() > 3 && complaint.replace("AB1* C?E", "").contains(pattern);
        assert!(!shown, "{complaint}");
    }
    assert_eq!(format!("{:?}", subject(Vrm, ("AB12C*", None, None))), "PartialSubject(vrm, …)");
}

/// Bytes to hide under `?` or, from the first to the last of them, under one `*`.
fn hidden(value: &str, mask: u32, star: bool) -> String {
    let hides = |place: usize| mask >> (place % 32) & 1 == 1;
    let first = (0..value.len()).find(|&p| hides(p)).unwrap_or(0);
    let last = (0..value.len()).rfind(|&p| hides(p)).unwrap_or(0);
    let mut out = String::new();
    for (place, c) in value.chars().enumerate() {
        match (star && mask != 0 && (first..=last).contains(&place), hides(place)) {
            (true, _) if place == first => out.push('*'),
            (true, _) => {}
            (false, true) => out.push('?'),
            (false, false) => out.push(c),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_record_is_found_by_every_pattern_of_it_that_is_let_through(
        number: u64, mask in 0_u32..1 << 17, keep in 0_u32..1 << 17, star: bool,
    ) {
        let account = format!("{:06} {:08}", number % 1_000_000, number % 99_999_999);
        for (kind, value) in [
            (Vrm, generate::vrm(number)),
            (Vin, generate::vin("1HG", number)),
            (Imei, generate::imei(number)),
            (Nino, generate::nino(number)),
            (Phone, format!("+447700{:06}", number % 1_000_000)),
            (UkAccount, account),
        ] {
            let value = Identifier::of_record(kind, &value).unwrap().identifier;
            let bare: String = value.value().chars().filter(char::is_ascii_alphanumeric).collect();
            let pattern = hidden(&bare, mask & keep, star);
            let pattern = if kind == Phone { pattern.replacen("44", "+44", 1) } else { pattern };
            let Ok(subject) = parse(kind, (&pattern, None, None)) else { continue };
            let bits = found(&subject, kind, (value.value(), None, None));
            prop_assert_eq!(bits, Some(subject.bits()), "{} {} {}", kind, pattern, value.value());
        }
    }

    #[test]
    fn one_misread_character_still_finds_a_mark_that_is_otherwise_seen(
        number: u64, place in 0_usize..7, other in 0_usize..22,
    ) {
        let mark = generate::vrm(number);
        let mut seen = mark.clone().into_bytes();
        if seen[place].is_ascii_uppercase() {
            seen[place] = b"ABCDEFGHJKLMNPQRSTUVWX"[other];
        }
        let seen = String::from_utf8(seen).unwrap();
        let subject = subject(Vrm, (&seen, None, None));
        prop_assert!(found(&subject, Vrm, (&mark, None, None)).is_some(), "{} {}", seen, mark);
    }

    #[test]
    fn no_pattern_makes_reading_panic(
        pattern in prop_oneof![any::<String>(), "[A-Z0-9*? ]{0,60}", "[*?]{0,60}", "([0-9][*?]{0,3}){0,20}"],
        make in proptest::option::of(any::<String>()),
    ) {
        for &kind in IdentifierKind::ALL {
            if let Ok(subject) = parse(kind, (&pattern, make.as_deref(), make.as_deref())) {
                prop_assert!(subject.bits() >= 17.0 && !subject.keys().is_empty(), "{} {}", kind, pattern);
                prop_assert!(subject.keys().len() <= 2_000);
                subject.evidence(PartialView { kind, value: &pattern, make: None, colour: None });
            }
        }
    }

    #[test]
    fn a_pattern_of_unknown_characters_alone_is_refused(pattern in "[*?]{1,60}") {
        for &kind in IdentifierKind::ALL {
            prop_assert!(parse(kind, (&pattern, None, None)).is_err());
        }
    }
}
