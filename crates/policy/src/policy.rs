//! A force's policy at work: authorises questions, releases answers. The only maker of permits and releases.

use std::collections::BTreeSet;

use cedar_policy::PolicyId;
use jiff::{SignedDuration, Timestamp};
use model::granularity::Rungs;
use model::question::{CLOCK_SKEW_MAX, LIFETIME_MAX};
use model::vocabulary::{DisclosureMark, Retention};
use model::{Ask, Granularity, Label, LabelTable, Principal, Question, Refusal, Role};

use crate::bundle::profile::Disclosure;
use crate::bundle::{Bundle, BundleError, BundleFiles};
use crate::cases::{self, CaseResult};
use crate::decide::{Asked, TABLE, Verdict};
use crate::permit::Terms;
use crate::{Denial, Findings, History, Noise, Permit, Release, disclose};

/// A force's policy: a compiled bundle and the desk that referrals name.
#[derive(Debug)]
pub struct Policy {
    bundle: Bundle,
    desk: String,
}

impl Policy {
    /// The policy of `bundle`; `desk` is whom a referral tells the asker to contact.
    pub fn new(bundle: Bundle, desk: String) -> Self {
        Self { bundle, desk }
    }

    /// Names the bundle in audit entries.
    pub fn bundle_hash(&self) -> &str {
        self.bundle.hash()
    }

    pub(crate) fn disclosure(&self) -> &Disclosure {
        &self.bundle.disclosure
    }

    /// Whether this question may be answered, and on which terms.
    ///
    /// Depends on the question, the policy and the table of labels alone, never on a record (invariant 4).
    pub fn authorise(
        &self,
        principal: &Principal,
        question: &Question,
        labels: &LabelTable,
        now: Timestamp,
    ) -> Result<Permit, Denial> {
        check_asker(principal, question)?;
        check_time(question, now)?;
        let asked = Asked::new(&self.bundle.rules, principal, question);
        let mut ledger = Ledger::default();
        let (rung, terms) = match &question.ask {
            Ask::Search(search) => {
                let rung = highest_rung(&asked, search.granularity, &mut ledger)?;
                let terms = labels.iter().map(|(_, label)| search_terms(&asked, label, rung, &mut ledger));
                (Some(rung), terms.collect())
            }
            Ask::Tabulate(_) => {
                let verdict = asked.ask(TABLE);
                if !verdict.allowed {
                    return Err(refusal(&asked, "no table", verdict));
                }
                ledger.enter(&verdict);
                let terms = labels.iter().map(|(_, label)| table_terms(&asked, label, &mut ledger));
                (None, terms.collect())
            }
        };
        let profiles = ledger.counting.iter().map(|id| self.bundle.rules.profile(id));
        Ok(Permit {
            question: question.id,
            asker: question.asker.clone(),
            ask: question.ask.clone(),
            rung,
            terms,
            protection: self.bundle.disclosure.strictest(profiles),
            cells_max: self.bundle.disclosure.cells_max(),
            bundle: self.bundle.hash().to_owned(),
            granted_at: now,
            policies: names(&ledger.permits),
            faults: names(&ledger.faults),
        })
    }

    /// Spends a permit and what was found under it on the one thing that may leave (invariant 2).
    ///
    /// The controls in here read records, so they suppress and never refuse. A denial means that the findings do
    /// not belong to the permit, or that the table has more cells than the bundle's limit; how many groups a table
    /// has is no more than its release would have told.
    pub fn release(
        &self,
        permit: Permit,
        findings: Findings,
        history: &History,
        now: Timestamp,
        noise: &mut dyn Noise,
    ) -> Result<Release, Denial> {
        disclose::release(permit, findings, history, now, &self.desk, noise)
    }

    /// Runs the expected decisions that a bundle carries.
    pub fn run_cases(files: &BundleFiles) -> Result<Vec<CaseResult>, BundleError> {
        let policy = Self::new(Bundle::compile(files)?, "the desk".to_owned());
        Ok(policy.bundle.cases.iter().map(|case| cases::run(&policy, case)).collect())
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

fn check_asker(principal: &Principal, question: &Question) -> Result<(), Denial> {
    if principal.name != question.asker {
        return Err(Denial::new(
            Refusal::NotAuthentic,
            "the question names another asker than its signature",
        ));
    }
    if principal.name.role() != Role::Analyst {
        let reason = format!("a {} does not ask questions, only analysts do", principal.name.role());
        return Err(Denial::new(Refusal::NotPermitted, reason));
    }
    Ok(())
}

fn check_time(question: &Question, now: Timestamp) -> Result<(), Denial> {
    let lifetime = question.expires_at.duration_since(question.issued_at);
    let complaint = if question.issued_at.duration_since(now) > CLOCK_SKEW_MAX {
        "was issued in the future; compare the clocks"
    } else if question.expires_at <= now {
        "has expired"
    } else if lifetime <= SignedDuration::ZERO || lifetime > LIFETIME_MAX {
        "lives too long, or expires before it is issued"
    } else {
        return Ok(());
    };
    Err(Denial::new(Refusal::NotInTime, format!("the question {complaint}")))
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
