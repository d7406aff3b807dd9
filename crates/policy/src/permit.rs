//! The proof that a question may be answered, with its terms: which rung, which labels, which protection.
//! Only [`Policy::authorise`](crate::Policy::authorise) and
//! [`Policy::authorise_batch`](crate::Policy::authorise_batch) make one, and a release uses it up.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use model::granularity::Rungs;
use model::reply::Protection;
use model::{Ask, Granularity, LabelId, Name, QuestionId};

use crate::account::{Account, Booking};
use crate::bundle::profile::Profile;
use crate::disclose::noisy::Noisy;
use crate::terms::{Decided, Terms};
use crate::{Alert, Charge};

/// A permitted question, or one permitted subject of a batch. Not cloneable: one permit, one release.
pub struct Permit {
    pub(crate) question: QuestionId,
    pub(crate) subject: Option<usize>,
    pub(crate) asker: Name,
    pub(crate) ask: Ask,
    pub(crate) decided: Arc<Decided>,
    pub(crate) cells_max: u64,
    /// Of a table.
    pub(crate) booking: Option<Booking>,
    pub(crate) bundle: String,
    pub(crate) granted_at: Timestamp,
}

impl Permit {
    /// The question that was permitted.
    pub fn question_id(&self) -> QuestionId {
        self.question
    }

    /// The place in its batch of the subject that was permitted, from 0; none where the whole question was.
    pub fn subject(&self) -> Option<usize> {
        self.subject
    }

    /// Who asked it.
    pub fn asker(&self) -> &Name {
        &self.asker
    }

    /// What was asked: a search or a tabulation, never a batch.
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The rung that a search is answered on; none for a tabulation. Depends on the question and the policy, never
    /// on the records (invariant 4).
    pub fn rung(&self) -> Option<Granularity> {
        self.decided.rung
    }

    /// The parts of a search answer that records with this label add to. Empty for a label that the permit doesn't
    /// know, and for every label of a tabulation.
    pub fn rungs_of(&self, label: LabelId) -> Rungs {
        self.terms(label).rungs
    }

    /// Whether records with this label matter to the answer or to the home unit. The node looks at these only.
    pub fn may_count(&self, label: LabelId) -> bool {
        let terms = self.terms(label);
        terms.counted || terms.watched || !terms.rungs.is_empty()
    }

    /// Whether records with this label are silent: they add nothing, and the home unit is told who asked.
    pub fn is_watched(&self, label: LabelId) -> bool {
        self.terms(label).watched
    }

    /// The labels whose records add to the answer. A tabulation counts these and no others.
    pub fn allowed_labels(&self) -> impl Iterator<Item = LabelId> {
        let adds = |terms: &Terms| terms.counted || !terms.rungs.is_empty();
        (0..).map(LabelId).zip(&self.decided.terms).filter(move |(_, terms)| adds(terms)).map(|(id, _)| id)
    }

    /// How a table's cells will be protected.
    pub fn protection(&self) -> Protection {
        match self.noisy() {
            Some(noisy) => noisy.calibration.protection(),
            None => self.decided.profile.protection(),
        }
    }

    /// What a table costs that carries noise: to be charged, durably, before it is counted. None of any other, and none of a
    /// search.
    pub fn charge(&self) -> Option<&Charge> {
        self.noisy().map(|noisy| &noisy.charge)
    }

    /// The least and the most that one value of a column adds to a sum, where the table carries noise: values beyond must be
    /// held within before they are added up.
    pub fn clamp(&self, column: &str) -> Option<(i64, i64)> {
        self.noisy()?.section.clamp(self.account()?.dataset, column)
    }

    fn noisy(&self) -> Option<&Noisy> {
        self.booking.as_ref()?.noisy.as_ref()
    }

    /// The two largest contributions to each sum and mean must be handed in with every group.
    pub fn weighs_dominance(&self) -> bool {
        self.noisy().is_none() && self.decided.profile.dominance_percent > 0
    }

    /// The number of units must be handed in with every group of a dataset that has units, and so must groups
    /// of every margin.
    pub fn counts_units(&self) -> bool {
        self.noisy().is_none() && self.decided.profile.minimum_units > 1
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.decided.profile
    }

    /// Most cells that a released table may hold, so that an engine can stop early.
    pub fn cells_max(&self) -> u64 {
        self.cells_max
    }

    /// Whose memory a table's release is kept in; none for a search.
    pub fn account(&self) -> Option<&Account> {
        self.booking.as_ref().map(|booking| &booking.account)
    }

    /// Whose memory it is kept in besides, where the table follows edges: the same askers' of the linked dataset.
    pub fn linked_account(&self) -> Option<&Account> {
        self.booking.as_ref().and_then(|booking| booking.linked.as_ref())
    }

    /// Names a table question together with all that its answer depends on besides the records: the bundle, the
    /// labels counted, the protection, the pool. Equal for questions that ask the same. None for a search.
    pub fn question_key(&self) -> Option<&str> {
        self.booking.as_ref().map(|booking| booking.key.as_str())
    }

    /// How much may be remembered under the account before no further table is told.
    pub fn memberships_max(&self) -> u64 {
        self.booking.as_ref().map_or(0, |booking| booking.memberships_max)
    }

    /// The policy bundle that decided.
    pub fn bundle_hash(&self) -> &str {
        &self.bundle
    }

    /// The policies that permitted, by their `@id`, for the audit entry.
    pub fn policies(&self) -> &[String] {
        &self.decided.policies
    }

    /// Policies that could not be evaluated for some label, which was therefore denied. For the home log.
    pub fn faults(&self) -> &[String] {
        &self.decided.faults
    }

    /// Whether it was given under a verified threat to life.
    pub fn break_glass(&self) -> bool {
        self.decided.break_glass
    }

    /// Whether it is withheld, of a record with these labels, that another force holds the same person.
    pub(crate) fn withholds_same_person(&self, labels: &[LabelId]) -> bool {
        labels.iter().any(|&label| self.terms(label).untied)
    }

    /// Whom the home force tells that records with these labels were told of.
    pub(crate) fn alerts_of(&self, labels: &[LabelId]) -> impl Iterator<Item = &Alert> {
        let places = labels.iter().map(|&label| usize::from(self.terms(label).alerts));
        places.filter_map(|place| self.decided.label_alerts.get(place)).flatten()
    }

    fn terms(&self, label: LabelId) -> Terms {
        self.decided.terms(label)
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rung = self.decided.rung.map_or("table", Granularity::as_str);
        write!(
            f,
            "Permit({}, {}, {rung}, {} labels)",
            self.question,
            self.ask.mode(),
            self.decided.terms.len()
        )
    }
}
