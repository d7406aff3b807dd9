//! What earlier tables do to later ones: kept answers, differencing, pools.

use model::reply::{Cell, Figure};
use model::vocabulary::Provenance;
use model::{
    Ask, Dataset, Dimension, Filter, Label, LabelTable, Measure, Principal, Refusal, Reply, Tabulation,
};
use policy::{EntitySet, Findings, History, Kept, Past, Permit, Policy, Told};

use crate::support::{LAX, PERMIT_ALL, Still, authorise, files, now, ordinary, policy, question};

fn labels() -> LabelTable {
    LabelTable::from(vec![ordinary(Dataset::Event)])
}

fn asks(by: &[&str], measures: &[&str], filter: Option<&str>) -> Ask {
    let dataset = Dataset::Event;
    let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    let filter = filter.map(|text| Filter::parse(dataset, text).unwrap());
    Ask::Tabulate(Tabulation::new(dataset, by, measures, filter).unwrap())
}

fn permit(policy: &Policy, ask: Ask) -> Permit {
    authorise(policy, &question(ask), &labels()).unwrap()
}

fn key(policy: &Policy, ask: Ask) -> String {
    permit(policy, ask).question_key().unwrap().to_owned()
}

/// Releases one group of each of these sets, and returns what is told and what is kept.
fn tell(history: &History, sets: &[std::ops::Range<u32>]) -> (Vec<Option<u64>>, Kept) {
    let permit = permit(&LAX, asks(&["kind"], &["count"], None));
    let mut findings = Findings::for_table(&permit);
    for (set, word) in sets.iter().zip(["arrest", "crime", "incident", "stop"]) {
        let figures = vec![Figure::Count(u64::from(set.end - set.start))];
        findings.add_group(vec![Some(word.to_owned())], set.clone().collect::<EntitySet>(), figures);
    }
    let release = LAX.release(permit, findings, history, now(), &mut Still(0)).unwrap();
    let kept = release.home().kept.clone().unwrap();
    let Reply::Table(table) = release.into_reply() else { panic!("a table was answered with a search") };
    let told = table.rows.iter().map(|row| match row.cells[0] {
        Cell::Released(Figure::Count(count)) => Some(count),
        _ => None,
    });
    (told.collect(), kept)
}

fn after(kept: &[&Kept]) -> History {
    History::of(kept.iter().map(|kept| Told::from_bytes(kept.told.bytes()).unwrap()).collect())
}

#[test]
fn a_table_that_differs_by_a_few_from_one_told_before_is_suppressed_like_a_small_one() {
    let (told, kept) = tell(&History::empty(), &[0..40, 40..80]);
    assert_eq!((told, kept.memberships), (vec![Some(40), Some(40)], 80));
    // One fewer in one cell: with it goes another, as with any small cell.
    assert_eq!(tell(&after(&[&kept]), &[0..39, 40..80]).0, tell(&History::empty(), &[0..9, 40..80]).0);
    assert_eq!(tell(&after(&[&kept]), &[0..40, 40..80]).0, [Some(40), Some(40)]);
    assert_eq!(tell(&after(&[&kept]), &[0..30, 40..80]).0, [Some(30), Some(40)]);
}

/// What weighing made of a table is remembered in place of its bytes, which a restart reads.
#[test]
fn a_table_is_weighed_alike_against_what_is_remembered_as_it_is_and_as_bytes() {
    let (mut as_it_is, mut as_bytes) = (Past::default(), Past::default());
    for table in [[0..40, 40..80], [0..40, 45..85], [20..60, 60..100], [0..30, 20..60], [0..60, 60..133]] {
        let (told, kept) = tell(&History::of(as_it_is.clone()), &table);
        assert_eq!(tell(&History::of(as_bytes.clone()), &table).0, told, "{table:?}");
        as_bytes.add(Told::from_bytes(kept.told.bytes()).unwrap());
        as_it_is.remember(kept.told);
    }
}

#[test]
fn what_was_suppressed_is_not_remembered() {
    let (told, kept) = tell(&History::empty(), &[0..9, 100..140, 200..300, 300..500]);
    assert_eq!((told, kept.memberships), (vec![None, None, Some(100), Some(200)], 300));
}

#[test]
fn a_kept_answer_is_told_again_in_the_order_asked_for() {
    let first = permit(&LAX, asks(&["kind", "month"], &["count", "distinct"], None));
    let key = first.question_key().unwrap().to_owned();
    let mut findings = Findings::for_table(&first);
    for (kind, month, range) in [("crime", "2024-02", 0..30), ("stop", "2024-01", 30..50)] {
        let entities: EntitySet = range.collect();
        let figures = vec![Figure::Count(35), Figure::Count(30)];
        findings.add_group(vec![Some(kind.into()), Some(month.into())], entities, figures);
    }
    let release = LAX.release(first, findings, &History::empty(), now(), &mut Still(0)).unwrap();
    let kept = release.home().kept.clone().unwrap();

    let again = permit(&LAX, asks(&["month", "kind"], &["distinct", "count"], None));
    assert_eq!(again.question_key(), Some(key.as_str()));
    let repeated = LAX.repeat(again, &kept.answer).unwrap();
    assert!(repeated.home().kept.is_none(), "nothing new is to be remembered");
    assert_eq!(repeated.summary(), release.summary());
    let Reply::Table(table) = repeated.into_reply() else { unreachable!() };
    assert_eq!(table.columns, ["occurred_on:month", "kind", "distinct", "count"]);
    let keys: Vec<_> = table.rows.iter().map(|row| row.keys[0].as_deref().unwrap()).collect();
    assert_eq!(keys, ["2024-01", "2024-02"]);
    assert_eq!(table.rows[0].cells[1], Cell::Released(Figure::Count(35)));

    let other = permit(&LAX, asks(&["kind"], &["count"], None));
    assert_eq!(LAX.repeat(other, &kept.answer).unwrap_err().code, Refusal::Failed);
    let damaged = permit(&LAX, asks(&["month", "kind"], &["distinct", "count"], None));
    assert_eq!(LAX.repeat(damaged, &kept.answer[1..]).unwrap_err().code, Refusal::Failed);
}

#[test]
fn a_question_is_known_by_what_its_answer_depends_on() {
    let plain = || asks(&["month"], &["count"], Some("kind in (stop, crime)"));
    let same = asks(&["occurred_on:month"], &["count"], Some("kind = crime or kind = stop or kind = crime"));
    assert_eq!(key(&LAX, plain()), key(&LAX, same));
    assert_ne!(key(&LAX, plain()), key(&LAX, asks(&["month"], &["count"], Some("kind = crime"))));
    let open = policy("@id(\"all\") @profile(\"open\") permit (principal, action, resource);");
    assert_ne!(key(&LAX, plain()), key(&open, plain()), "another bundle");

    // Who may count fewer records asks another question.
    let covert = Label { provenance: Provenance::Sensitive, ..ordinary(Dataset::Event) };
    let labels = LabelTable::from(vec![ordinary(Dataset::Event), covert]);
    let narrow = policy(
        "@id(\"all\") permit (principal, action, resource);
         @id(\"seven\") forbid (principal, action == Action::\"tabulate\", resource)
         when { resource.provenance == \"sensitive\" && principal.id == \"spiffe://bluelamp/force/rocta/analyst/7\" };",
    );
    let of = |asker: &str| {
        let mut asked = question(plain());
        asked.asker = asker.parse().unwrap();
        let principal = Principal::named(asked.asker.clone());
        narrow.authorise(&principal, &asked, &labels, now()).unwrap()
    };
    let [seven, eight, nine] =
        ["7", "8", "9"].map(|id| of(&format!("spiffe://bluelamp/force/rocta/analyst/{id}")));
    assert_ne!(seven.question_key(), eight.question_key());
    assert_eq!(eight.question_key(), nine.question_key());
    // All of one force are one pool; another force is another.
    assert_eq!(seven.account(), eight.account());
    assert_ne!(eight.account(), of("spiffe://bluelamp/force/btp/analyst/8").account());
}

#[test]
fn a_bundle_can_pool_all_askers_and_begin_a_new_period() {
    let with = |releases: &str| {
        let disclosure = format!("{}[releases]\n{releases}\n", crate::support::DISCLOSURE);
        let files = files(PERMIT_ALL, &[("disclosure.toml", &disclosure)]);
        policy::Bundle::compile(&files).map(|bundle| Policy::new(bundle, "desk".to_owned()))
    };
    let account = |policy: &Policy| permit(policy, asks(&[], &["count"], None)).account().unwrap().clone();
    let everyone = with("pool = \"everyone\"\nperiod = \"2026\"").unwrap();
    assert_eq!(account(&everyone).to_string(), "* on event in period 2026");
    assert_eq!(account(&LAX).to_string(), "rocta on event in period 1");
    for (releases, why) in [
        ("period = \"\"", "period must be"),
        ("memberships_max = 0", "memberships_max = 0 must be"),
        ("pool = \"nobody\"", "nobody"),
        ("perod = \"1\"", "did you mean \"period\""),
    ] {
        let error = with(releases).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
