//! How much processor time the release of a table of 10,000 cells takes, and how much secondary suppression withholds.
//! `cargo bench -p policy --bench tables`. The baseline protects in the simplest way that is as safe: wherever a cell is
//! sensitive, everything that shares a line with it goes, and what shares a line with that. The last table says whom it counts, and is
//! weighed against three that were told before; so are the tables of a threat picture, each against those before it
//! (`-- picture`). `-- NAME` measures those alone whose name holds this, `-- picture NAME` those of the picture; `-- picture 3000000` takes
//! so many reports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at the unexpected"
)]

mod picture;
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::reply::Figure;
use model::{Dataset, Dimension, Filter, Measure, Tabulation};
use policy::{Counted, EntitySet, History, Past};
use site::Site;

const DISCLOSURE: &str = "[profiles.standard]\nminimum_cell = 10\nrounding_base = 5\nsum_base = 100\n[limits]\ncells_max = 10000\n";
const DIMENSIONS: [&str; 4] = ["kind", "provenance", "classification", "subject_category"];

type Keys = Vec<Option<String>>;
/// Cells by their keys, each with what stands behind it.
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
    let arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (reports, only): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument.bytes().all(|byte| byte.is_ascii_digit()));
    let wanted = |name: &str| only.iter().all(|only| name.contains(only));
    let site = Site::new(Dataset::Event, DISCLOSURE);
    for (name, sizes, count) in shapes.into_iter().filter(|(name, ..)| wanted(name)) {
        let cells = cells(sizes, count);
        let groups: Vec<Counted> = cells.iter().map(|(keys, n)| group(keys, *n, None)).collect();
        let history = History::empty();
        line(name, &cells, measured(&site, &asked(sizes.len(), None), &groups, &history));
    }
    let (name, sizes, count) = shapes[2];
    let name = format!("{name}, after three tables");
    if wanted(&name) {
        let cells = cells(sizes, count);
        let (history, groups) = remembered(&site, &cells);
        line(&name, &cells, measured(&site, &asked(2, None), &groups, &history));
    }
    let (picture, of_picture): (Vec<&str>, Vec<&str>) =
        only.iter().map(String::as_str).partition(|only| *only == "picture");
    if !picture.is_empty() || only.is_empty() {
        picture::run(reports.first().map_or(300_000, |reports| reports.parse().unwrap()), &of_picture);
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

/// A table of so many dimensions.
fn asked(dimensions: usize, filter: Option<Filter>) -> Tabulation {
    let by = DIMENSIONS.iter().take(dimensions).map(|text| Dimension::parse(Dataset::Event, text).unwrap());
    Tabulation::new(Dataset::Event, by.collect(), vec![Measure::Count], filter).unwrap()
}

fn group(keys: &Keys, entities: u64, members: Option<Vec<u32>>) -> Counted {
    let (keys, members) = (keys.clone(), members.map(EntitySet::of));
    Counted { keys, entities, members, figures: vec![Figure::Count(entities)], ..Counted::default() }
}

/// A table of two dimensions with scattered entities, and what was told before: both of its margins, and the same table of
/// half of its records.
fn remembered(site: &Site, cells: &Cells<u64>) -> (History, Vec<Counted>) {
    let all: u64 = cells.iter().map(|(_, n)| n).sum();
    let mut next = 0;
    let mut entities = |n: u64| {
        next += n;
        (next - n..next).map(|number| u32::try_from(number * 7_919 % all).unwrap()).collect()
    };
    let table: Cells<Vec<u32>> = cells.iter().map(|(keys, n)| (keys.clone(), entities(*n))).collect();
    let groups = |cells: Cells<Vec<u32>>| -> Vec<Counted> {
        cells.into_iter().map(|(keys, of)| group(&keys, of.len() as u64, Some(of))).collect()
    };
    let margin = |place: usize| {
        let mut margin: BTreeMap<Keys, Vec<u32>> = BTreeMap::new();
        table.iter().for_each(|(keys, of)| margin.entry(vec![keys[place].clone()]).or_default().extend(of));
        groups(margin.into_iter().collect())
    };
    let half = |(keys, of): &(Keys, Vec<u32>)| {
        (keys.clone(), of.iter().copied().filter(|entity| entity % 2 != 0).collect())
    };
    let half = groups(table.iter().map(half).collect());
    let filter = Filter::parse(Dataset::Event, "month >= 2024-02").unwrap();
    let mut told = Past::default();
    for (groups, dimensions, filter) in [(margin(0), 1, None), (margin(1), 1, None), (half, 2, Some(filter))]
    {
        let release = site.release(asked(dimensions, filter), groups, &History::of(told.clone())).1;
        told.remember(release.home().kept.clone().unwrap().told);
    }
    (History::of(told), groups(table))
}

/// The median time of nine releases, and the cells that are not told.
fn measured(site: &Site, asked: &Tabulation, groups: &[Counted], history: &History) -> (Duration, u64) {
    let mut releases: Vec<(Duration, u64)> = (0..9)
        .map(|_| {
            let (took, release) = site.release(asked.clone(), groups.to_vec(), history);
            (took, release.summary().cells_suppressed)
        })
        .collect();
    releases.sort_unstable();
    releases[4]
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
