//! What the rules decide about a question: its rung, and for each label what records with it may add.
//! Depends on who asks, why, what about, and the labels; never on a record (invariant 4).

use std::collections::{BTreeSet, HashMap};

use cedar_policy::PolicyId;
use model::granularity::Rungs;
use model::reply::Protection;
use model::vocabulary::{DisclosureMark, Retention};
use model::{Granularity, Label, LabelTable, Principal, Question, Refusal};

use crate::Denial;
use crate::bundle::Bundle;
use crate::decide::{Asked, TABLE, Verdict};
use crate::part::Part;

/// What was decided.
pub(crate) struct Decided {
    /// The labels that it was decided over, in their order.
    pub(crate) labels: LabelTable,
    /// The rung given; none for a table.
    pub(crate) rung: Option<Granularity>,
    /// Terms of each label, by its id.
    pub(crate) terms: Vec<Terms>,
    /// How a table's cells are protected.
    pub(crate) protection: Protection,
    /// The permits that decided.
    pub(crate) policies: Vec<String>,
    /// The policies that could not be evaluated, each of which denied.
    pub(crate) faults: Vec<String>,
}

/// What a permit says about one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The parts of a search answer that its records add to.
    pub(crate) rungs: Rungs,
    /// Whether its records are counted in a table.
    pub(crate) counted: bool,
    /// Whether its records add nothing but the home unit is told that they were met.
    pub(crate) watched: bool,
}

impl Decided {
    /// Decides once for each combination of what the policies mention, which is far fewer than there are labels.
    pub(crate) fn decide(
        bundle: &Bundle,
        principal: &Principal,
        question: &Question,
        part: Part<'_>,
        labels: &LabelTable,
    ) -> Result<Self, Denial> {
        let asked = Asked::new(&bundle.rules, principal, question, part);
        let mut ledger = Ledger::default();
        let rung = match part {
            Part::Search(search) => Some(highest_rung(&asked, search.granularity, &mut ledger)?),
            Part::Table(_) => {
                let verdict = asked.ask(TABLE);
                if !verdict.allowed {
                    return Err(refusal(&asked, "no table", verdict));
                }
                ledger.enter(&verdict);
                None
            }
        };
        let mut decided: HashMap<Label, Terms> = HashMap::new();
        let mut terms = Vec::with_capacity(labels.len());
        for (_, label) in labels.iter() {
            let alike = bundle.rules.as_seen(label);
            let of_label = *decided.entry(alike).or_insert_with(|| match rung {
                Some(rung) => search_terms(&asked, label, rung, &mut ledger),
                None => table_terms(&asked, label, &mut ledger),
            });
            terms.push(of_label);
        }
        let profiles = ledger.counting.iter().map(|id| bundle.rules.profile(id));
        Ok(Self {
            labels: labels.clone(),
            rung,
            terms,
            protection: bundle.disclosure.strictest(profiles),
            policies: names(&ledger.permits),
            faults: names(&ledger.faults),
        })
    }
}

/// The policies met on the way to a permit.
#[derive(Default)]
struct Ledger {
    permits: BTreeSet<PolicyId>,
    counting: BTreeSet<PolicyId>,
    faults: BTreeSet<PolicyId>,
}

impl Ledger {
    fn enter(&mut self, verdict: &Verdict) {
        let side = match (verdict.faulty, verdict.allowed) {
            (true, _) => &mut self.faults,
            (false, true) => &mut self.permits,
            (false, false) => return,
        };
        side.extend(verdict.policies.iter().cloned());
    }
}

/// The highest rung, from the requested one down, on which the question may be asked.
fn highest_rung(asked: &Asked<'_>, wanted: Granularity, ledger: &mut Ledger) -> Result<Granularity, Denial> {
    let mut denied = Verdict::default();
    for &rung in Granularity::ALL.iter().rev().filter(|&&rung| rung <= wanted) {
        let verdict = asked.ask(rung.as_str());
        ledger.enter(&verdict);
        if verdict.allowed {
            return Ok(rung);
        }
        denied.faulty |= verdict.faulty;
        denied.policies.extend(verdict.policies);
    }
    Err(refusal(asked, &format!("no rung up to {wanted}"), denied))
}

fn refusal(asked: &Asked<'_>, what: &str, verdict: Verdict) -> Denial {
    let why = match (verdict.faulty, verdict.policies.is_empty()) {
        (true, _) => "a policy could not be evaluated",
        (false, true) => "no permit applies",
        (false, false) => "a forbid applies",
    };
    let reason = format!("{what} of {} may be told to this asker for this purpose: {why}", asked.dataset());
    let policies = names(&verdict.policies.into_iter().collect());
    Denial { policies, ..Denial::new(Refusal::NotPermitted, reason) }
}

/// A silent label adds nothing whatever the policies say, and is watched. A disposed one does not exist.
/// `acknowledged` says nothing about records and is not asked for.
fn search_terms(asked: &Asked<'_>, label: &Label, rung: Granularity, ledger: &mut Ledger) -> Terms {
    if label.retention == Retention::Disposed {
        return Terms::default();
    }
    if label.disclosure_mark == DisclosureMark::Silent {
        return Terms { watched: true, ..Terms::default() };
    }
    let about = asked.about(label);
    let told = |rung: &&Granularity| **rung > Granularity::Acknowledged;
    let mut rungs = Rungs::NONE;
    for &part in Granularity::ALL.iter().filter(told).filter(|&&part| part <= rung) {
        // Each part of an answer implies the hit, and the picture stands in the lines of the count.
        let needed = match part {
            Granularity::Acknowledged | Granularity::Hit => None,
            Granularity::Count | Granularity::Referral => Some(Granularity::Hit),
            Granularity::Picture => Some(Granularity::Count),
        };
        if needed.is_some_and(|needed| !rungs.contains(needed)) {
            continue;
        }
        let verdict = about.search(part.as_str());
        ledger.enter(&verdict);
        if verdict.allowed {
            rungs = rungs.with(part);
        }
    }
    Terms { rungs, ..Terms::default() }
}

/// Silent records are in no table, nor are those of other datasets.
fn table_terms(asked: &Asked<'_>, label: &Label, ledger: &mut Ledger) -> Terms {
    let absent = label.retention == Retention::Disposed || label.disclosure_mark == DisclosureMark::Silent;
    if absent || label.dataset != asked.dataset() {
        return Terms::default();
    }
    let verdict = asked.about(label).tabulate();
    ledger.enter(&verdict);
    if verdict.allowed {
        ledger.counting.extend(verdict.policies);
    }
    Terms { counted: verdict.allowed, ..Terms::default() }
}

fn names(policies: &BTreeSet<PolicyId>) -> Vec<String> {
    policies.iter().map(ToString::to_string).collect()
}
