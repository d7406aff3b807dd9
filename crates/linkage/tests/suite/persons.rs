//! Persons: which pairs meet under a key, and how strongly they are held to be one.
//! Each case is a probe, a record, and the least and most probability among a million records.

use std::sync::Arc;

use jiff::civil::Date;
use linkage::person::{
    Comparer, Confidence, Facts, Field, Level, NameCounter, NameForm, NameTable, PersonRecord, PersonSubject,
    RECORD_KEYS_MAX, RawPerson, Weigher, Weights, candidate_sets, compare, explain, probe_keys, random_pairs,
    record_keys, train,
};
use model::probe::{Born, PersonProbe};
use model::vocabulary::{DobPrecision, Sex};

/// `given|family|dob|postcode|sex||nationality`, as a record without aliases; parts may be left out at the end.
fn subject(text: &str) -> PersonSubject {
    let mut parts = text.split('|').map(str::to_owned);
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let probe = PersonProbe {
        given_names: next().unwrap_or_default(),
        family_name: next().unwrap_or_default(),
        dob: next().map(|dob| dob.parse().unwrap()),
        postcode: next(),
        sex: next().map(|sex| sex.parse().unwrap()),
        nationality: parts.nth(1).filter(|part| !part.is_empty()),
        ..PersonProbe::default()
    };
    PersonSubject::try_from(&probe).unwrap()
}

/// As a probe, with a birth date such as `1984 year`, then aliases separated by semicolons, before the nationality.
fn record(text: &str) -> PersonRecord {
    let parts: Vec<&str> = text.split('|').collect();
    let part = |at: usize| parts.get(at).copied().filter(|part| !part.is_empty());
    let (dob, precision) = match part(2).map(|dob| dob.split_once(' ').unwrap_or((dob, "day"))) {
        Some((dob, precision)) => {
            (Some(dob.parse::<Date>().unwrap()), Some(precision.parse::<DobPrecision>().unwrap()))
        }
        None => (None, None),
    };
    let aliases: Vec<&str> = part(5).map(|aliases| aliases.split(';').collect()).unwrap_or_default();
    PersonRecord::read(&RawPerson {
        given_names: part(0).unwrap_or_default(),
        family_name: part(1).unwrap_or_default(),
        aliases: &aliases,
        dob,
        dob_precision: precision,
        sex: part(4).map(|sex| sex.parse::<Sex>().unwrap()),
        nationality: part(6),
        postcode: part(3),
    })
}

fn meet(probe: &PersonSubject, record: &PersonRecord) -> bool {
    let keys = record_keys(record);
    probe_keys(probe).iter().any(|key| keys.contains(key))
}

const PRIOR: f64 = 1e-6;

fn check(cases: &[(&str, &str, f64, f64)]) {
    for &(probe, stored, least, most) in cases {
        let (subject, record) = (subject(probe), record(stored));
        let score = compare(&subject, &record);
        let p = score.probability(PRIOR).value();
        let parts: Vec<_> = score.parts().collect();
        assert!((least..=most).contains(&p), "{probe} / {stored}: {p} {parts:?}");
        assert!(meet(&subject, &record) || most < 0.5, "{probe} / {stored} do not meet");
    }
}

#[test]
fn one_person_written_differently_is_found_and_held_likely() {
    let found = |probe, stored| (probe, stored, 0.5, 1.0);
    check(&[
        found("John|Smith|1984-03-02", "John|Smith|1984-03-02"),
        found("John|Smith|1984-03-02", "JOHN PAUL|SMITH|1984-03-02"),
        found("Jon|Smith|1984-03-02", "John|Smith|1984-03-02"),
        found("Jack|Smith|1984-03-02", "John|Smith|1984-03-02"),
        found("Bill|Brown|1970-12-01", "William|Brown|1970-12-01"),
        found("Kate|O'Neill|1991-05-17", "Katherine|ONeill|1991-05-17"),
        found("John|Smyth|1984-03-02", "John|Smith|1984-03-02"),
        found("John|Simth|1984-03-02", "John|Smith|1984-03-02"),
        found("John|Smith|1984-02-03", "John|Smith|1984-03-02"),
        found("Stephen|Wright|1985-03-02", "Steven|Wright|1984-03-02"),
        found("Mohammed|Hussain|1991-07-14", "Muhammad|Hussein|1991-07-14"),
        found("Mohd|Al-Hassan|1991-07-14", "Mohamed|Hassan|1991-07-14"),
        found("Hussain|Mohammed|1991-07-14", "Mohammed|Hussain|1991-07-14"),
        found("Nguyen|Van Anh|1995-11-23", "Van Anh|Nguyen|1995-11-23"),
        found("Wei|Zhang|1988-08-08", "Zhang|Wei|1988-08-08"),
        found("Sean|Mc Donald|1979-09-30", "Shaun|MacDonald|1979-09-30"),
        found("Jan|van der Berg|1975-04-04", "Jan|Vanderberg|1975-04-04"),
        found("Maria|de la Cruz|1990-10-20", "María|Cruz|1990-10-20"),
        found("Sarah|Jones|1982-06-15", "Sarah|Jones-Taylor|1982-06-15"),
        found("Sarah|Taylor|1982-06-15|SW1A 1AA", "Sarah|Jones|1982-06-15|SW1A 1AA"),
        found("Krzysztof|Łukasiewicz|1986-01-29", "Krzysztof|Lukasiewicz|1986-01-29"),
        found("Aleksandr|Иванов|1977-02-11", "Alexander|Ivanov|1977-02-11"),
        found("|Featherstonehaugh|1961-08-19", "Algernon|Featherstonehaugh|1961-08-19"),
        found("John|Smith|1984-03-02", "J|Smith|1984-03-02"),
        found("Paul|Smith|1984-03-02", "John Paul|Smith|1984-03-02"),
        found("Mary Ann|Evans|1990-11-22", "Maryann|Evans|1990-11-22"),
        found("John|Smith||SW1A 1AA", "John|Smith||SW1A 1AA"),
        found("John|Smith|1984-03-02", "Jonathan|Smith|1984-03-02"),
        found("Dave|Razorson|1984-03-02", "Alan|Other|1984-03-02|||Dave Razorson"),
        found("Razor|Smith|1984-03-02", "John|Smith|1984-03-02|||Razor"),
        found("John|Smith|1984-03-02", "Peter|Jones|1984-03-02|||SMITH, John;Pete"),
        found("Christopher|Featherstone|1984-03-02", "Cristofer|Fetherston|1984-03-02"),
        found("John Paul|Smith|1984-03-02|SW1A 1AA|male", "John Paul|Smith|1984-01-01 year|SW1A 1AA|male"),
    ]);
}

#[test]
fn two_persons_are_held_unlikely() {
    let apart = |probe, stored| (probe, stored, 0.0, 0.2);
    check(&[
        apart("John|Smith|1984-03-02", "John|Smith|1971-11-28"),
        apart("John|Smith|1984-03-02", "Peter|Jones|1984-03-02"),
        apart("John|Smith|1984-03-02", "Sarah|Smith|1984-07-19"),
        apart("Mohammed|Hussain|1991-07-14", "Mohammed|Khan|1990-02-03"),
        apart("John|Smith|1984-03-02|SW1A 1AA|male", "Jane|Smith|1986-09-12|SW1A 1AA|female"),
        apart("Wei|Zhang|1988-08-08", "Li|Wang|1988-08-08"),
        apart("|Smith", "John|Smith"),
    ]);
}

#[test]
fn a_common_name_alone_is_not_enough() {
    check(&[
        ("John|Smith", "John|Smith", 0.02, 0.2),
        ("John|Smith", "John|Smith|1984-03-02|SW1A 1AA|male", 0.02, 0.2),
        ("|Smith", "|Smith", 0.0, 0.01),
        ("Dave|Smith", "David|Smith", 0.001, 0.1),
        // Two slips: a possibility, until the rarity of the names is counted.
        ("Oluwaseun|Adebayo|1993-04-18", "Oluwasuen|Adebayo|1993-04-19", 0.2, 0.5),
    ]);
}

#[test]
fn levels_name_what_agreed() {
    for (probe, stored, field, level) in [
        ("John|Smith", "John|Smith", Field::Family, Level::Exact),
        ("John|Smith", "John|Smyth", Field::Family, Level::Phonetic),
        ("John|Smith", "John|Schmidt", Field::Family, Level::Phonetic),
        ("John|Smith-Jones", "John|Jones", Field::Family, Level::Part),
        ("John|Smith", "John|Patel", Field::Family, Level::Differ),
        ("John|Smith", "John|", Field::Family, Level::Missing),
        ("Bill|Smith", "William|Smith", Field::Given, Level::Nickname),
        ("J|Smith", "John|Smith", Field::Given, Level::Initial),
        ("J|Smith", "Peter|Smith", Field::Given, Level::Differ),
        ("J P|Smith", "J P|Smith", Field::Given, Level::Initial),
        ("J P|Smith", "J P|Smith", Field::Middle, Level::Initial),
        ("Paul|Smith", "John Paul|Smith", Field::Given, Level::Part),
        ("Sachin|Smith", "Sachn|Smith", Field::Given, Level::Typo),
        ("John Paul|Smith", "John Paul|Smith", Field::Middle, Level::Exact),
        ("John P|Smith", "John Paul|Smith", Field::Middle, Level::Initial),
        ("John Paul|Smith", "John Mark|Smith", Field::Middle, Level::Differ),
        ("John Paul|Smith", "John|Smith", Field::Middle, Level::Missing),
        ("Smith|John", "John|Smith", Field::Order, Level::Swapped),
        ("John|Smith|1984-03-02", "John|Smith|1984-03-01 month", Field::Dob, Level::MonthKnown),
        ("John|Smith|1984-03-02", "John|Smith|1985-06-01 estimated", Field::Dob, Level::Estimated),
        ("John|Smith||SW1A 1AA", "John|Smith||SW1A 2AA", Field::Postcode, Level::Typo),
        ("John|Smith||SW1A 1AA", "John|Smith||SW1A 2AB", Field::Postcode, Level::Part),
        ("John|Smith||SW1A", "John|Smith||SW1A 2AA", Field::Postcode, Level::OutwardKnown),
        ("John|Smith||SW1A 1AA", "John|Smith||M1 1AE", Field::Postcode, Level::Differ),
        ("John|Smith||SW1A 1AA", "John|Smith||rubbish", Field::Postcode, Level::Missing),
        ("John|Smith|||male", "John|Smith|||female", Field::Sex, Level::Differ),
    ] {
        assert_eq!(compare(&subject(probe), &record(stored)).level(field), level, "{probe} / {stored}");
    }
}

#[test]
fn slips_are_met_under_a_key_whatever_else_is_known() {
    for (probe, stored) in [
        ("|Smith", "John|Smyth|1984-03-02"),
        ("John|Smiht", "John|Smith|1984-03-02"),
        ("Joh|Smith", "John|Smith|1984-03-02"),
        ("John|Smith|1984-03-02", "John|Smith"),
        ("John|Smith|1984-03-02", "Jhon|Smith"),
        ("John|Smith|1984-03-02", "John|Smith|1984-12-25"),
        ("John|Smith|1984-03-02", "John|Smith|1948-03-02"),
        ("John|Smith|1984-03-02", "John|Quux|1984-03-20"),
        ("John|Smith|1984-03-02", "Zed|Smith|1994-03-02"),
        ("John|Smith|1984-03-02", "John|Smith|1986-01-01 estimated"),
        ("John||1984-03-02", "John|Smith|1984-03-02"),
        ("John|Smith||M1 1AE", "Zed|Smith||M1 1AE"),
        ("Rob|Smith", "Robert|Smith"),
        ("Smith|John", "John|Smith"),
    ] {
        assert!(meet(&subject(probe), &record(stored)), "{probe} / {stored}");
    }
}

#[test]
fn keys_never_change_and_are_bounded() {
    let plain = record("John|Smith|1984-03-02|SW1A 1AA|male");
    let keys = record_keys(&plain);
    assert!(keys.len() <= 40, "{}", keys.len());
    assert_eq!(
        keys.iter().fold(0_u64, |sum, key| sum.wrapping_mul(31).wrapping_add(*key)),
        16_080_009_237_437_429_303
    );
    let many = record(
        "Alex Sam Chris|Smith-Jones-Taylor|1984-03-02|SW1A 1AA|male|Al Jones;Alex Brown;Kit White;Pat Green",
    );
    assert!(record_keys(&many).len() <= RECORD_KEYS_MAX);
}

/// A force's records: many of some names, and a thousand others.
fn counted() -> Arc<Confidence> {
    let mut counter = NameCounter::new();
    for (name, times) in [("John|Smith", 400), ("Mohammed|Khan", 400), ("Algernon|Featherstonehaugh", 1)] {
        (0..times).for_each(|_| counter.add(record(name).view()));
    }
    for at in 0..100_000_u32 {
        let letters: String = at.to_string().bytes().map(|digit| char::from(digit + 49)).collect();
        let given =
            ["John", "Peter", "Anna", "Sarah", "Paul", "Emma", "Zoe", "Smith", "Jon"][at as usize % 9];
        let family = if at % 100 == 0 { "Smith" } else { letters.as_str() };
        counter.add(record(&format!("{given}|{family}")).view());
    }
    Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000))
}

#[test]
fn rare_names_say_more_where_names_are_counted() {
    let confidence = counted();
    let p =
        |probe: &str| compare(&subject(probe).under(&confidence), &record(probe)).probability(PRIOR).value();
    assert!(p("John|Smith") < 0.01, "{}", p("John|Smith"));
    assert!(p("Algernon|Featherstonehaugh") > 0.9);
}

#[test]
fn stored_columns_compare_as_the_record_does() {
    let (subject, record) =
        (subject("John|Smith|1984-03-02"), record("Jon|Smith|1984-03-02|M1 1AE|male|Jack Smythe"));
    let again = record.view().to_record();
    assert_eq!(again, record);
    assert_eq!(linkage::person::compare_view(&subject, record.view()), compare(&subject, &again));
    assert_eq!(
        format!("{record:?} {subject:?}"),
        "PersonRecord(…) [\"given names\", \"family name\", \"birth date\"]"
    );
}

#[test]
fn records_stored_by_number_weigh_what_they_compare_as() {
    let written = [
        "John|Smith|1984-03-02|M1 1AE|male",
        "Jon Paul|Smythe-Jones|1984-02-03|M1 2AB||Jack Smith;Jones, J",
        "Smith|John|1984-01-01|SW1A|female",
        "J|Smith||ZZ99 3VZ|",
        "|Smith|1985-03-02",
        "Mohammed Ali|van der Berg|1948-03-02|EC1A 1BB|male|Mo",
        "Algernon|Featherstonehaugh|1974-03-02",
        "|",
    ];
    let records: Vec<PersonRecord> = written.iter().map(|text| record(text)).collect();
    let mut names = NameTable::new();
    let stored: Vec<(Vec<[u32; 2]>, Facts)> = records
        .iter()
        .map(|record| {
            let mut number = |name: &str| names.number(name).unwrap();
            let forms = record.name_forms().map(|form| [number(form.given), number(form.family)]);
            (forms.collect(), Facts::from_bits(Facts::of(record.view()).to_bits()))
        })
        .collect();
    for (record, (forms, facts)) in records.iter().zip(&stored) {
        let forms = forms
            .iter()
            .map(|&[given, family]| NameForm { given: names.name(given), family: names.name(family) });
        assert_eq!(PersonRecord::stored(forms, *facts).view().to_record(), *record);
    }
    let confidence = counted();
    for probe in written.iter().filter(|text| text.len() > 1) {
        let subject = subject(probe.split(';').next().unwrap()).under(&confidence);
        let (mut weigher, mut comparer) = (Weigher::new(&subject), Comparer::new(&subject));
        // Twice, so that what is remembered is asked too.
        for (record, (forms, facts)) in records.iter().zip(&stored).chain(records.iter().zip(&stored)) {
            let forms = forms.iter().map(|form| form.map(|name| names.numbered(name)));
            let weight = weigher.weigh(forms, *facts, |number| names.name(number));
            assert_eq!(
                weight.to_bits(),
                comparer.compare(record.view()).weight_bits.to_bits(),
                "{probe} {record:?}"
            );
        }
    }
}

#[test]
fn a_waterfall_adds_up_and_tells_no_value() {
    let subject = subject("Algernon|Featherstonehaugh|1984-03-02||male").under(&counted());
    let record = record("Algernon|Featherstonhaugh|1984-03-02|M1 1AE|female");
    let waterfall = explain(&subject, record.view(), &[12.0]);
    let score = compare(&subject, &record);
    let sum: f64 = waterfall.steps.iter().map(linkage::person::Step::weight_bits).sum();
    assert!((sum - score.weight_bits).abs() < 1e-9 && waterfall.weight_bits == score.weight_bits);
    let text = waterfall.to_string();
    for wanted in [
        "prior",
        "family     typo",
        "given      exact",
        "dob        exact",
        "sex        differ",
        "posterior 0.",
    ] {
        assert!(text.contains(wanted), "{wanted:?} in\n{text}");
    }
    for value in ["lgernon", "eatherston", "1984", "M1"] {
        assert!(!text.contains(value), "{text}");
    }
}

#[test]
fn weights_are_learned_from_a_force_s_own_records() {
    // Numbers as if by chance, the same each time.
    let chance = |at: u32, salt: u32, below: u32| {
        let mixed = (u64::from(at) << 8 | u64::from(salt)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        u32::try_from((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40).unwrap() % below
    };
    let name = |number: u32, salt: u32| -> String {
        (0..7).map(|place| char::from(b'a' + chance(number, salt + place, 26) as u8)).collect()
    };
    // Every fourth person is held twice, the second time with another postcode.
    let mut records = Vec::new();
    for at in 0..4_000_u32 {
        let (given, family) = (name(chance(at, 1, 200), 10), name(chance(at, 2, 1_500), 20));
        let (year, month, day) = (1950 + chance(at, 3, 50), 1 + chance(at, 4, 12), 1 + chance(at, 5, 28));
        let text = |postcode: &str| format!("{given}|{family}|{year}-{month:02}-{day:02}|{postcode}|male");
        records.push(record(&text(&format!("M{} 1AE", 1 + chance(at, 6, 20)))));
        if at % 4 == 0 {
            records.push(record(&text("SW1A 1AA")));
        }
    }
    let sets = candidate_sets(&records, 2_500);
    let random = random_pairs(records.len(), 50_000);
    assert_eq!(sets, candidate_sets(&records, 2_500));
    let mut counter = NameCounter::new();
    records.iter().for_each(|record| counter.add(record.view()));
    let (weights, report) = train(&Weights::default(), counter.finish(), &records, &sets, &random);
    assert!(report.settled, "{report}");
    assert!((0.3..0.5).contains(&weights.prior.duplicate), "{:?} {report}", weights.prior);
    let m = |field, level| weights.odds(field, level).unwrap().m;
    assert!(m(Field::Postcode, Level::Differ) > 0.8, "{}", m(Field::Postcode, Level::Differ));
    assert!(m(Field::Dob, Level::Exact) > 0.9, "{}", m(Field::Dob, Level::Exact));
    assert_eq!(Weights::parse(&weights.to_string()), Ok(weights));
}

#[test]
fn a_birth_date_known_in_part_finds_and_weighs() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let probe = |from: &str, to: &str| {
        let born = Some(Born { from: day(from), to: day(to) });
        let names = ("Algernon".to_owned(), "Featherstonehaugh".to_owned());
        let postcode = Some("75001".to_owned());
        let probe = PersonProbe {
            given_names: names.0,
            family_name: names.1,
            born,
            postcode,
            ..PersonProbe::default()
        };
        PersonSubject::try_from(&probe).unwrap()
    };
    let stored = record("Nigel|Featherstonehaugh|1961-08-19");
    let levels = [
        (("1961-08-01", "1961-08-31"), Level::MonthKnown),
        (("1961-01-01", "1961-12-31"), Level::YearKnown),
        (("1955-01-01", "1964-12-31"), Level::Estimated),
        (("1965-01-01", "1974-12-31"), Level::NearEstimate),
        (("1970-01-01", "1979-12-31"), Level::OffEstimate),
    ];
    let mut weights = Vec::new();
    for ((from, to), level) in levels {
        let subject = probe(from, to);
        assert!(
            matches!(level, Level::NearEstimate | Level::OffEstimate) || meet(&subject, &stored),
            "{from} {to}"
        );
        let score = compare(&subject, &stored);
        assert_eq!(score.level(Field::Dob), level, "{from} {to}");
        weights.push(score.weight_bits);
    }
    assert!(weights.is_sorted_by(|a, b| a > b), "{weights:?}");
    let one_day = probe("1961-08-19", "1961-08-19");
    assert_eq!(compare(&one_day, &stored).level(Field::Dob), Level::Exact);
}

#[test]
fn what_is_not_said_weighs_where_many_say_it() {
    let counted = |further: u32| {
        let mut counter = NameCounter::new();
        for at in 0..1_000 {
            let given = if at < further { "John Paul" } else { "John" };
            counter.add(record(&format!("{given}|Smith")).view());
        }
        Arc::new(Confidence::new(Weights::default(), counter.finish(), 1_000_000))
    };
    for (further, probe, stored, level, least, most) in [
        (400, "John Paul|Smith", "John|Smith", Level::OneSided, -2.1, -1.5),
        (400, "John|Smith", "John Paul|Smith", Level::OneSided, -1.7, -1.0),
        (400, "John|Smith", "John|Smith", Level::Neither, 0.2, 0.6),
        (400, "John|Smith", "Johnny|Smith", Level::Neither, 0.2, 0.6),
        (400, "Mary Ann|Smith", "Maryann|Smith", Level::Missing, 0.0, 0.0),
        (400, "John Paul|Smith", "Paul|Smith", Level::Missing, 0.0, 0.0),
        (0, "John Paul|Smith", "John|Smith", Level::OneSided, 0.0, 0.0),
        (0, "John|Smith", "John|Smith", Level::Neither, 0.0, 0.0),
    ] {
        let subject = subject(probe).under(&counted(further));
        let score = compare(&subject, &record(stored));
        let part = score.parts().find(|part| part.field == Field::Middle);
        let (found, weight) = part.map_or((Level::Missing, 0.0), |part| (part.level, part.weight));
        assert!(found == level && (least..=most).contains(&weight), "{probe} / {stored}: {found} {weight}");
    }
}

#[test]
fn a_date_known_in_part_that_differs_may_be_a_slip() {
    let bits = |stored: &str| {
        let score = compare(&subject("John|Smith|1984-03-02"), &record(stored));
        score
            .parts()
            .find(|part| part.field == Field::Dob)
            .map_or((Level::Missing, 0.0), |part| (part.level, part.weight))
    };
    let (whole, year) = (bits("John|Smith|1985-09-17"), bits("John|Smith|1985-01-01 year"));
    assert!(
        whole.0 == Level::Differ && year.0 == Level::Differ && whole.1 + 2.0 < year.1,
        "{whole:?} {year:?}"
    );
}

/// Records of two hundred and more families: British but for the Tesfays and Habtes, of whom most are Eritrean.
fn british_and_eritrean() -> Arc<Confidence> {
    let mut counter = NameCounter::new();
    for at in 0..40_000_u32 {
        let (given, family, nationality) = match at % 40 {
            0 => (
                "Abebe",
                if at % 80 == 0 { "Tesfay" } else { "Habte" },
                if at % 200 == 0 { "British" } else { "Eritrean" },
            ),
            place => (
                ["John", "Mary", "Paul", "Ann"][place as usize % 4],
                ["Smith", "Jones", "Brown", "Wood", "Hall"][at as usize / 40 % 5],
                if at % 1_000 == 7 { "Eritrean" } else { "British" },
            ),
        };
        let nationality = Some(nationality).filter(|_| at % 9 > 0);
        let record = PersonRecord::read(&RawPerson {
            given_names: given,
            family_name: family,
            postcode: Some(if at % 100 == 1 { "M1 1AE" } else { "M1 2AB" }),
            nationality,
            ..RawPerson::default()
        });
        counter.add(record.view());
    }
    Arc::new(Confidence::new(Weights::default(), counter.finish(), 40_000))
}

#[test]
fn a_rare_nationality_says_more_than_a_common_one_and_less_beside_names_of_its_people() {
    let confidence = british_and_eritrean();
    let bits = |probe: &str, stored: &str| {
        let subject = subject(probe).under(&confidence);
        let score = compare(&subject, &record(stored));
        let part = score.parts().find(|part| part.field == Field::Nationality);
        part.map_or((Level::Missing, 0.0), |part| (part.level, part.weight))
    };
    for (probe, stored, level, least, most) in [
        ("John|Smith|||||British", "John|Smith|||||GBR", Level::Exact, 0.0, 0.2),
        ("John|Smith|||||Eritrea", "Peter|Black|||||ERI", Level::Exact, 4.5, 6.0),
        ("John|Smith|||||Eritrea", "John|Smith|||||ERI", Level::Exact, 4.5, 8.5),
        ("Abebe|Tesfay|||||ER", "Abebe|Tesfay|||||Eritrean", Level::Exact, 0.0, 0.7),
        ("Abebe|Tesfay|||||ER", "Abebe|Tesfay|||||British/Eritrean", Level::Exact, 0.0, 0.7),
        ("Abebe|Tesfay|||||ER", "Abebe|Tesfay|||||British", Level::Differ, -2.0, 0.0),
        ("John|Smith|||||British", "John|Smith|||||Polish", Level::Differ, -1.0, 0.0),
        ("John|Smith|||||Polish", "John|Smith|||||British", Level::Differ, -3.2, -2.5),
        ("John|Smith|||||Polish", "John|Smith", Level::Missing, 0.0, 0.0),
        ("John|Smith", "John|Smith|||||British", Level::Missing, 0.0, 0.0),
    ] {
        let (found, weight) = bits(probe, stored);
        assert!(found == level && (least..=most).contains(&weight), "{probe} / {stored}: {found} {weight}");
    }
}

#[test]
fn a_postcode_that_many_bear_says_less() {
    let confidence = british_and_eritrean();
    let bits = |postcode: &str| {
        let subject = subject(&format!("Peter|Black||{postcode}")).under(&confidence);
        let score = compare(&subject, &record(&format!("Paul|White||{postcode}")));
        score.parts().find(|part| part.field == Field::Postcode).map_or(0.0, |part| part.weight)
    };
    let (most, some, few) = (bits("M1 2AB"), bits("M1 1AE"), bits("M1 3XY"));
    assert!(most < some && some < few && few > 12.0, "{most} {some} {few}");
}
