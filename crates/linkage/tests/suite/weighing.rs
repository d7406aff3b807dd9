//! What an index weighs by numbers and marks is what the plain comparison finds, to the last bit, however names are related.

use std::sync::Arc;

use jiff::civil::Date;
use linkage::MATCH_THRESHOLD;
use linkage::name::NameMarks;
use linkage::person::{
    Borne, Candidates, Comparer, Confidence, Facts, MAY_DIFFER, NameCounter, NameTable, NumberedName,
    PersonRecord, PersonSubject, RawPerson, Weigher, Weights, told,
};
use model::probe::{Born, PersonProbe};
use model::vocabulary::{DobPrecision, Sex};
use proptest::prelude::*;

/// Names that are spellings, slips, short forms, parts and kin of each other more often than chance has it.
fn name() -> impl Strategy<Value = String> {
    let few = "[aeknt]{1,9}|[lmo][aeil]{1,4}n?";
    let begun =
        "(mac|mc|mag|o|al|el|abd|abdul|an|ur|ann)[aeknrt]{1,7}|[aeknt]{2,5}(ova|ski|ska|ine|a|e|o|son|y|ie)";
    let known = prop::sample::select(vec![
        "william",
        "bill",
        "liam",
        "will",
        "mohammed",
        "md",
        "muhammad",
        "john",
        "jon",
        "jonathan",
        "jack",
        "ian",
        "sean",
        "elizabeth",
        "liz",
        "beth",
        "izzy",
        "izzie",
        "alexander",
        "sasha",
        "smith",
        "smyth",
        "smythe",
        "zhang",
        "cheung",
        "macdonald",
        "mcdonald",
        "donald",
        "obrien",
        "brien",
        "oconnor",
        "khalifa",
        "alkhalifa",
        "husayn",
        "alhussein",
        "ivanov",
        "ivanova",
        "novak",
        "novakova",
        "featherstonehaugh",
        "patel",
        "wu",
        "li",
        "ng",
        "o",
        "j",
    ]);
    let known = known.prop_map(str::to_owned);
    let word =
        prop_oneof![4 => few, 2 => begun, 3 => known.clone(), 1 => "[a-z]{2,12}|[a-z0-9]{1,6}|[a-z]{28,34}"];
    prop_oneof![
        6 => word.clone(),
        2 => (word.clone(), known.clone()).prop_map(|(a, b)| format!("{a} {b}")),
        1 => (known, "van|al|de|abdul|singh", word).prop_map(|(a, b, c)| format!("{a} {b} {c}")),
        1 => Just(String::new()),
    ]
}

fn counted() -> Arc<Confidence> {
    among(1_000_000)
}

fn among(records: u64) -> Arc<Confidence> {
    counting(records, 3, &[])
}

/// Confidence over so many records. Of nine counted of each name, so many have a further given name, and each of `once`
/// stands in one record besides.
fn counting(records: u64, further: i8, once: &[(String, String)]) -> Arc<Confidence> {
    let mut counter = NameCounter::new();
    let mut count = |given_names: &str, family_name: &str, day: i8| {
        let dob = Some(jiff::civil::date(1984, 3, day));
        let raw = RawPerson { given_names, family_name, dob, ..RawPerson::default() };
        counter.add(PersonRecord::read(&raw).view());
    };
    for (given, family) in
        [("John", "Smith"), ("Mohammed", "Patel"), ("John", "Patel"), ("Ann", "Khalifa"), ("Tan", "Kent")]
    {
        for day in 1..=9 {
            let more = if day <= further { " Lee" } else { "" };
            count(&format!("{given}{more}"), family, day);
        }
    }
    once.iter().for_each(|(given, family)| count(given, family, 1));
    Arc::new(Confidence::new(Weights::default(), counter.finish(), records))
}

/// Records of one search, with their names by number.
struct Brought<'c> {
    names: NameTable,
    records: Vec<(Vec<[NumberedName; 2]>, Facts)>,
    confidence: &'c Confidence,
}

impl<'c> Brought<'c> {
    fn of(records: &[PersonRecord], confidence: &'c Confidence) -> Self {
        let mut names = NameTable::new();
        let mut stored = |record: &PersonRecord| {
            let mut number = |name: &str| {
                let number = names.number(name).unwrap();
                names.numbered(number)
            };
            let forms = record.name_forms().map(|form| [number(form.given), number(form.family)]);
            (forms.collect(), Facts::of(record.view()))
        };
        let records = records.iter().map(&mut stored).collect();
        Self { names, records, confidence }
    }
}

impl Candidates for Brought<'_> {
    fn count(&self) -> usize {
        self.records.len()
    }

    fn facts(&self, at: usize) -> Facts {
        self.records[at].1
    }

    fn forms(&self, at: usize) -> impl Iterator<Item = [u32; 2]> {
        self.records[at].0.iter().map(|form| form.map(|name| name.number))
    }

    fn marks(&self, number: u32) -> NameMarks {
        self.names.numbered(number).marks
    }

    fn name(&self, number: u32) -> &str {
        self.names.name(number)
    }

    fn borne(&self, number: u32) -> Borne {
        self.confidence.counts().borne(self.names.name(number))
    }
}

fn date() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "1984-03-02",
        "1984-02-03",
        "1985-03-02",
        "1984-03-20",
        "1984-01-01",
        "1971-11-28",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn marks_and_numbers_change_no_weight(
        asked in (name(), name()),
        held in prop::collection::vec((name(), name(), prop::option::of((name(), name()))), 1..40),
        known in any::<bool>(),
    ) {
        let probe = PersonProbe {
            given_names: asked.0,
            family_name: asked.1,
            dob: "1984-03-02".parse().ok(),
            ..PersonProbe::default()
        };
        let Ok(mut subject) = PersonSubject::try_from(&probe) else { return Ok(()) };
        if known {
            subject = subject.under(&counted());
        }
        let mut names = NameTable::new();
        let (mut weigher, mut comparer) = (Weigher::new(&subject), Comparer::new(&subject));
        for (given, family, alias) in &held {
            let alias = alias.as_ref().map(|(given, family)| format!("{family}, {given}"));
            let record = PersonRecord::read(&RawPerson {
                given_names: given,
                family_name: family,
                aliases: alias.as_deref().as_slice(),
                ..RawPerson::default()
            });
            let mut number = |name: &str| names.number(name).unwrap();
            let forms: Vec<_> = record.name_forms().map(|form| [number(form.given), number(form.family)]).collect();
            let weight = weigher.weigh(forms.into_iter().map(|form| form.map(|name| names.numbered(name))), Facts::of(record.view()), |number| names.name(number));
            let plain = comparer.compare(record.view()).weight_bits;
            prop_assert_eq!(weight.to_bits(), plain.to_bits(), "{} {}: {} for {}", given, family, weight, plain);
        }
    }
}

type Held = (
    (String, String),
    Option<(String, String)>,
    Option<&'static str>,
    DobPrecision,
    Option<Sex>,
    Option<&'static str>,
);

fn held() -> impl Strategy<Value = Held> {
    let alias = prop::option::weighted(0.2, (name(), name()));
    let sex = prop::option::of(prop::sample::select(Sex::ALL));
    let postcode = prop::option::of(prop::sample::select(vec!["M1 1AE", "M1 2AB", "SW1A 1AA"]));
    let precision = prop_oneof![2 => Just(DobPrecision::Day), 1 => prop::sample::select(DobPrecision::ALL)];
    ((name(), name()), alias, prop::option::of(date()), precision, sex, postcode)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn what_is_not_weighed_changes_nothing_that_is_told(
        asked in held(),
        others in prop::collection::vec(held(), 1..40),
        nationality in prop::option::of("British|Eritrean"),
        // Among few records little evidence makes a match: bounds are then tried from the lowest on.
        records in prop::sample::select(vec![2_u64, 20, 200, 3_000, 50_000, 1_000_000]),
        known in any::<bool>(),
        further in 0..=9_i8,
        vague in prop::bool::weighted(0.3),
    ) {
        let (names, _, dob, _, sex, postcode) = asked.clone();
        let dob: Option<Date> = dob.and_then(|dob| dob.parse().ok());
        let probe = PersonProbe {
            given_names: names.0,
            family_name: names.1,
            dob: dob.filter(|_| !vague),
            born: dob.filter(|_| vague).map(|dob| Born { from: dob.first_of_month(), to: dob.last_of_month() }),
            sex,
            postcode: postcode.map(str::to_owned),
            nationality: nationality.clone(),
        };
        let Ok(subject) = PersonSubject::try_from(&probe) else { return Ok(()) };
        let confidence = match known {
            true => {
                let once: Vec<_> = others.iter().step_by(2).map(|held| held.0.clone()).collect();
                counting(records, further, &once)
            }
            false => Arc::new(Confidence::new(Weights::default(), NameCounter::new().finish(), records)),
        };
        let subject = subject.under(&confidence);
        // The first is the very person.
        let held: Vec<PersonRecord> = std::iter::once(&asked).chain(&others).map(|(names, alias, dob, precision, sex, postcode)| {
            let alias = alias.as_ref().map(|(given, family)| format!("{family}, {given}"));
            PersonRecord::read(&RawPerson {
                given_names: &names.0,
                family_name: &names.1,
                aliases: alias.as_deref().as_slice(),
                dob: dob.and_then(|dob| dob.parse().ok()),
                dob_precision: Some(*precision),
                sex: *sex,
                postcode: *postcode,
                nationality: nationality.as_deref(),
            })
        }).collect();
        let brought = Brought::of(&held, &confidence);
        let mut weigher = Weigher::new(&subject);
        let weights: Vec<f64> = (0..held.len())
            .map(|at| {
                let forms = brought.forms(at).map(|form| form.map(|name| brought.names.numbered(name)));
                weigher.weigh(forms, brought.facts(at), |number| brought.name(number))
            })
            .collect();
        let all = confidence.posteriors(&weights);
        let told = told(&subject, &brought, MATCH_THRESHOLD);
        prop_assert!(told.is_sorted_by(|a, b| a.0 >= b.0));
        let few = confidence.posteriors(&told.iter().map(|(bits, _)| *bits).collect::<Vec<_>>());
        for ((bits, at), few) in told.iter().zip(&few) {
            prop_assert_eq!(bits.to_bits(), weights[*at].to_bits());
            if all[*at].value().max(few.value()) >= MATCH_THRESHOLD {
                let departs = (few.value() - all[*at].value()).abs();
                prop_assert!(departs <= MAY_DIFFER + 1e-9, "{departs}");
            }
        }
        for (at, all) in all.iter().enumerate().filter(|(at, _)| told.iter().all(|told| told.1 != *at)) {
            prop_assert!(all.value() < MATCH_THRESHOLD, "left out: {all:?}, {} bits", weights[at]);
        }
    }
}
