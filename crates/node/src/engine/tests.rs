//! Tables along links, against a plain reckoning over one list of rows. Records that may not be counted change nothing, on
//! whichever side of a link they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use model::filter::GridPoint;
use model::path::Tie;
use model::reply::{Cell, Figure};
use model::tabulation::TOTAL;
use model::{
    Ask, Circumstances, Dataset, Dimension, Filter, Grain, Measure, Principal, Purpose, Question, QuestionId,
    Reply, TableReply, Tabulation,
};
use policy::{Bundle, BundleFiles, Findings, History, Noise, Permit, Policy};
use proptest::prelude::*;

use super::{Engine, EngineError, EngineLimits, Known};
use crate::catalogue::{self, Snapshot, SourceConfig, Sources, ViewConfig};

mod abandoned;
mod workers;

const POLICY: &str = "@id(\"all\") permit (principal, action, resource);
    @id(\"sensitive\") forbid (principal, action == Action::\"tabulate\", resource) when { resource.provenance == \"sensitive\" };";
const DISCLOSURE: &str = "[profiles.standard]\nminimum_cell = 5\nrounding_base = 1\nsum_base = 1\nminimum_units = 3\ndominance_percent = 5\n[limits]\ncells_max = 10000\n";
const MINIMUM: usize = 5;

/// A record by its columns; what is not known is not there.
type Record = BTreeMap<&'static str, String>;
type Records = BTreeMap<Dataset, Vec<Record>>;
/// What meets along a path, by the names that a table calls it, with the key of each entity that it speaks of.
type Row = BTreeMap<String, String>;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// Records that lead nowhere now and then, and whose keys come twice now and then unless each is `once`. A few are silent or
/// sensitive.
fn made(seed: u64, once: bool) -> Records {
    let mut dice = Dice(seed);
    let mut all = Records::new();
    let mut put = |dice: &mut Dice, dataset: Dataset, own: &[(&'static str, Option<String>)]| {
        let mut record: Record =
            own.iter().filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
        record.insert("provenance", if dice.roll(8) > 0 { "police" } else { "sensitive" }.to_owned());
        record.insert("disclosure_mark", if dice.roll(10) > 0 { "disclose" } else { "silent" }.to_owned());
        all.entry(dataset).or_default().push(record);
    };
    let perhaps =
        |dice: &mut Dice, of: &[&str]| (dice.roll(7) > 0).then(|| of[dice.roll(of.len())].to_owned());
    for at in 0..120 {
        let own = [
            ("person_id", Some(if once { format!("P{at}") } else { format!("P{}", at / 20 * 20 + at % 19) })),
            ("sex", perhaps(&mut dice, &["male", "female"])),
            ("postcode", perhaps(&mut dice, &["SW1A 1AA", "SW1P 2BB", "E1 6AN"])),
            ("dob", Some(format!("{}-0{}-11", 1970 + dice.roll(3), 1 + dice.roll(9)))),
        ];
        put(&mut dice, Dataset::Person, &own);
    }
    for at in 0..40 {
        let town = perhaps(&mut dice, &["Leeds", "York"]);
        put(&mut dice, Dataset::Location, &[("location_id", Some(format!("L{at}"))), ("town", town)]);
    }
    for at in 0..90 {
        let own = [
            ("report_id", Some(format!("R{at}"))),
            ("area", perhaps(&mut dice, &["North", "South", "East"])),
            ("reporting_unit", Some(format!("U{}", dice.roll(12)))),
            ("reported_on", Some(format!("2024-0{}-{:02}", 1 + dice.roll(3), 1 + dice.roll(28)))),
            ("risk_score", Some((dice.roll(11) * 10).to_string())),
            ("location_id", Some(format!("L{}", dice.roll(44)))),
        ];
        put(&mut dice, Dataset::Report, &own);
    }
    for _ in 0..400 {
        let own = [
            ("from_dataset", Some("person".to_owned())),
            ("from_id", Some(format!("P{}", dice.roll(124)))),
            ("role", perhaps(&mut dice, &["subject", "witness"])),
            ("to_dataset", Some(if dice.roll(9) > 0 { "report" } else { "event" }.to_owned())),
            ("to_id", Some(format!("R{}", dice.roll(93)))),
        ];
        put(&mut dice, Dataset::Link, &own);
    }
    all
}

fn counts(record: &Record) -> bool {
    record["provenance"] == "police" && record["disclosure_mark"] == "disclose"
}

fn without_excluded(records: &Records) -> Records {
    let kept = |of: &[Record]| of.iter().filter(|record| counts(record)).cloned().collect();
    records.iter().map(|(&dataset, of)| (dataset, kept(of))).collect()
}

async fn snapshot(records: &Records, folder: &Path) -> Snapshot {
    let marks = [
        ("handling_code", "P"),
        ("handling_conditions", "none"),
        ("classification", "official"),
        ("subject_category", "suspect"),
        ("threat_category", "other"),
        ("retention", "live"),
    ];
    let mut sources = Sources {
        base: folder.to_owned(),
        database: [].into(),
        source: [].into(),
        view: Vec::new(),
        controller: "mps".parse().unwrap(),
    };
    for (dataset, of) in records {
        let names: BTreeSet<&str> = of.iter().flat_map(|record| record.keys().copied()).collect();
        let mut text = names.iter().copied().collect::<Vec<_>>().join(",") + "\n";
        for record in of {
            let cells: Vec<&str> =
                names.iter().map(|name| record.get(name).map_or("", String::as_str)).collect();
            writeln!(text, "{}", cells.join(",")).unwrap();
        }
        fs::write(folder.join(format!("{dataset}.csv")), text).unwrap();
        let config = SourceConfig::files(catalogue::Format::Csv, &format!("{dataset}.csv"));
        sources.source.insert(format!("{dataset}s"), config);
        let fixed: Vec<String> = marks.iter().map(|(name, value)| format!("'{value}' as {name}")).collect();
        let sql = format!("select *, {} from {dataset}s", fixed.join(", "));
        sources.view.push(ViewConfig { dataset: *dataset, sql });
    }
    catalogue::prepare(&sources, &folder.join("state"), Timestamp::UNIX_EPOCH, &mut |_| {}).await.unwrap().0
}

struct Still;

impl Noise for Still {
    fn bits(&mut self) -> u128 {
        0
    }
}

fn policy() -> Policy {
    let files: BundleFiles = [
        ("bundle.toml", "version = 1\nnote = \"for tests\"\n"),
        ("schema.cedarschema", policy::bundle::SCHEMA),
        ("disclosure.toml", DISCLOSURE),
        ("policies/all.cedar", POLICY),
    ]
    .iter()
    .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
    .collect();
    Policy::new(Bundle::compile(&files).unwrap(), "the desk".to_owned())
}

const NOW: &str = "2024-05-01T12:00:00Z";

/// The permit of a table.
fn permit(policy: &Policy, snapshot: &Snapshot, asked: &Tabulation) -> Permit {
    let asker: model::Name = "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let question = Question {
        id: QuestionId(uuid::Uuid::from_u128(7)),
        asker: asker.clone(),
        purpose: Purpose::Investigation,
        operation: "Op Lantern".parse().unwrap(),
        circumstances: Circumstances::default(),
        audience: [("mps").parse().unwrap()].into(),
        issued_at: now,
        expires_at: now + SignedDuration::from_mins(1),
        ask: Ask::Tabulate(asked.clone()),
    };
    policy.authorise(&Principal::named(asker), &question, snapshot.labels(), now).unwrap()
}

/// The release of a table as it is counted: over prepared tables where that may be, or with DataFusion.
async fn released(snapshot: &Snapshot, engine: &Engine, asked: &Tabulation, prepared: bool) -> TableReply {
    counted(snapshot, engine, asked, prepared).await.unwrap()
}

/// The same, or why it could not be counted.
async fn counted(
    snapshot: &Snapshot,
    engine: &Engine,
    asked: &Tabulation,
    prepared: bool,
) -> Result<TableReply, EngineError> {
    let (policy, now) = (policy(), NOW.parse().unwrap());
    let permit = permit(&policy, snapshot, asked);
    let mut findings = Findings::for_table(&permit);
    let own: Arc<[u32]> = (0..10_000).collect();
    let known = Known { own: own.clone(), linked: own };
    match prepared {
        true => engine.tabulate(&permit, asked, known, &mut findings).await?,
        false => engine.aggregate(&permit, asked, &known, &mut findings).await?,
    }
    let release = policy.release(permit, findings, &History::empty(), now, &mut Still).unwrap();
    match release.into_reply() {
        Reply::Table(table) => Ok(table),
        Reply::Search(_) => panic!("a table was asked for"),
    }
}

/// The rows of a table along its path, joined the plain way.
fn rows(records: &Records, asked: &Tabulation) -> Vec<Row> {
    let path = asked.path();
    let of = |dataset: Dataset| records.get(&dataset).map_or(&[][..], Vec::as_slice);
    let named = |dataset: Dataset, name: &str| match dataset == path.dataset() {
        true => name.to_owned(),
        false => format!("{dataset}.{name}"),
    };
    let put = |mut row: Row, dataset: Dataset, record: &Record| {
        row.extend(record.iter().map(|(name, value)| (named(dataset, name), value.clone())));
        row
    };
    let own = path.dataset();
    let mut rows: Vec<Row> = of(own).iter().map(|record| put(Row::new(), own, record)).collect();
    if let (Some(link), Some(linked)) = (path.edges(), path.linked()) {
        let (near, far) = if link.from == own { ("from", "to") } else { ("to", "from") };
        let mut joined = Vec::new();
        for row in &rows {
            for edge in of(Dataset::Link) {
                let leads = edge
                    .get(format!("{near}_dataset").as_str())
                    .is_some_and(|d| *d == own.to_string())
                    && edge.get(format!("{far}_dataset").as_str()).is_some_and(|d| *d == linked.to_string())
                    && edge.get(format!("{near}_id").as_str()) == row.get(own.entity_key());
                for other in of(linked).iter().filter(|_| leads) {
                    if edge.get(format!("{far}_id").as_str()) == other.get(linked.entity_key()) {
                        joined.push(put(put(row.clone(), Dataset::Link, edge), linked, other));
                    }
                }
            }
        }
        rows = joined;
    }
    if let Some(link) = path.reference()
        && let Tie::Reference { column, .. } = link.tie
    {
        let meant = |row: &Row| row.get(&named(link.from, column)).cloned();
        rows = rows
            .into_iter()
            .flat_map(|row| {
                let key = link.to.entity_key();
                let found: Vec<&Record> = of(link.to)
                    .iter()
                    .filter(|r| meant(&row).is_some() && r.get(key) == meant(&row).as_ref())
                    .collect();
                match found.is_empty() {
                    true => vec![row],
                    false => found.into_iter().map(|record| put(row.clone(), link.to, record)).collect(),
                }
            })
            .collect();
    }
    rows
}

fn holds(filter: &Filter, row: &Row) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| holds(part, row)),
        Filter::Or(parts) => parts.iter().any(|part| holds(part, row)),
        Filter::Null { column, is_null } => row.contains_key(column) != *is_null,
        Filter::In { column, values } => row.get(column).is_some_and(|held| {
            values.iter().any(|value| {
                if column.ends_with("postcode") { held.starts_with(value) } else { held == value }
            })
        }),
        Filter::Range { column, from, below } => row.get(column).is_some_and(|held| {
            let place = |point: &GridPoint| point.to_string();
            let month = held.get(..7).unwrap();
            from.as_ref().is_none_or(|from| month >= place(from).as_str())
                && below.as_ref().is_none_or(|below| month < place(below).as_str())
        }),
    }
}

fn key(dimension: &Dimension, row: &Row) -> Option<String> {
    let held = row.get(&dimension.column)?;
    Some(match dimension.grain {
        Grain::Month => held.get(..7).unwrap().to_owned(),
        Grain::Year => held.get(..4).unwrap().to_owned(),
        Grain::Prefix(letters) => held.chars().take(letters.into()).collect(),
        Grain::Band(width) => {
            let number: i64 = held.parse().unwrap();
            (number - number.rem_euclid(width)).to_string()
        }
        _ => held.clone(),
    })
}

/// Held against the plain reckoning: every told figure is its figure, and every cell that too few stand behind, on any side, is
/// not told. Returns how many were told.
fn compare(table: &TableReply, records: &Records, asked: &Tabulation) -> usize {
    let path = asked.path();
    let mut groups: BTreeMap<Vec<Option<String>>, Vec<Row>> = BTreeMap::new();
    for row in
        rows(records, asked).into_iter().filter(|row| asked.filter().is_none_or(|filter| holds(filter, row)))
    {
        let keys: Vec<Option<String>> = asked.by().iter().map(|dimension| key(dimension, &row)).collect();
        for together in 0..if asked.totals() { 1 << keys.len() } else { 1 } {
            let key = keys.iter().enumerate().map(|(at, key)| match together >> at & 1 {
                0 => key.clone(),
                _ => Some(TOTAL.to_owned()),
            });
            groups.entry(key.collect()).or_default().push(row.clone());
        }
    }
    let distinct = |rows: &[Row], column: &str| {
        rows.iter().filter_map(|row| row.get(column)).collect::<BTreeSet<_>>().len()
    };
    let mut told = 0;
    for row in &table.rows {
        let Some(group) = groups.get(&row.keys) else {
            assert!(row.cells.iter().all(|cell| *cell == Cell::Suppressed), "{asked:?}: {row:?} is nobody's");
            continue;
        };
        let own = distinct(group, path.dataset().entity_key());
        for (cell, measure) in row.cells.iter().zip(asked.measures()) {
            let Cell::Released(figure) = cell else { continue };
            told += 1;
            let expected = match measure {
                Measure::Count => Figure::Count(group.len() as u64),
                Measure::Distinct => Figure::Count(own as u64),
                Measure::Sum(column) => {
                    Figure::Sum(group.iter().filter_map(|row| row.get(column)?.parse::<i64>().ok()).sum())
                }
                other => panic!("{other} is not reckoned here"),
            };
            assert_eq!(*figure, expected, "{asked:?}: {:?}", row.keys);
            assert!(own >= MINIMUM, "{asked:?}: {:?} speaks of {own}", row.keys);
            if let Some(dataset) = path.linked() {
                let linked = distinct(group, &format!("{dataset}.{}", dataset.entity_key()));
                assert!(linked >= MINIMUM, "{asked:?}: {:?} speaks of {linked} linked", row.keys);
            }
            if let Some(link) = path.reference() {
                let referred = distinct(group, &format!("{}.{}", link.to, link.to.entity_key()));
                assert!(
                    referred == 0 || referred >= MINIMUM,
                    "{asked:?}: {:?} speaks of {referred} places",
                    row.keys
                );
            }
        }
    }
    told
}

fn asked(dataset: Dataset, by: &[&str], measures: &[&str], filter: &str, totals: bool) -> Tabulation {
    let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
    let measures = measures.iter().map(|text| Measure::parse(dataset, text).unwrap()).collect();
    let filter = (!filter.is_empty()).then(|| Filter::parse(dataset, filter).unwrap());
    Tabulation::new(dataset, by, measures, filter).unwrap().with_totals(totals)
}

fn tables() -> Vec<Tabulation> {
    use Dataset::{Link, Person, Report};
    let both = &["count", "distinct"][..];
    [
        (Person, &["report.area"][..], both, "", true),
        (Person, &["report.area", "sex"], both, "link.role = subject", true),
        (
            Person,
            &["sex", "location.town"],
            both,
            "report.area in (North, South) and link.role = subject",
            false,
        ),
        (Person, &["report.month"], &["distinct"], "postcode in (SW) or report.area is null", false),
        (Report, &["person.sex", "area"], both, "", true),
        (Report, &["location.town"], &["count", "sum:risk_score"], "", true),
        (Report, &["location.town", "month"], both, "location.town is null or area = North", false),
        (Report, &["person.postcode:prefix2", "location.town"], both, "person.dob < 1972-01", false),
        (Report, &["area"], &["count", "sum:risk_score"], "", true),
        (Person, &["sex", "dob:year"], both, "", true),
        (Link, &["role"], both, "", false),
        (Person, &[], both, "report.area = nowhere", false),
    ]
    .into_iter()
    .map(|(dataset, by, measures, filter, totals)| asked(dataset, by, measures, filter, totals))
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn tables_along_links_come_to_the_plain_reckoning_and_excluded_records_change_nothing(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let records = made(seed, seed % 2 == 0);
            let kept = without_excluded(&records);
            let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
            let limits = EngineLimits { memory_bytes: 1 << 28, groups: 10_000, threads: 2 };
            let full = snapshot(&records, folders[0].path()).await;
            let alone = snapshot(&kept, folders[1].path()).await;
            let engines = [Engine::open(&full, limits).await.unwrap(), Engine::open(&alone, limits).await.unwrap()];
            let mut told = 0;
            for asked in tables() {
                let with = released(&full, &engines[0], &asked, true).await;
                told += compare(&with, &kept, &asked);
                let aggregated = released(&full, &engines[0], &asked, false).await;
                assert_eq!(with.rows, aggregated.rows, "{asked:?}: what is prepared comes to something else");
                let without = released(&alone, &engines[1], &asked, true).await;
                assert_eq!(with.rows, without.rows, "{asked:?}: what may not be counted shows");
            }
            assert!(told > 20, "{told}");
        });
    }
}
