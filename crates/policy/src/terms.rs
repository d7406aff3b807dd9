//! What the rules decide about a question: its rung, and for each label what records with it may add.
//! Depends on who asks, why, when, what about, and the labels; never on a record (invariant 4).

use std::collections::HashMap;
use std::sync::Arc;

use model::granularity::Rungs;
use model::vocabulary::{DisclosureMark, Retention, SubjectCategory};
use model::{Granularity, Label, LabelId, LabelTable, Refusal};

use crate::bundle::Bundle;
use crate::bundle::profile::Profile;
use crate::bundle::rules::{Action, Rules};
use crate::codes::{Coder, Codes, seen_through};
use crate::decide::{Decider, Verdict};
use crate::explain::{Before, LabelClass, Step, StepVerdict};
use crate::facts::{Facts, TABLE};
use crate::marks::Marks;
use crate::{Alert, Denial};

/// What was decided.
#[derive(Clone)]
pub(crate) struct Decided {
    /// The labels that it was decided over, in their order.
    pub(crate) labels: LabelTable,
    /// The rung given; none for a table.
    pub(crate) rung: Option<Granularity>,
    /// Terms of each label, by its id.
    pub(crate) terms: Vec<Terms>,
    /// How a table's cells are protected.
    pub(crate) profile: Profile,
    /// The permits that decided.
    pub(crate) policies: Vec<String>,
    /// The policies that could not be evaluated, each of which denied.
    pub(crate) faults: Vec<String>,
    /// Whom the home force tells that this was asked.
    pub(crate) alerts: Vec<Alert>,
    /// Whom it tells when a record was told of, by [`Terms::alerts`]; the first is nobody.
    pub(crate) label_alerts: Vec<Vec<Alert>>,
    /// Whether it was decided under a verified threat to life.
    pub(crate) break_glass: bool,
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
    /// Whether it is withheld that another force holds the same person as one of its records.
    pub(crate) untied: bool,
    /// Who is told when a record of it was told of: a place in [`Decided::label_alerts`].
    pub(crate) alerts: u16,
}

/// How a decision came about; kept only where somebody asks for it.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) asked: Vec<Step>,
    pub(crate) labels: Vec<LabelClass>,
}

impl Decided {
    /// Decides once for each combination of what the policies mention, which is far fewer than there are labels.
    pub(crate) fn decide(
        bundle: &Bundle,
        facts: &Facts,
        labels: &LabelTable,
        mut trace: Option<&mut Trace>,
    ) -> Result<Self, Denial> {
        let rules = &bundle.rules;
        let mut desk = Desk::new(rules, facts, trace.is_some());
        let asked = match facts.requested() {
            Some(wanted) => desk.highest_rung(wanted).map(Some),
            None => desk.may_tabulate().map(|()| None),
        };
        if let Some(trace) = trace.as_deref_mut() {
            trace.asked = desk.take_steps();
        }
        let rung = asked?;
        let mut decided: HashMap<Codes, (Terms, usize)> = HashMap::new();
        let mut terms = Vec::with_capacity(labels.len());
        let mut coder = Coder::default();
        for (id, label) in labels.iter() {
            let codes = coder.codes(label);
            let alike = seen_through(rules.label_mask(), &codes);
            let class = decided.len();
            let (of_label, class) = *decided.entry(alike).or_insert_with(|| {
                let (of_label, before) = match rung {
                    Some(rung) => desk.search_terms(label, &codes, rung),
                    None => desk.table_terms(label, &codes),
                };
                if let Some(trace) = trace.as_deref_mut() {
                    let Terms { rungs, counted, untied, .. } = of_label;
                    let (labels, steps) = (Vec::new(), desk.take_steps());
                    trace.labels.push(LabelClass { labels, before, steps, rungs, counted, untied });
                }
                (of_label, class)
            });
            if let Some(class) = trace.as_deref_mut().and_then(|trace| trace.labels.get_mut(class)) {
                class.labels.push(id);
            }
            terms.push(of_label);
        }
        let profiles =
            desk.counting.places().filter_map(|at| rules.described(at)).map(|p| p.profile.as_str());
        let profile = bundle.disclosure.strictest(profiles);
        let mut alerting = desk.asking.clone();
        alerting.add(&desk.counting);
        Ok(Self {
            labels: labels.clone(),
            rung,
            terms,
            profile,
            policies: rules.names(&desk.permits),
            faults: rules.names(&desk.faults),
            alerts: rules.alerts(&alerting),
            label_alerts: desk.label_alerts,
            break_glass: facts.break_glass(),
        })
    }

    /// What was decided of each dataset on a table's path, as one: records count by what was decided of their own dataset, and
    /// the strictest protection of all holds. `first` is the dataset that is counted.
    pub(crate) fn along(first: &Self, others: &[Arc<Self>]) -> Self {
        let mut whole = first.clone();
        for other in others {
            for (terms, more) in whole.terms.iter_mut().zip(&other.terms) {
                // A label is of one dataset, and counted in the decision about that one alone.
                terms.counted |= more.counted;
            }
            whole.profile = whole.profile.strictest(other.profile);
            for (list, more) in [(&mut whole.policies, &other.policies), (&mut whole.faults, &other.faults)] {
                list.extend(more.iter().cloned());
                list.sort_unstable();
                list.dedup();
            }
            whole.alerts.extend(other.alerts.iter().cloned());
            whole.alerts.sort_unstable();
            whole.alerts.dedup();
        }
        whole
    }

    /// The terms of a label; those of one that is not known allow nothing.
    pub(crate) fn terms(&self, label: LabelId) -> Terms {
        usize::try_from(label.0).ok().and_then(|at| self.terms.get(at)).copied().unwrap_or_default()
    }
}

/// Decides, and enters the policies met on the way.
struct Desk<'a> {
    rules: &'a Rules,
    decider: Decider<'a>,
    /// Permits of every kind.
    permits: Marks,
    /// Permits to ask, on the rung that is given.
    asking: Marks,
    /// Permits to count.
    counting: Marks,
    /// Policies that could not be evaluated.
    faults: Marks,
    label_alerts: Vec<Vec<Alert>>,
    steps: Option<Vec<Step>>,
}

impl<'a> Desk<'a> {
    fn new(rules: &'a Rules, facts: &'a Facts, traced: bool) -> Self {
        Self {
            rules,
            decider: Decider::new(rules, facts),
            permits: Marks::default(),
            asking: Marks::default(),
            counting: Marks::default(),
            faults: Marks::default(),
            label_alerts: vec![Vec::new()],
            steps: traced.then(Vec::new),
        }
    }

    fn take_steps(&mut self) -> Vec<Step> {
        self.steps.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The highest rung, from the requested one down, on which the question may be asked.
    fn highest_rung(&mut self, wanted: Granularity) -> Result<Granularity, Denial> {
        let mut denied = Verdict::default();
        for &rung in Granularity::ALL.iter().rev().filter(|&&rung| rung <= wanted) {
            let verdict = self.decider.ask(rung.as_str());
            self.enter(rung.as_str(), &verdict, None);
            if verdict.allowed {
                self.asking = verdict.policies;
                return Ok(rung);
            }
            denied.faulty |= verdict.faulty;
            denied.policies.add(&verdict.policies);
        }
        Err(self.refusal(&format!("no rung up to {wanted}"), &denied))
    }

    fn may_tabulate(&mut self) -> Result<(), Denial> {
        let verdict = self.decider.ask(TABLE);
        self.enter(TABLE, &verdict, None);
        if !verdict.allowed {
            return Err(self.refusal("no table", &verdict));
        }
        self.asking = verdict.policies;
        Ok(())
    }

    fn refusal(&self, what: &str, verdict: &Verdict) -> Denial {
        let why = match (verdict.faulty, verdict.policies.is_empty()) {
            (true, _) => "a policy could not be evaluated",
            (false, true) => "no permit applies",
            (false, false) => "a forbid applies",
        };
        let about = self.decider.facts().dataset();
        let mut reason = format!("{what} of {about} may be told to this asker for this purpose: {why}");
        for policy in verdict.policies.places().filter_map(|at| self.rules.described(at)) {
            if let Some(said) = &policy.reason {
                reason.push_str(&format!("; {}: {said}", policy.id));
            }
        }
        Denial {
            policies: self.rules.names(&verdict.policies),
            alerts: self.rules.alerts(&verdict.policies),
            ..Denial::new(Refusal::NotPermitted, reason)
        }
    }

    /// A silent label adds nothing whatever the policies say, and is watched. A disposed one does not exist.
    /// `acknowledged` says nothing about records and is not asked for.
    fn search_terms(&mut self, label: &Label, codes: &Codes, rung: Granularity) -> (Terms, Option<Before>) {
        if label.retention == Retention::Disposed {
            return (Terms::default(), Some(Before::Disposed));
        }
        if label.disclosure_mark == DisclosureMark::Silent {
            return (Terms { watched: true, ..Terms::default() }, Some(Before::Silent));
        }
        let told = |rung: &&Granularity| **rung > Granularity::Acknowledged;
        let mut terms = Terms::default();
        let mut permits = Marks::default();
        for &part in Granularity::ALL.iter().filter(told).filter(|&&part| part <= rung) {
            // Each part of an answer implies the hit, and the picture stands in the lines of the count.
            let needed = match part {
                Granularity::Acknowledged | Granularity::Hit => None,
                Granularity::Count | Granularity::Referral => Some(Granularity::Hit),
                Granularity::Picture => Some(Granularity::Count),
            };
            if needed.is_some_and(|needed| !terms.rungs.contains(needed)) {
                continue;
            }
            let detailed = matches!(part, Granularity::Count | Granularity::Picture);
            if let Some(policies) = self.about(Action::Search, label, codes, part.as_str(), detailed) {
                terms.rungs = terms.rungs.with(part);
                permits.add(&policies);
            }
        }
        terms.alerts = self.alerting(&permits);
        // Of several permits the strictest holds.
        let withholds = |at| self.rules.described(at).is_some_and(|policy| policy.withholds_same_person);
        terms.untied = permits.places().any(withholds);
        (terms, None)
    }

    /// Silent records are in no table, nor are those of other datasets.
    fn table_terms(&mut self, label: &Label, codes: &Codes) -> (Terms, Option<Before>) {
        let before = if label.retention == Retention::Disposed {
            Some(Before::Disposed)
        } else if label.disclosure_mark == DisclosureMark::Silent {
            Some(Before::Silent)
        } else {
            (label.dataset != self.decider.facts().dataset()).then_some(Before::OtherDataset)
        };
        if before.is_some() {
            return (Terms::default(), before);
        }
        let permits = self.about(Action::Tabulate, label, codes, TABLE, true);
        if let Some(permits) = &permits {
            self.counting.add(permits);
        }
        (Terms { counted: permits.is_some(), ..Terms::default() }, None)
    }

    /// The permits under which records with this label are told of; none where they are not.
    ///
    /// Below every bundle: victims and witnesses are kept back, and what is marked *refer* from all that is `detailed`,
    /// unless a permit that applies names them.
    fn about(
        &mut self,
        action: Action,
        label: &Label,
        codes: &Codes,
        granularity: &'static str,
        detailed: bool,
    ) -> Option<Marks> {
        let verdict = self.decider.about(action, label, codes, granularity);
        let subject = matches!(label.subject_category, SubjectCategory::Victim | SubjectCategory::Witness)
            .then(|| label.subject_category.as_str());
        let refer = (detailed && label.disclosure_mark == DisclosureMark::Refer)
            .then(|| label.disclosure_mark.as_str());
        let kept_back = [subject, refer].into_iter().flatten().find(|word| {
            let names = |at| self.rules.described(at).is_some_and(|policy| policy.allows.contains(word));
            !verdict.policies.places().any(names)
        });
        self.enter(granularity, &verdict, kept_back);
        (verdict.allowed && kept_back.is_none()).then_some(verdict.policies)
    }

    /// The place of those whom these permits alert.
    fn alerting(&mut self, permits: &Marks) -> u16 {
        let alerts = self.rules.alerts(permits);
        let place = self.label_alerts.iter().position(|known| *known == alerts).unwrap_or_else(|| {
            self.label_alerts.push(alerts);
            self.label_alerts.len() - 1
        });
        u16::try_from(place).unwrap_or(0)
    }

    fn enter(&mut self, granularity: &'static str, verdict: &Verdict, kept_back: Option<&'static str>) {
        match (verdict.faulty, verdict.allowed && kept_back.is_none()) {
            (true, _) => self.faults.add(&verdict.policies),
            (false, true) => self.permits.add(&verdict.policies),
            (false, false) => {}
        }
        let Some(steps) = &mut self.steps else { return };
        let of = match (verdict.faulty, verdict.allowed, kept_back) {
            (true, ..) => StepVerdict::Unevaluable,
            (false, true, Some(word)) => StepVerdict::KeptBack(word),
            (false, true, None) => StepVerdict::Permitted,
            (false, false, _) if verdict.policies.is_empty() => StepVerdict::NoPermit,
            (false, false, _) => StepVerdict::Forbidden,
        };
        let policies = self.rules.notes(&verdict.policies);
        steps.push(Step { granularity, verdict: of, policies });
    }
}
