//! The answer to a search: each part is made from the matches whose labels all allow that part.
//! Nothing found, all silent and all denied give equal replies, which follows from building them all here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::granularity::Rungs;
use model::reply::{CountBand, LinkedLine, MatchLine, Referral};
use model::vocabulary::{EntityKind, ThreatCategory};
use model::{Dataset, Granularity, LabelId, Reply, SearchReply, Yardstick};

use super::Home;
use crate::findings::{Facet, Match};
use crate::noise::reference;
use crate::release::{HomeRecord, HomeReferral, Notice, Release, ReleaseSummary};
use crate::{Alert, Noise, Permit};

pub(super) fn release(
    permit: &Permit,
    rung: Granularity,
    matches: Vec<Match>,
    now: Timestamp,
    site: Home<'_>,
    noise: &mut dyn Noise,
) -> Release {
    let hit = (rung >= Granularity::Hit).then(|| adding(permit, &matches, Granularity::Hit).next().is_some());
    let records: BTreeSet<&str> =
        adding(permit, &matches, Granularity::Referral).map(|m| m.record.as_str()).collect();
    // Drawn whether or not it is used, so that a hit asks no more of the source than its absence.
    let reference = reference(noise.bits());
    let referral =
        (!records.is_empty()).then(|| Referral { desk: site.desk.to_owned(), reference: reference.clone() });
    let home = HomeRecord {
        notices: notices(permit, &matches, now),
        referral: referral
            .is_some()
            .then(|| HomeReferral { reference, records: records.into_iter().map(str::to_owned).collect() }),
        alerts: alerts(permit, &matches),
        kept: None,
    };
    let tags = site.tagging.filter(|_| rung >= Granularity::Count).and_then(|tagging| {
        let tied = |found: &&Match| !permit.withholds_same_person(&found.labels);
        let mut told: Vec<&Match> = adding(permit, &matches, Granularity::Count).filter(tied).collect();
        // The likeliest first: a release has room for so many.
        told.sort_by(|a, b| b.confidence.value().total_cmp(&a.confidence.value()));
        tagging.tags(permit, told.into_iter().flat_map(|found| &found.features))
    });
    let reply = SearchReply { granularity: rung, hit, matches: lines(permit, &matches), referral, tags };
    let summary = ReleaseSummary { rung: Some(rung), hit, ..ReleaseSummary::default() };
    Release::new(Reply::Search(reply), home, summary)
}

/// The matches that add to one part of the answer. A permit's rungs never reach beyond the question's own.
fn adding<'m>(permit: &Permit, matches: &'m [Match], part: Granularity) -> impl Iterator<Item = &'m Match> {
    matches.iter().filter(move |m| rungs(permit, m).contains(part))
}

/// What all labels of a match allow. A match without a label allows nothing (invariant 3: a missing fact denies).
fn rungs(permit: &Permit, found: &Match) -> Rungs {
    rungs_of_all(permit, &found.labels)
}

fn rungs_of_all(permit: &Permit, labels: &[LabelId]) -> Rungs {
    labels.iter().map(|&label| permit.rungs_of(label)).reduce(Rungs::and).unwrap_or(Rungs::NONE)
}

/// What the matches of one line share out.
#[derive(Default)]
struct Line<'m> {
    records: BTreeSet<&'m str>,
    /// What may be told of in the picture.
    facets: Vec<&'m Facet>,
    linked: BTreeMap<(Dataset, Option<ThreatCategory>), LinkedRecords>,
}

/// Linked records of one dataset and, where it may be told, one category.
#[derive(Default)]
struct LinkedRecords {
    records: BTreeSet<u64>,
    years: BTreeSet<i16>,
}

fn lines(permit: &Permit, matches: &[Match]) -> Vec<MatchLine> {
    let mut lines: BTreeMap<(EntityKind, Yardstick), Line<'_>> = BTreeMap::new();
    for found in adding(permit, matches, Granularity::Count) {
        let line = lines.entry((found.entity, Yardstick::of(found.confidence))).or_default();
        line.records.insert(&found.record);
        for facet in &found.facets {
            let told = rungs_of_all(permit, &facet.labels).and(rungs(permit, found));
            let pictured = told.contains(Granularity::Picture);
            // An object says what is owned, not what is feared.
            if pictured && facet.linked.is_none_or(|linked| linked.dataset != Dataset::Object) {
                line.facets.push(facet);
            }
            if let Some(linked) = facet.linked.filter(|_| told.contains(Granularity::Count)) {
                let of = (linked.dataset, pictured.then_some(facet.category));
                let records = line.linked.entry(of).or_default();
                records.records.insert(linked.record);
                records.years.extend(facet.year.filter(|_| pictured));
            }
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
                linked: line.linked.into_iter().filter_map(linked_line).collect(),
            })
        })
        .collect()
}

fn linked_line(
    ((dataset, category), of): ((Dataset, Option<ThreatCategory>), LinkedRecords),
) -> Option<LinkedLine> {
    let years = of.years.first().copied().zip(of.years.last().copied());
    Some(LinkedLine { dataset, count: CountBand::of(of.records.len())?, category, years })
}

/// The units that hear of the question itself, and of the records that it was told of.
fn alerts(permit: &Permit, matches: &[Match]) -> Vec<Alert> {
    let told = adding(permit, matches, Granularity::Hit).flat_map(|found| permit.alerts_of(&found.labels));
    let alerts: BTreeSet<&Alert> = permit.decided.alerts.iter().chain(told).collect();
    alerts.into_iter().cloned().collect()
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
