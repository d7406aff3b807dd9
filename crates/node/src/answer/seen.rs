//! What the audit log may say of a question: who, why, about what kind of thing and how it ended, never a value.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use audit::{Decision, Event, Particulars, Told};
use identity::Peer;
use model::probe::Known;
use model::vocabulary::Urgency;
use model::{Ask, Granularity, Principal, Question, Search, Standing};
use policy::{Charge, Release};

use super::Parts;
use crate::ledger::BrokenGlass;

/// What the audit log may say of a question, as far as it was understood.
pub(super) struct Seen<'a> {
    pub(super) peer: &'a Peer,
    pub(super) digest: String,
    pub(super) bundle: &'a str,
    pub(super) question: Option<Question>,
    pub(super) asker: Option<Principal>,
    pub(super) policies: Vec<String>,
    /// Set once a table with noise is paid for.
    pub(super) charged: OnceLock<Payment>,
}

/// What a table was charged.
#[derive(Debug)]
pub(super) struct Payment {
    pub(super) charge: Charge,
    /// What is spent of the budget with it.
    pub(super) spent_micro_rho: u64,
}

impl Seen<'_> {
    /// What is written of an answered question: the same number of entries for a question about a silent record as for
    /// any other.
    pub(super) fn answered(
        &self,
        rung: Option<Granularity>,
        released: &Parts<Release>,
        digest: String,
    ) -> Vec<Event> {
        let mut events = vec![self.decided(Decision::Permitted(rung))];
        events.extend(self.paid());
        events.extend(released.denials().into_iter().map(|(denied, places)| {
            let places: Vec<String> = places.iter().map(|at| format!("subjects[{at}]")).collect();
            let reason = format!("{}: {}", places.join(", "), denied.reason);
            self.decided(Decision::Refused { code: denied.code, reason })
        }));
        let notices: usize =
            released.each().filter_map(|(_, release)| release).map(|r| r.home().notices.len()).sum();
        events.push(Event::Released { digest, told: told(released) });
        events.push(Event::Noticed { records: notices as u64 });
        events
    }

    /// The entry about what a table was charged, also where nothing came of it.
    pub(super) fn paid(&self) -> Option<Event> {
        let Payment { charge, spent_micro_rho } = self.charged.get()?;
        Some(Event::Charged {
            dataset: charge.dataset,
            pool: charge.pool.clone(),
            micro_rho: charge.micro_rho,
            spent_micro_rho: *spent_micro_rho,
            budget_micro_rho: charge.budget_micro_rho,
            period_days: charge.period_days,
        })
    }

    /// The entry about a decision.
    pub(super) fn decided(&self, decision: Decision) -> Event {
        let question = self.question.as_ref();
        Event::Decided {
            asker: question.map(|q| q.asker.clone()),
            peer: self.peer.name().clone(),
            purpose: question.map(|q| q.purpose),
            operation: question.map(|q| q.operation.to_string()),
            mode: question.map(|q| q.ask.mode().to_owned()),
            about: question.map(|q| match &q.ask {
                Ask::Search(search) => search.probe.kind().to_owned(),
                Ask::Batch(searches) => kinds(searches),
                Ask::Tabulate(table) => table.path().to_string(),
            }),
            digest: self.digest.clone(),
            expires_at: question.map(|q| q.expires_at),
            bundle: self.bundle.to_owned(),
            particulars: Box::new(self.particulars()),
            decision,
        }
    }
}

impl Seen<'_> {
    fn particulars(&self) -> Particulars {
        let Some(question) = &self.question else { return Particulars::default() };
        let circumstances = &question.circumstances;
        let Standing { unit, rank, vetting } =
            self.asker.as_ref().map_or_else(Standing::default, |asker| asker.standing.clone());
        let urgency = circumstances.urgency.urgency();
        Particulars {
            unit,
            rank,
            vetting,
            legal_basis: circumstances.legal_basis,
            urgency: (urgency != Urgency::Routine).then_some(urgency),
            requested: match &question.ask {
                Ask::Search(search) => Some(search.granularity),
                Ask::Batch(searches) => searches.iter().map(|search| search.granularity).max(),
                Ask::Tabulate(_) => None,
            },
            known: known(&question.ask),
            approved_by: self.broken_glass().map(|glass| glass.approved_by),
            delegated: self.asker.as_ref().and_then(|asker| asker.delegated.as_ref()).map(|delegated| {
                audit::Delegated { door: delegated.door.clone(), delegation: delegated.delegation.id }
            }),
            policies: self.policies.clone(),
        }
    }

    /// The threat to life under which it is asked, where a second analyst approved one.
    pub(super) fn broken_glass(&self) -> Option<BrokenGlass> {
        let reason = self.question.as_ref()?.circumstances.urgency.reason()?.as_str().to_owned();
        let approved_by = self.asker.as_ref()?.approved_by.clone()?;
        Some(BrokenGlass { approved_by, reason })
    }
}

/// Whether what is searched for is known whole; none of a batch whose subjects differ in it. A table looks for nobody.
fn known(ask: &Ask) -> Option<Known> {
    match ask {
        Ask::Search(search) => Some(search.probe.known()),
        Ask::Batch(searches) => {
            let mut known = searches.iter().map(|search| search.probe.known());
            let first = known.next();
            first.filter(|first| known.all(|other| other == *first))
        }
        Ask::Tabulate(_) => Some(Known::Whole),
    }
}

/// How many subjects of each kind a batch holds: `12 person, 3 vrm`.
fn kinds(searches: &[Search]) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for search in searches {
        *kinds.entry(search.probe.kind()).or_default() += 1;
    }
    kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

fn told(released: &Parts<Release>) -> Told {
    let release = match released {
        Parts::Whole(release) => release,
        Parts::Subjects(subjects) => {
            let hit = |release: &&Release| release.summary().hit == Some(true);
            return Told::Batch {
                subjects: subjects.len() as u64,
                refused: subjects.iter().filter(|subject| subject.is_err()).count() as u64,
                hits: subjects.iter().flatten().filter(hit).count() as u64,
            };
        }
    };
    let summary = release.summary();
    match summary.rung {
        Some(granularity) => Told::Search { granularity, hit: summary.hit },
        None => Told::Table {
            released: summary.cells_released,
            suppressed: summary.cells_suppressed,
            secondary: summary.cells_secondary,
            lost_permille: summary.lost_permille,
        },
    }
}
