//! A force's policy at work: authorises questions, releases answers. The only maker of permits and releases.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::question::{CLOCK_SKEW_MAX, LIFETIME_MAX};
use model::{
    Ask, Canonical, Dataset, Delegated, LabelTable, Name, Principal, Question, Refusal, Role, Tabulation,
    Uncovered,
};

use crate::account::Booking;
use crate::bundle::limits::Limits;
use crate::bundle::profile::Disclosure;
use crate::bundle::rules::Rules;
use crate::bundle::{Bundle, BundleError, BundleFiles};
use crate::cases::{self, CaseResult};
use crate::disclose::Home;
use crate::disclose::noisy::groups_of;
use crate::explain::Explanation;
use crate::facts::{Facts, LocalTime};
use crate::memory::{Context, Memory};
use crate::part::Part;
use crate::terms::{Decided, Trace};
use crate::{Denial, Findings, History, Noise, Noised, Permit, Release, Tagging, disclose, kept};

/// A force's policy: a compiled bundle and the desk that referrals name.
#[derive(Debug)]
pub struct Policy {
    bundle: Bundle,
    desk: String,
    tagging: Option<Tagging>,
    zone: TimeZone,
    memory: Memory,
}

impl Policy {
    /// The policy of `bundle`; `desk` is whom a referral tells the asker to contact.
    pub fn new(bundle: Bundle, desk: String) -> Self {
        Self { bundle, desk, tagging: None, zone: TimeZone::UTC, memory: Memory::default() }
    }

    /// The same policy, whose hours and weekdays are those of `zone`; without it they are UTC's.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// Decides over `labels` what `before`, the policy that this one follows, was asked lately, so that the first askers
    /// after a swap wait no longer than others. Nothing that `before` decided is taken over.
    pub fn warm(&self, before: &Self, labels: &LabelTable) {
        for facts in before.memory.asked() {
            // What is denied is not remembered, as ever.
            let _ = self.decided(facts, labels);
        }
    }

    /// The same policy, whose releases carry tags by which the same person is noticed at other forces.
    #[must_use]
    pub fn tagging(self, tagging: Tagging) -> Self {
        Self { tagging: Some(tagging), ..self }
    }

    /// Names the bundle in audit entries.
    pub fn bundle_hash(&self) -> &str {
        self.bundle.hash()
    }

    /// Most subjects that one batch may hold.
    pub fn subjects_max(&self) -> usize {
        self.bundle.disclosure.subjects_max()
    }

    /// How much and how often may be asked.
    pub fn limits(&self) -> &Limits {
        &self.bundle.limits
    }

    pub(crate) fn disclosure(&self) -> &Disclosure {
        &self.bundle.disclosure
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.bundle.rules
    }

    /// Whether this search or tabulation may be answered, and on which terms.
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
        check_approval(principal, question)?;
        check_delegation(principal, question, Some(now))?;
        check_time(question, now)?;
        let part = Part::only(&question.ask).ok_or_else(|| misdirected("a batch is permitted by subject"))?;
        let facts = self.facts(principal, question, part, now);
        let decided = match part {
            Part::Table(asked) => self.decided_along(&facts, asked, labels)?,
            Part::Search(_) => self.decided(facts, labels)?,
        };
        let permit = self.permit(question, None, part, decided, now);
        match &question.ask {
            Ask::Tabulate(asked) => self.booked(permit, asked),
            Ask::Search(_) | Ask::Batch(_) => Ok(permit),
        }
    }

    /// The permit of a table, with what its release is booked under.
    fn booked(&self, permit: Permit, asked: &Tabulation) -> Result<Permit, Denial> {
        let canonical =
            Canonical::of(asked).map_err(|complaint| Denial::new(Refusal::TooLarge, complaint.why))?;
        let disclosure = &self.bundle.disclosure;
        let (releases, noise) = (disclosure.releases(), disclosure.noise(asked.dataset()));
        let mut along = asked.path().datasets().into_iter().skip(1);
        let under_noise = |dataset: &Dataset| noise.is_some() || disclosure.noise(*dataset).is_some();
        if let Some(dataset) = along.find(under_noise) {
            let reason = format!(
                "no table that follows a link from {} to {dataset} is told where tables of either carry noise: what one entity adds along links is not bounded",
                asked.dataset()
            );
            return Err(Denial::new(Refusal::TooLarge, reason));
        }
        let hash = self.bundle.hash();
        let booking = Booking::new(releases, hash, &permit.asker, &canonical, &permit.decided, noise)?;
        // Every group of closed lists is told with noise, whatever is held: how many there are is known beforehand.
        let groups = noise.and_then(|_| groups_of(&booking.ordered)).unwrap_or(0);
        let cells = groups.saturating_mul(booking.ordered.measures().len());
        if u64::try_from(cells).unwrap_or(u64::MAX) > permit.cells_max {
            let reason = format!("the table has more than the {} cells that are allowed", permit.cells_max);
            return Err(Denial::new(Refusal::TooLarge, reason));
        }
        Ok(Permit { booking: Some(booking), ..permit })
    }

    /// Which subjects of a batch may be answered, and on which terms: one permit or denial for each, in their order.
    ///
    /// The batch as a whole is denied when it holds more subjects than the bundle allows, or when no subject may be
    /// answered. Depends on the question, the policy and the table of labels alone (invariant 4).
    pub fn authorise_batch(
        &self,
        principal: &Principal,
        question: &Question,
        labels: &LabelTable,
        now: Timestamp,
    ) -> Result<Vec<Result<Permit, Denial>>, Denial> {
        check_asker(principal, question)?;
        check_approval(principal, question)?;
        check_delegation(principal, question, Some(now))?;
        check_time(question, now)?;
        let Ask::Batch(subjects) = &question.ask else {
            return Err(misdirected("only a batch is permitted by subject"));
        };
        check_size(subjects.len(), self.bundle.disclosure.subjects_max())?;
        // Subjects of one kind share a decision, and labels are compared once for all of them.
        let mut known: HashMap<Context, Result<Arc<Decided>, Denial>> = HashMap::new();
        let mut permits = Vec::with_capacity(subjects.len());
        for (at, search) in subjects.iter().enumerate() {
            let part = Part::Search(search);
            let facts = self.facts(principal, question, part, now);
            let context = Context::of(&self.bundle.rules, &facts);
            let decided = known.entry(context).or_insert_with(|| self.decided(facts, labels)).clone();
            permits.push(decided.map(|decided| self.permit(question, Some(at), part, decided, now)));
        }
        match permits.iter().find_map(|permit| permit.as_ref().err()) {
            Some(denial) if permits.iter().all(Result::is_err) => Err(denial.clone()),
            _ => Ok(permits),
        }
    }

    /// How this search or tabulation, or the first subject of this batch, is decided, step by step.
    pub fn explain(
        &self,
        principal: &Principal,
        question: &Question,
        labels: &LabelTable,
        now: Timestamp,
    ) -> Result<Explanation, Denial> {
        check_asker(principal, question)?;
        check_approval(principal, question)?;
        check_delegation(principal, question, None)?;
        let part = match &question.ask {
            Ask::Batch(subjects) => subjects.first().map(Part::Search),
            whole => Part::only(whole),
        };
        let part = part.ok_or_else(|| misdirected("a batch without subjects asks nothing"))?;
        let facts = self.facts(principal, question, part, now);
        let named = |of: &str, facts: crate::facts::Attributes| -> Vec<(String, String)> {
            facts.into_iter().map(|(name, fact)| (format!("{of}.{name}"), fact.to_string())).collect()
        };
        let mut known = named("principal", facts.about_asker());
        known.extend(named("context", facts.about_question()));
        let mut trace = Trace::default();
        let decided = Decided::decide(&self.bundle, &facts, labels, Some(&mut trace));
        let table = matches!(part, Part::Table(_));
        let of_dataset =
            |noised: &Noised| matches!(part, Part::Table(asked) if asked.dataset() == noised.dataset);
        let noise = self.noised().into_iter().find(of_dataset).filter(|_| decided.is_ok());
        let suppressed = table && noise.is_none();
        let protection =
            decided.as_ref().ok().filter(|_| suppressed).map(|decided| decided.profile.protection());
        let alerts = match &decided {
            Ok(decided) => decided.alerts.clone(),
            Err(denial) => denial.alerts.clone(),
        };
        let outcome = decided.map(|decided| decided.rung);
        let Trace { asked, labels } = trace;
        Ok(Explanation { facts: known, asked, outcome, labels, protection, noise, alerts })
    }

    fn facts(&self, principal: &Principal, question: &Question, part: Part<'_>, now: Timestamp) -> Facts {
        Facts::new(principal, question, part, LocalTime::of(now, &self.zone))
    }

    fn decided(&self, facts: Facts, labels: &LabelTable) -> Result<Arc<Decided>, Denial> {
        let context = Context::of(&self.bundle.rules, &facts);
        if let Some(decided) = self.memory.recall(&context, labels) {
            return Ok(decided);
        }
        let decided = Arc::new(Decided::decide(&self.bundle, &facts, labels, None)?);
        self.memory.keep(context, facts, decided.clone());
        Ok(decided)
    }

    /// What is decided of a table: of each dataset on its path by itself, as if it were asked about alone. What is denied of one
    /// is denied of all.
    fn decided_along(
        &self,
        facts: &Facts,
        asked: &Tabulation,
        labels: &LabelTable,
    ) -> Result<Arc<Decided>, Denial> {
        let first = self.decided(facts.clone(), labels)?;
        let others = asked.path().datasets().into_iter().skip(1);
        let others =
            others.map(|other| self.decided(facts.about(other), labels)).collect::<Result<Vec<_>, _>>()?;
        Ok(if others.is_empty() { first } else { Arc::new(Decided::along(&first, &others)) })
    }

    fn permit(
        &self,
        question: &Question,
        subject: Option<usize>,
        part: Part<'_>,
        decided: Arc<Decided>,
        now: Timestamp,
    ) -> Permit {
        Permit {
            question: question.id,
            subject,
            asker: question.asker.clone(),
            ask: part.to_ask(),
            decided,
            cells_max: self.bundle.disclosure.cells_max(),
            booking: None,
            bundle: self.bundle.hash().to_owned(),
            granted_at: now,
        }
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
        let home = Home { desk: &self.desk, tagging: self.tagging.as_ref() };
        disclose::release(permit, findings, history, now, home, noise)
    }

    /// Spends a permit on the answer that the same question got before, as [`Kept`](crate::Kept) holds it: the same
    /// cells, in the order now asked for. A denial means that the answer is damaged or another question's.
    pub fn repeat(&self, permit: Permit, answer: &[u8]) -> Result<Release, Denial> {
        kept::repeat(&permit, answer)
    }

    /// Runs the expected decisions that a bundle carries.
    pub fn run_cases(files: &BundleFiles) -> Result<Vec<CaseResult>, BundleError> {
        let policy = Self::new(Bundle::compile(files)?, "the desk".to_owned());
        Ok(policy.bundle.cases.iter().map(|case| cases::run(&policy, case)).collect())
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

/// A threat to life that a second person approved, or none.
fn check_approval(principal: &Principal, question: &Question) -> Result<(), Denial> {
    let broken = question.circumstances.urgency.reason().is_some();
    // Who approves was verified with their signature; a second look costs nothing.
    let second = |approver: &Name| *approver != principal.name && approver.force() == principal.force();
    if broken && !principal.approved_by.as_ref().is_some_and(second) {
        let why = "a threat to life was stated without the approval of a second analyst of the asker's force";
        return Err(Denial::new(Refusal::NotApproved, why));
    }
    Ok(())
}

/// A question that its asker signed, or one that a door asks within what the asker delegated to it. Without a moment, as in
/// an explanation, time is not looked at.
fn check_delegation(
    principal: &Principal,
    question: &Question,
    now: Option<Timestamp>,
) -> Result<(), Denial> {
    let not_delegated = |why: Uncovered| Denial::new(Refusal::NotDelegated, why.to_string());
    match (&principal.delegated, question.circumstances.delegation) {
        (None, None) => Ok(()),
        (Some(Delegated { door, delegation }), Some(_)) => {
            // Who signed the delegation is whom the node verified; a second look costs nothing.
            if delegation.asker != principal.name {
                return Err(not_delegated(Uncovered::OtherAsker));
            }
            delegation.covers(question, door).map_err(not_delegated)?;
            now.map_or(Ok(()), |now| delegation.holds_at(now)).map_err(not_delegated)
        }
        _ => Err(not_delegated(Uncovered::OtherAsker)),
    }
}

fn misdirected(why: &str) -> Denial {
    Denial::new(Refusal::Malformed, why)
}

fn check_size(subjects: usize, allowed: usize) -> Result<(), Denial> {
    match subjects {
        0 => Err(misdirected("a batch without subjects asks nothing")),
        _ if subjects > allowed => {
            let reason = format!("a batch of {subjects} subjects, where subjects_max is {allowed}");
            Err(Denial::new(Refusal::TooLarge, reason))
        }
        _ => Ok(()),
    }
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
