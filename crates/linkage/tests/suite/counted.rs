//! How common names, dates and postcodes are in a force's own records decides what it weighs that they agree.

use std::sync::Arc;

use linkage::person::{
    Comparer, Confidence, Field, Level, NameCounter, PersonRecord, PersonSubject, RawPerson, Weights,
};
use model::probe::PersonProbe;

#[test]
fn a_letter_that_slipped_in_a_short_name_is_told_by_how_many_bear_it() {
    let borne =
        [("Khan", 3_000), ("Tran", 500), ("Tan", 700), ("Hall", 2_000), ("Hill", 1_500), ("Bell", 300_000)];
    let borne = borne.map(|(family, times)| ("Ann", family, times));
    let bits = |asked, held| name_bits(&borne, ("Ann", asked), ("Ann", held), Field::Family).1;
    for (asked, held, least, most) in [
        // Nobody is called so: a slip of the name that many bear.
        ("Kha", "Khan", 3.0, 8.0),
        ("Hll", "Hall", 3.0, 8.0),
        // Two names that are both borne.
        ("Tran", "Tan", -5.0, 1.0),
        ("Hall", "Hill", -5.0, -3.0),
    ] {
        let found = bits(asked, held);
        assert!((least..=most).contains(&found), "{asked} {held}: {found}");
        assert_eq!(found, bits(held, asked), "{asked} {held}");
    }
}

#[test]
fn an_exchanged_day_and_month_is_weighed_among_dates_that_can_be_exchanged() {
    let mut counter = NameCounter::new();
    for month in 1..=12 {
        for day in 1..=28 {
            let dob = Some(jiff::civil::date(1984, month, day));
            let raw = RawPerson { given_names: "Ann", family_name: "Bell", dob, ..RawPerson::default() };
            (0..10).for_each(|_| counter.add(PersonRecord::read(&raw).view()));
        }
    }
    let confidence = Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000));
    let bits = |held: &str| {
        let probe = PersonProbe { dob: "1984-03-02".parse().ok(), ..asked("Ann", "Bell") };
        let subject = PersonSubject::try_from(&probe).unwrap().under(&confidence);
        let raw = RawPerson {
            given_names: "Ann",
            family_name: "Bell",
            dob: held.parse().ok(),
            ..RawPerson::default()
        };
        let score = Comparer::new(&subject).compare(PersonRecord::read(&raw).view());
        score.parts().find(|part| part.field == Field::Dob).map_or(0.0, |part| part.weight)
    };
    // Of pairs about 36 of a hundred have such dates.
    let m = |level| confidence.weights().odds(Field::Dob, level).unwrap().m;
    let wanted = (m(Level::Exact) / (m(Level::Swapped) / 0.361)).log2();
    let found = bits("1984-03-02") - bits("1984-02-03");
    assert!((found - wanted).abs() < 0.01, "{found} for {wanted}");
}

/// What a field weighs where this probe's names meet a record's, among records of which so many bear each given and family name.
fn name_bits(
    borne: &[(&str, &str, u32)],
    asked: (&str, &str),
    held: (&str, &str),
    field: Field,
) -> (Level, f64) {
    let mut counter = NameCounter::new();
    for (given_names, family_name, times) in borne {
        let raw = RawPerson { given_names, family_name, ..RawPerson::default() };
        let record = PersonRecord::read(&raw);
        (0..*times).for_each(|_| counter.add(record.view()));
    }
    let confidence = Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000));
    let subject = PersonSubject::try_from(&self::asked(asked.0, asked.1)).unwrap().under(&confidence);
    let raw = RawPerson { given_names: held.0, family_name: held.1, ..RawPerson::default() };
    let score = Comparer::new(&subject).compare(PersonRecord::read(&raw).view());
    score
        .parts()
        .find(|part| part.field == field)
        .map_or((Level::Missing, 0.0), |part| (part.level, part.weight))
}

/// A probe of names alone.
fn asked(given_names: &str, family_name: &str) -> PersonProbe {
    PersonProbe {
        given_names: given_names.to_owned(),
        family_name: family_name.to_owned(),
        ..PersonProbe::default()
    }
}

/// Names of two traditions, with further ones.
const BORNE: &[(&str, &str, u32)] = &[
    ("Gary Keith", "Bell", 3_000),
    ("Keith Gary", "Hill", 2_000),
    ("Ann", "Cooper", 60_000),
    ("Andrew Thomas", "Cooper", 2_000),
    ("Thomas Keith", "Bell", 2_000),
    ("Emma", "Bell", 10_000),
    ("Emm", "Bell", 20),
    ("Vasile Ion", "Popescu", 300),
    ("Ion Vasile", "Ionescu", 300),
    ("Joseph", "Hill", 3_000),
];

#[test]
fn given_names_written_as_one_say_what_both_say() {
    let bits = |asked, held| name_bits(BORNE, (asked, "Zola"), (held, "Zola"), Field::Given).1;
    let (one, both) = (bits("Gary", "Gary"), bits("Gary Keith", "Garykeith"));
    assert!(both > one + 4.0, "{both} of both, {one} of one");
    assert_eq!(both, bits("Garykeith", "Gary Keith"));
    // A name that many bear as one says no more than that.
    let many = [BORNE, &[("Garykeith", "Bell", 3_000)]].concat();
    let (_, few) = name_bits(&many, ("Gary Keith", "Zola"), ("Garykeith", "Zola"), Field::Given);
    assert!(few < one + 1.0, "{few} of both, {one} of one");
}

#[test]
fn names_exchanged_in_a_search_are_compared_as_what_they_are() {
    for (asked, held, field, level) in [
        (("Cooper", "Andrew Thomas"), ("Andrew Thomas", "Cooper"), Field::Middle, Level::Exact),
        (("Thorholm", "Joseph"), ("Joey", "Thorholm"), Field::Given, Level::Nickname),
        (("Thorholm", "Joseph"), ("J", "Thorholm"), Field::Given, Level::Initial),
    ] {
        let (found, bits) = name_bits(BORNE, asked, held, field);
        assert_eq!(found, level, "{asked:?} {held:?}");
        assert!(bits > 1.0, "{asked:?} {held:?}: {bits}");
        assert_eq!(name_bits(BORNE, asked, held, Field::Order).0, Level::Swapped, "{asked:?} {held:?}");
    }
}

#[test]
fn a_further_name_of_the_first_one_s_tradition_says_less() {
    let borne = [
        ("Vasile", "Popescu", 9_000),
        ("Ion", "Popescu", 9_000),
        ("Vasile", "Ionescu", 9_000),
        ("Ion", "Ionescu", 9_000),
        ("Gary", "Bell", 9_000),
        ("Keith", "Bell", 9_000),
        ("Gary", "Hill", 9_000),
        ("Keith", "Hill", 9_000),
    ];
    let bits = |first: &str| {
        let given = format!("{first} Ion");
        name_bits(&borne, (&given, "Zola"), (&given, "Zola"), Field::Middle).1
    };
    // Half of all are of either tradition.
    let (own, other) = (bits("Vasile"), bits("Gary"));
    assert!(own + 0.8 < other, "{own} in its tradition, {other} in another");
}

#[test]
fn a_first_letter_hardly_goes_with_a_family_name() {
    let (_, bits) = name_bits(BORNE, ("V", "Popescu"), ("Vasile", "Popescu"), Field::Given);
    let (_, name) = name_bits(BORNE, ("Vasile", "Popescu"), ("Vasile", "Popescu"), Field::Given);
    assert!(bits > name, "{bits} of the letter, {name} of the name");
}

#[test]
fn a_rare_letter_of_a_further_name_says_more() {
    let bits = |further: &str, letter: &str| {
        let (asked, held) = (format!("Gary {further}"), format!("Gary {letter}"));
        name_bits(BORNE, (&asked, "Bell"), (&held, "Bell"), Field::Middle)
    };
    let (common, rare) = (bits("Ann", "A"), bits("Vasile", "V"));
    assert_eq!((common.0, rare.0), (Level::Initial, Level::Initial));
    assert!(rare.1 > common.1 + 2.0, "{rare:?} {common:?}");
}

#[test]
fn a_letter_lost_from_her_name_is_a_slip_where_few_are_called_so() {
    let (_, slip) = name_bits(BORNE, ("Emm", "Zola"), ("Emma", "Zola"), Field::Given);
    assert!(slip > 1.0, "{slip}");
}

#[test]
fn two_slips_of_one_name_say_no_more_than_it_does() {
    let bits = |asked, held| name_bits(BORNE, (asked, "Zola"), (held, "Zola"), Field::Given).1;
    let (slips, name) = (bits("Joseeph", "Josseph"), bits("Joseeph", "Joseph"));
    assert!(slips <= name + 0.5 && name < 6.0, "{slips} of two slips, {name} of one");
    // Nobody is called what these may be slips of.
    assert!(bits("Quintilla", "Quintila") > 8.0);
}

#[test]
fn further_names_beside_another_first_one_say_little() {
    let bits = |held| name_bits(BORNE, ("Gary Vasile", "Zola"), (held, "Zola"), Field::Middle);
    let (same, other) = (bits("Gary Vasile"), bits("Thomas Vasile"));
    assert!(same.0 == Level::Exact && same.1 > 4.0, "{same:?}");
    assert!(other.0 == Level::Exact && other.1 <= 2.0, "{other:?}");
}

#[test]
fn initials_are_no_name_that_was_misspelt() {
    for (asked, held) in [("A K", "A C"), ("A C", "A K"), ("J R", "JT")] {
        let level = name_bits(BORNE, (asked, "Zola"), (held, "Zola"), Field::Given).0;
        assert!(matches!(level, Level::Initial | Level::Differ), "{asked} {held}: {level}");
    }
}

#[test]
fn a_slip_in_a_postcode_says_more_than_its_district() {
    let bits = |held| {
        let probe = PersonProbe { postcode: Some("E8 3QX".to_owned()), ..asked("Ann", "Bell") };
        let subject = PersonSubject::try_from(&probe).unwrap();
        let raw = RawPerson {
            given_names: "Ann",
            family_name: "Hill",
            postcode: Some(held),
            ..RawPerson::default()
        };
        let score = Comparer::new(&subject).compare(PersonRecord::read(&raw).view());
        score.parts().find(|part| part.field == Field::Postcode).map_or(0.0, |part| part.weight)
    };
    let falling = ["E8 3QX", "E8 3XQ", "E8 4BD", "N1 4BD"].map(bits);
    assert!(falling.is_sorted_by(|a, b| a > b), "{falling:?}");
    assert_eq!(bits("E8 3XQ"), bits("E9 3QX"));
}
