//! How much processor time the release of a table of 10,000 cells takes, and how much secondary suppression withholds.
//! `cargo bench -p policy --bench tables`. The baseline protects in the simplest way that is as safe: wherever a cell is
//! sensitive, everything that shares a line with it goes, and what shares a line with that. The last table says whom it counts, and is
//! weighed against three that were told before. `-- NAME` measures those alone whose name holds this.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at the unexpected"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use model::reply::Figure;
use model::{
    Ask, Circumstances, Dataset, Dimension, Filter, Label, LabelTable, Measure, Principal, Purpose, Question,
    QuestionId, Tabulation,
};
use policy::{Bundle, Entities, EntitySet, Findings, History, Noise, Policy, Release, Told, bundle};

const DISCLOSURE: &str = "[profiles.standard]\nminimum_cell = 10\nrounding_base = 5\nsum_base = 100\n[limits]\ncells_max = 10000\n";
const PERMIT_ALL: &str = "@id(\"all\") permit (principal, action, resource);";
const DIMENSIONS: [&str; 4] = ["kind", "provenance", "classification", "subject_category"];

struct Still;

impl Noise for Still {
    fn bits(&mut self) -> u128 {
        0
    }
}

type Keys = Vec<Option<String>>;
/// Cells by their keys, each with the number of its entities or with a set of them.
type Cells<E> = Vec<(Keys, E)>;

/// A name, how many keys each dimension has, and how many entities stand behind the cell of a number.
type Shape = (&'static str, &'static [usize], fn(u64) -> u64);

fn main() {
    let shapes: [Shape; 8] = [
        ("8 × 8, a sixth small", &[8, 8], |n| 1 + n % 60),
        ("8 × 9, one in ten small", &[8, 9], |n| if n % 10 == 0 { 2 } else { 20 + n % 300 }),
        ("100 × 100, a sixth small", &[100, 100], |n| 1 + n % 60),
        ("100 × 100, one in a hundred small", &[100, 100], |n| if n % 100 == 0 { 3 } else { 20 + n % 300 }),
        ("5,000 × 2, a third small", &[5_000, 2], |n| if n % 3 == 0 { 2 } else { 40 + n % 50 }),
        ("22 × 22 × 20, a sixth small", &[22, 22, 20], |n| 1 + n % 60),
        ("10 × 10 × 10 × 10, a quarter small", &[10, 10, 10, 10], |n| 1 + n % 40),
        ("40 × 40 × 40, one cell in seven there", &[40, 40, 40], |n| {
            if n % 7 == 0 { 1 + n / 7 % 60 } else { 0 }
        }),
    ];
    println!(
        "{:42} {:>6} {:>10} {:>10} {:>10} {:>10}",
        "table", "cells", "median", "primary", "hidden", "baseline"
    );
    let only: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |name: &str| only.iter().all(|only| name.contains(only));
    for (name, sizes, count) in shapes.into_iter().filter(|(name, ..)| wanted(name)) {
        let cells = cells(sizes, count);
        line(name, &cells, measured(&Site::new(), sizes.len(), None, &cells, &History::empty()));
    }
    let (name, sizes, count) = shapes[2];
    let name = format!("{name}, after three tables");
    if wanted(&name) {
        let cells = cells(sizes, count);
        let (history, members) = remembered(&cells);
        line(&name, &cells, measured(&Site::new(), 2, None, &members, &history));
    }
}

fn line(name: &str, cells: &Cells<u64>, (took, hidden): (Duration, u64)) {
    let primary = cells.iter().filter(|(_, n)| *n < 10).count();
    println!(
        "{name:42} {:>6} {:>7.1} ms {primary:>10} {hidden:>10} {:>10}",
        cells.len(),
        took.as_secs_f64() * 1_000.0,
        baseline(cells)
    );
}

/// The cells of a table, scattered by a fixed multiplier.
fn cells(sizes: &[usize], count: fn(u64) -> u64) -> Cells<u64> {
    let total: usize = sizes.iter().product();
    let cell = |n: usize| {
        let mut rest = n;
        let keys = sizes.iter().map(|size| {
            let code = rest % size;
            rest /= size;
            Some(format!("{code:04}"))
        });
        let scattered = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        (keys.collect(), count(scattered))
    };
    (0..total).map(cell).filter(|(_, n)| *n > 0).take(10_000).collect()
}

/// A table of two dimensions with scattered entities, and what was told before: both of its margins, and the same table of
/// half of its records.
fn remembered(cells: &Cells<u64>) -> (History, Cells<EntitySet>) {
    let all: u64 = cells.iter().map(|(_, n)| n).sum();
    let mut next = 0;
    let mut entities = |n: u64| {
        next += n;
        (next - n..next).map(|number| u32::try_from(number * 7_919 % all).unwrap()).collect()
    };
    let table: Cells<Vec<u32>> = cells.iter().map(|(keys, n)| (keys.clone(), entities(*n))).collect();
    let sets = |cells: Cells<Vec<u32>>| -> Cells<EntitySet> {
        cells.into_iter().map(|(keys, entities)| (keys, EntitySet::of(entities))).collect()
    };
    let margin = |place: usize| {
        let mut margin: BTreeMap<Keys, Vec<u32>> = BTreeMap::new();
        table.iter().for_each(|(keys, of)| margin.entry(vec![keys[place].clone()]).or_default().extend(of));
        sets(margin.into_iter().collect())
    };
    let half = |(keys, of): &(Keys, Vec<u32>)| {
        (keys.clone(), of.iter().copied().filter(|entity| entity % 2 != 0).collect())
    };
    let half = sets(table.iter().map(half).collect());
    let filter = Filter::parse(Dataset::Event, "month >= 2024-02").unwrap();
    let site = Site::new();
    let mut told = Vec::new();
    for (members, dimensions, filter) in [(margin(0), 1, None), (margin(1), 1, None), (half, 2, Some(filter))]
    {
        let release = site.release(dimensions, filter, &members, &History::of(told.clone())).1;
        told.push(Arc::new(Told::from_bytes(&release.home().kept.as_ref().unwrap().told).unwrap()));
    }
    (History::of(told), sets(table))
}

/// The median time of nine releases, and the cells that are not told.
fn measured<E: Behind>(
    site: &Site,
    dimensions: usize,
    filter: Option<Filter>,
    cells: &[(Keys, E)],
    history: &History,
) -> (Duration, u64) {
    let mut releases: Vec<(Duration, u64)> = (0..9)
        .map(|_| {
            let (took, release) = site.release(dimensions, filter.clone(), cells, history);
            (took, release.summary().cells_suppressed)
        })
        .collect();
    releases.sort_unstable();
    releases[4]
}

/// Who stands behind a cell.
trait Behind: Clone + Into<Entities> {
    fn number(&self) -> u64;
}

impl Behind for u64 {
    fn number(&self) -> u64 {
        *self
    }
}

impl Behind for EntitySet {
    /// Sets show nothing of themselves but in the bytes that a node keeps.
    fn number(&self) -> u64 {
        Told::from(vec![self.clone()]).memberships()
    }
}

struct Site {
    policy: Policy,
    labels: LabelTable,
}

impl Site {
    fn new() -> Self {
        let files = [
            ("bundle.toml", "version = 1\nnote = \"for a bench\"\n"),
            ("schema.cedarschema", bundle::SCHEMA),
            ("disclosure.toml", DISCLOSURE),
            ("policies/all.cedar", PERMIT_ALL),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into_iter().collect();
        Self {
            policy: Policy::new(Bundle::compile(&files).unwrap(), String::new()),
            labels: LabelTable::from(vec![Label::ordinary(Dataset::Event, "mps".parse().unwrap())]),
        }
    }

    /// A table of so many dimensions with these cells, and how long its release took.
    fn release<E: Behind>(
        &self,
        dimensions: usize,
        filter: Option<Filter>,
        cells: &[(Keys, E)],
        history: &History,
    ) -> (Duration, Release) {
        let now: Timestamp = "2024-05-01T12:00:00Z".parse().unwrap();
        let by =
            DIMENSIONS.iter().take(dimensions).map(|text| Dimension::parse(Dataset::Event, text).unwrap());
        let question = Question {
            id: QuestionId(uuid::Uuid::from_u128(7)),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            circumstances: Circumstances::default(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(1),
            ask: Ask::Tabulate(
                Tabulation::new(Dataset::Event, by.collect(), vec![Measure::Count], filter).unwrap(),
            ),
        };
        let principal = Principal::named(question.asker.clone());
        let permit = self.policy.authorise(&principal, &question, &self.labels, now).unwrap();
        let mut findings = Findings::for_table(&permit);
        for (keys, entities) in cells {
            let figures = vec![Figure::Count(entities.number())];
            findings.add_group(keys.clone(), entities.clone(), figures);
        }
        let start = worked();
        let release = self.policy.release(permit, findings, history, now, &mut Still).unwrap();
        (worked() - start, release)
    }
}

/// How long this thread has had a processor; nothing where the system does not say.
fn on_processor() -> Option<Duration> {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    said.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How long this thread has worked: as the processor's time, which no other work on the machine adds to, or by the clock.
fn worked() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    on_processor().unwrap_or_else(|| BEGAN.elapsed())
}

/// How many cells the baseline withholds.
fn baseline(cells: &Cells<u64>) -> usize {
    let line = |keys: &[Option<String>], place: usize| {
        let mut line = keys.to_vec();
        if let Some(key) = line.get_mut(place) {
            *key = Some("*".to_owned());
        }
        line
    };
    let mut lines: BTreeMap<Vec<Option<String>>, Vec<usize>> = BTreeMap::new();
    for (at, (keys, _)) in cells.iter().enumerate() {
        for place in 0..keys.len() {
            lines.entry(line(keys, place)).or_default().push(at);
        }
    }
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    let mut waiting: Vec<usize> =
        cells.iter().enumerate().filter(|(_, (_, n))| *n < 10).map(|(at, _)| at).collect();
    while let Some(at) = waiting.pop() {
        if let (true, Some((keys, _))) = (hidden.insert(at), cells.get(at)) {
            let beside = (0..keys.len()).filter_map(|place| lines.get(&line(keys, place)));
            waiting.extend(beside.flatten().filter(|other| !hidden.contains(other)));
        }
    }
    hidden.len()
}
