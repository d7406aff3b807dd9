//! The answer to a search: each part is made from the matches whose labels all allow that part.
//! Nothing found, all silent and all denied give equal replies, which follows from building them all here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::granularity::Rungs;
use model::reply::{CountBand, MatchLine, Referral};
use model::vocabulary::EntityKind;
use model::{Granularity, Reply, SearchReply, Yardstick};

use crate::findings::{Facet, Match};
use crate::noise::reference;
use crate::release::{HomeRecord, HomeReferral, Notice, Release, ReleaseSummary};
use crate::{Noise, Permit};

pub(super) fn release(
    permit: &Permit,
    rung: Granularity,
    matches: Vec<Match>,
    now: Timestamp,
    desk: &str,
    noise: &mut dyn Noise,
) -> Release {
    let hit = (rung >= Granularity::Hit).then(|| adding(permit, &matches, Granularity::Hit).next().is_some());
    let records: BTreeSet<&str> =
        adding(permit, &matches, Granularity::Referral).map(|m| m.record.as_str()).collect();
    // Drawn whether or not it is used, so that a hit asks no more of the source than its absence.
    let reference = reference(noise.bits());
    let referral =
        (!records.is_empty()).then(|| Referral { desk: desk.to_owned(), reference: reference.clone() });
    let home = HomeRecord {
        notices: notices(permit, &matches, now),
        referral: referral
            .is_some()
            .then(|| HomeReferral { reference, records: records.into_iter().map(str::to_owned).collect() }),
    };
    let reply = SearchReply { granularity: rung, hit, matches: lines(permit, &matches), referral };
    let summary = ReleaseSummary { rung: Some(rung), hit, cells_released: 0, cells_suppressed: 0 };
    Release::new(Reply::Search(reply), home, summary)
}

/// The matches that add to one part of the answer. A permit's rungs never reach beyond the question's own.
fn adding<'m>(permit: &Permit, matches: &'m [Match], part: Granularity) -> impl Iterator<Item = &'m Match> {
    matches.iter().filter(move |m| rungs(permit, m).contains(part))
}

/// What all labels of a match allow. A match without a label allows nothing (invariant 3: a missing fact denies).
fn rungs(permit: &Permit, found: &Match) -> Rungs {
    found.labels.iter().map(|&label| permit.rungs_of(label)).reduce(Rungs::and).unwrap_or(Rungs::NONE)
}

/// What the matches of one line share out.
#[derive(Default)]
struct Line<'m> {
    records: BTreeSet<&'m str>,
    facets: Vec<&'m Facet>,
}

fn lines(permit: &Permit, matches: &[Match]) -> Vec<MatchLine> {
    let mut lines: BTreeMap<(EntityKind, Yardstick), Line<'_>> = BTreeMap::new();
    for found in adding(permit, matches, Granularity::Count) {
        let line = lines.entry((found.entity, Yardstick::of(found.confidence))).or_default();
        line.records.insert(&found.record);
        if rungs(permit, found).contains(Granularity::Picture) {
            let told = |facet: &&Facet| permit.rungs_of(facet.label).contains(Granularity::Picture);
            line.facets.extend(found.facets.iter().filter(told));
        }
    }
    lines
        .into_iter()
        .filter_map(|((entity, confidence), line)| {
            let years = || line.facets.iter().filter_map(|facet| facet.year);
            let categories: BTreeSet<_> = line.facets.iter().map(|facet| facet.category).collect();
            Some(MatchLine {
                entity,
                confidence,
                count: CountBand::of(line.records.len())?,
                categories: categories.into_iter().collect(),
                years: years().min().zip(years().max()),
                // Bands stand in their list from strong to weak.
                grading: line.facets.iter().map(|facet| facet.grading).min(),
            })
        })
        .collect()
}

/// One notice for each silent record that was met.
fn notices(permit: &Permit, matches: &[Match], now: Timestamp) -> Vec<Notice> {
    let watched: BTreeMap<&str, &Match> = matches
        .iter()
        .filter(|found| found.labels.iter().any(|&label| permit.is_watched(label)))
        .map(|found| (found.record.as_str(), found))
        .collect();
    watched
        .into_values()
        .map(|found| Notice {
            record: found.record.clone(),
            question: permit.question,
            asker: permit.asker.clone(),
            at: now,
        })
        .collect()
}
