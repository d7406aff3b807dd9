//! A wide list of pairs of names that must agree, and of names that must not, counted: three quarters of it may be worked
//! on, the rest is held out and only measured. `PAIRS=open cargo test -p linkage pairs` lists what of the open part is wrong.

#![allow(clippy::print_stdout, reason = "the shares are what is measured here")]

use linkage::person::{Field, Level, PersonRecord, PersonSubject, RawPerson, compare};
use model::probe::PersonProbe;

const GIVEN: &str = include_str!("../pairs/given.txt");
const FAMILY: &str = include_str!("../pairs/family.txt");
const WHOLE: &str = include_str!("../pairs/whole.txt");

/// The odds before a search, one in a million, in bits.
const PRIOR_BITS: f64 = -20.0;

/// Two names, and whether they may be one.
struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    same: bool,
    held_out: bool,
}

fn pairs(list: &str) -> impl Iterator<Item = Pair<'_>> {
    let (mut same, mut different) = (0, 0);
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(move |line| {
        if let Some((a, b)) = line.split_once(" = ") {
            same += 1;
            return Pair { a, b, same: true, held_out: same % 4 == 0 };
        }
        let (a, b) = line.split_once(" ! ").unwrap_or_else(|| panic!("{line} has no sign"));
        different += 1;
        Pair { a, b, same: false, held_out: different % 4 == 0 }
    })
}

/// Given names and family name.
type Named<'a> = (&'a str, &'a str);

fn subject((given, family): Named<'_>) -> PersonSubject {
    let dob = "1984-03-02".parse().ok();
    let probe = PersonProbe {
        given_names: given.to_owned(),
        family_name: family.to_owned(),
        dob,
        ..PersonProbe::default()
    };
    PersonSubject::try_from(&probe).unwrap()
}

fn record((given_names, family_name): Named<'_>) -> PersonRecord {
    let dob = "1984-03-02".parse().ok();
    PersonRecord::read(&RawPerson { given_names, family_name, dob, ..RawPerson::default() })
}

/// Whether one field alone speaks for one name: what is close is as good as different.
fn one_name(field: Field, a: &str, b: &str) -> bool {
    let other = "Quillfeather";
    let named = |name| if field == Field::Given { (name, other) } else { (other, name) };
    let level = compare(&subject(named(a)), &record(named(b))).level(field);
    !matches!(level, Level::Differ | Level::Close)
}

/// Whether two whole names with one birth date are rather one person than two.
fn one_person(a: &str, b: &str) -> bool {
    let read = |text: &'_ str| {
        text.split_once(',').map(|(given, family)| (given.trim().to_owned(), family.trim().to_owned()))
    };
    let ((ag, af), (bg, bf)) = read(a).zip(read(b)).unwrap();
    compare(&subject((&ag, &af)), &record((&bg, &bf))).weight_bits + PRIOR_BITS > 0.0
}

/// Holds that of the list at least these shares come out right: of open pairs, and of those held out.
fn check(of: &str, list: &str, alike: impl Fn(&str, &str) -> bool, least: [(f64, f64); 2]) {
    let mut wrong = Vec::new();
    for (same, (open_least, held_least)) in [true, false].into_iter().zip(least) {
        for (held_out, least) in [(false, open_least), (true, held_least)] {
            let (mut all, mut right) = (0, 0);
            for pair in pairs(list).filter(|pair| (pair.same, pair.held_out) == (same, held_out)) {
                let fits = alike(pair.a, pair.b) == same;
                assert_eq!(alike(pair.b, pair.a) == same, fits, "{} / {} is not symmetric", pair.a, pair.b);
                all += 1;
                right += u32::from(fits);
                if !fits && !held_out {
                    wrong.push(format!("{}{}{}", pair.a, if same { " = " } else { " ! " }, pair.b));
                }
            }
            let share = f64::from(right) / f64::from(all);
            let part = if held_out { "held out" } else { "open" };
            println!("{of}, {}, {part}: {right} of {all} ({share:.3})", if same { "one" } else { "two" });
            assert!(
                share >= least,
                "{of}, same {same}, {part}: {right} of {all}; open ones wrong:\n{}",
                wrong.join("\n")
            );
        }
    }
    if std::env::var_os("PAIRS").is_some() {
        println!("{of}, open ones wrong:\n{}", wrong.join("\n"));
    }
}

#[test]
fn pairs_of_given_names() {
    check("given", GIVEN, |a, b| one_name(Field::Given, a, b), [(0.98, 0.91), (0.89, 0.87)]);
}

#[test]
fn pairs_of_family_names() {
    check("family", FAMILY, |a, b| one_name(Field::Family, a, b), [(0.97, 0.90), (0.93, 0.92)]);
}

#[test]
fn pairs_of_whole_names() {
    check("whole", WHOLE, one_person, [(0.95, 0.95), (0.84, 0.79)]);
}
