//! The tables of a threat picture over the same records, one after another: each is weighed against all before it, as a
//! node weighs them. Reports are drawn with the odds of `synth`, so that most combinations of what they say are rare.

use std::collections::BTreeMap;

use model::reply::Figure;
use model::{Dataset, Dimension, Filter, Measure, Spread, Tabulation};
use policy::{Counted, EntitySet, History, Past, Release};

use crate::site::{Site, worked};

/// How often each table is measured.
const RELEASES: usize = 5;

const DISCLOSURE: &str =
    "[profiles.standard]\nminimum_cell = 5\nrounding_base = 1\nsum_base = 1\n[limits]\ncells_max = 10000\n";

/// What is asked: a name, dimensions, a measure besides the count, and since which month.
type Question = (&'static str, &'static [&'static str], Option<&'static str>, Option<u64>);

const QUESTIONS: [Question; 6] = [
    ("by category", &["threat_category"], None, None),
    ("by month and classification, with a sum", &["month", "classification"], Some("sum:loss_gbp"), None),
    ("by area, source and quarter", &["area", "source_evaluation", "quarter"], None, Some(6)),
    ("by unit", &["reporting_unit"], None, None),
    ("by subcategory, area and quarter", &["subcategory", "area", "quarter"], None, Some(24)),
    (
        "mean and deviation by source and assessment",
        &["source_evaluation", "assessment"],
        Some("variance:risk_score"),
        None,
    ),
];

/// Prints what each of the tables costs whose names hold all of these; the others are told and not measured.
pub(crate) fn run(reports: u32, only: &[&str]) {
    let site = Site::new(Dataset::Report, DISCLOSURE);
    let reports: Vec<Report> = (0..reports).map(Report::drawn).collect();
    println!("\n{} reports, one table after another\n", reports.len());
    println!(
        "{:46} {:>6} {:>8} {:>13} {:>12} {:>12}",
        "table", "cells", "told", "by itself", "after all", "remembering"
    );
    let mut told = Past::default();
    for (name, by, measure, since) in QUESTIONS {
        let groups = groups(&reports, by, measure, since);
        let release = |history: &History| site.release(asked(by, measure, since), groups.clone(), history);
        let took = |history: &History| {
            let mut times: Vec<_> = (0..RELEASES).map(|_| release(history).0).collect();
            times.sort_unstable();
            times[RELEASES / 2].as_secs_f64() * 1_000.0
        };
        let history = History::of(told.clone());
        let (_, told_now) = release(&history);
        if only.iter().all(|only| name.contains(only)) {
            let (cells, released) = (groups.len(), told_now.summary().cells_released);
            let [alone, after] = [took(&History::empty()), took(&history)];
            drop(history);
            let began = worked();
            remember(&mut told, told_now);
            let remembering = (worked() - began).as_secs_f64() * 1_000.0;
            println!(
                "{name:46} {cells:>6} {released:>8} {alone:>10.1} ms {after:>9.1} ms {remembering:>9.1} ms"
            );
        } else {
            drop(history);
            remember(&mut told, told_now);
        }
    }
}

/// What a node does with a table that it told.
fn remember(told: &mut Past, mut release: Release) {
    told.remember(release.take_kept().unwrap().told);
}

fn asked(by: &[&str], measure: Option<&str>, since: Option<u64>) -> Tabulation {
    let by = by.iter().map(|text| Dimension::parse(Dataset::Report, text).unwrap()).collect();
    let measures = std::iter::once(Measure::Count).chain(measure.map(|text| {
        let (kind, column) = text.split_once(':').unwrap();
        if kind == "sum" { Measure::Sum(column.to_owned()) } else { Measure::Variance(column.to_owned()) }
    }));
    let since = since.map(|month| {
        let since = format!("month >= {}-{:02}", 2022 + month / 12, month % 12 + 1);
        Filter::parse(Dataset::Report, &since).unwrap()
    });
    Tabulation::new(Dataset::Report, by, measures.collect(), since).unwrap()
}

/// One report: what it can be grouped by, and what is added up.
struct Report {
    threat_category: u64,
    subcategory: u64,
    month: u64,
    classification: u64,
    area: Option<u64>,
    source: u64,
    assessment: u64,
    unit: u64,
    risk: u64,
    loss: u64,
}

impl Report {
    fn drawn(number: u32) -> Self {
        let mut dice = u64::from(number);
        let mut below = |most: u64| {
            dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (dice ^ dice >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ mixed >> 31) % most
        };
        let mut weighted = |odds: &[u64]| {
            let mut at = below(odds.iter().sum());
            let fits = odds.iter().position(|&odd| {
                let fits = at < odd;
                at = at.saturating_sub(odd);
                fits
            });
            fits.unwrap_or(0) as u64
        };
        let threat_category = weighted(&[9, 7, 5, 26, 9, 17, 5, 9, 6, 2, 5]);
        let subcategory = threat_category * 8 + weighted(&[40, 28, 18, 9, 5]);
        let month = weighted(&[100; 36]);
        let classification = weighted(&[850, 130, 20]);
        let area = weighted(&[94, 6]) == 0;
        let area = area.then(|| weighted(&[10; 32]));
        let grading = weighted(&[16, 24, 4, 16, 17, 11, 6, 2, 1]);
        let [source, assessment] =
            [[1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [2, 4], [3, 4], [3, 5], [0, 0]][grading as usize];
        let unit = weighted(&[1; 13]);
        let risk = weighted(&[1; 100]);
        let loss = weighted(&[90, 4, 3, 2, 1]) * 12_000;
        Self {
            threat_category,
            subcategory,
            month,
            classification,
            area,
            source,
            assessment,
            unit,
            risk,
            loss,
        }
    }

    fn key(&self, dimension: &str) -> Option<String> {
        const CATEGORIES: [&str; 11] = [
            "child_sexual_abuse",
            "modern_slavery",
            "immigration_crime",
            "drugs",
            "firearms",
            "acquisitive_crime",
            "cyber",
            "fraud",
            "money_laundering",
            "corruption",
            "other",
        ];
        let year = 2022 + self.month / 12;
        match dimension {
            "threat_category" => Some(CATEGORIES[self.threat_category as usize].to_owned()),
            "month" => Some(format!("{year}-{:02}", self.month % 12 + 1)),
            "quarter" => Some(format!("{year}-Q{}", self.month % 12 / 3 + 1)),
            "classification" => {
                Some(["official", "official_sensitive", "secret"][self.classification as usize].to_owned())
            }
            "area" => self.area.map(|area| format!("area {area:02}")),
            "reporting_unit" => (self.unit < 8).then(|| format!("unit {}", self.unit)),
            "subcategory" => Some(format!("subcategory {:02}", self.subcategory)),
            "source_evaluation" => {
                [None, Some("1"), Some("2"), Some("3")][self.source as usize].map(str::to_owned)
            }
            _ => [None, Some("a"), Some("b"), Some("c"), Some("d"), Some("e")][self.assessment as usize]
                .map(str::to_owned),
        }
    }

    fn value(&self, measure: Option<&str>) -> i64 {
        i64::try_from(if measure == Some("sum:loss_gbp") { self.loss } else { self.risk }).unwrap()
    }
}

/// The groups of a table as an engine counts them.
fn groups(reports: &[Report], by: &[&str], measure: Option<&str>, since: Option<u64>) -> Vec<Counted> {
    let mut groups: BTreeMap<Vec<Option<String>>, (Vec<u32>, Spread)> = BTreeMap::new();
    for (number, report) in
        (0..).zip(reports).filter(|(_, report)| since.is_none_or(|from| report.month >= from))
    {
        let group = groups.entry(by.iter().map(|dimension| report.key(dimension)).collect()).or_default();
        let value = report.value(measure);
        group.0.push(number);
        group.1.sum += value;
        group.1.squares += u128::from(value.unsigned_abs().pow(2));
        group.1.over += 1;
    }
    let counted = |(keys, (members, spread)): (_, (Vec<u32>, Spread))| {
        let count = Figure::Count(spread.over);
        let measured = measure.map(|text| match text {
            "sum:loss_gbp" => Figure::Sum(spread.sum),
            _ => Figure::Variance(spread),
        });
        Counted {
            keys,
            entities: members.len() as u64,
            members: Some(EntitySet::of(members)),
            figures: std::iter::once(count).chain(measured).collect(),
            ..Counted::default()
        }
    };
    groups.into_iter().map(counted).collect()
}
