//! The whole pipeline on one screen: a signed question in, a release or a refusal out.
//!
//! Order matters. Everything before `execute` depends on the question, the history and public metadata, never on
//! records (invariant 4). Nothing is returned before its audit entries are on disk (invariant 2).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use audit::{AuditError, Decision, Entry, Log};
use identity::{IdentityError, Peer, SignedBytes, Trust};
use jiff::Timestamp;
use linkage::subject::Subject;
use model::{Ask, ForceId, Granularity, LabelTable, Principal, Question, QuestionId, Refusal, Search};
use policy::usage::Limited;
use policy::{Alert, Denial, Findings, History, Noise, Permit, Policy, Release};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::epoch::Epoch;
use crate::ledger::Ledger;
use crate::references::References;
use crate::releases::Releases;
use crate::usage::Counter;

mod bucket;
mod delegated;
mod parts;
mod searching;
mod seen;
mod tables;

pub use bucket::Buckets;
pub use parts::Parts;
pub use searching::BatchRoom;
use seen::Seen;

/// Tells the time. Only the shell's own clock asks the system.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Makes randomness for one release.
pub type NoiseSource = Arc<dyn Fn() -> Box<dyn Noise + Send> + Send + Sync>;

/// What a node needs to answer, besides the data epoch.
pub struct Desk {
    /// Whose records these are.
    pub force: ForceId,
    /// Who is trusted.
    pub trust: Trust,
    /// What may be told.
    pub policy: arc_swap::ArcSwap<Policy>,
    /// What was told.
    pub audit: Log,
    /// What was answered before, and what stays at home.
    pub ledger: Ledger,
    /// How much was asked, which the policy limits.
    pub usage: Arc<Counter>,
    /// What was told of tables.
    pub releases: Releases,
    /// The clock.
    pub clock: Clock,
    /// Randomness for tables.
    pub noise: NoiseSource,
    /// References for searches.
    pub references: References,
    /// Room for questions in flight.
    pub room: Semaphore,
    /// What batches share out between them.
    pub batches: BatchRoom,
    /// How closely the time of a search may be known.
    pub buckets: Buckets,
    /// How long one question may take.
    pub question_time: Duration,
}

/// Which of the node's methods a question came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `Search`.
    Search,
    /// `SearchBatch`.
    Batch,
    /// `Tabulate`.
    Tabulate,
}

/// A released answer, ready to be encoded.
pub struct Answered {
    /// The question.
    pub question: QuestionId,
    /// As of when the records speak.
    pub as_of: Timestamp,
    /// What may leave.
    pub released: Parts<Release>,
}

/// A refusal: the code that the peer is told, and the question where it was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: Refusal,
    /// The question.
    pub question: Option<QuestionId>,
}

/// What went wrong with a question or a subject of it, for the home force's eyes. Only the code may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What the peer is told.
    pub code: Refusal,
    reason: String,
    /// Whom at home the policies tell of it.
    alerts: Vec<Alert>,
}

impl Desk {
    /// Answers one question over one data epoch. `encode` turns the release into the message that will leave, and gives its bytes
    /// so that their digest stands in the audit log.
    pub async fn answer<M>(
        &self,
        epoch: &Arc<Epoch>,
        peer: &Peer,
        signed: SignedBytes,
        mode: Mode,
        encode: impl Fn(&Answered) -> (M, Vec<u8>),
    ) -> Result<M, Refused> {
        let digest = hex::encode(Sha256::digest(&signed.bytes));
        let policy = self.policy.load_full();
        let mut seen = Seen {
            peer,
            digest,
            bundle: policy.bundle_hash(),
            question: None,
            asker: None,
            policies: Vec::new(),
            charged: OnceLock::new(),
        };
        let outcome = async {
            let _room =
                self.room.try_acquire().map_err(|_| denied(Refusal::Busy, "too many questions in flight"))?;
            let now = (self.clock)();
            let requester = self
                .trust
                .check_question(&signed, now)
                .map_err(|error| denied(not_authentic(&error), error))?;
            let question =
                api::question::decode(requester.bytes()).map_err(|e| denied(e.refusal(), e.field()))?;
            seen.question = Some(question.clone());
            let asker = delegated::principal(&requester, peer)?;
            seen.asker = Some(asker.clone());
            let subjects = self.check(&question, mode)?;
            let limits = policy.limits();
            self.usage.check_lockout(limits, &asker.name, now).map_err(limited)?;
            let work = authorise(&policy, &asker, &question, subjects, epoch.labels(), now)?;
            seen.policies = work.policies();
            self.ledger
                .claim(&question, now)
                .map_err(|_| denied(Refusal::Replayed, "the question was answered before"))?;
            let glass = seen.broken_glass();
            let delegation = asker.delegated.as_ref().map(|delegated| &delegated.delegation);
            match self.usage.admit(limits, &question, delegation, glass.is_some(), now) {
                // Noted before the question is executed, and on the disk before anything leaves, as whatever leaves has an
                // audit entry behind it in the journal.
                Ok(entry) => self.usage.keep(entry, now).await.map_err(|e| denied(Refusal::Failed, e))?,
                Err(mut excess) => {
                    if let Some(lockout) = excess.entry.take() {
                        self.usage.keep(*lockout, now).await.map_err(|e| denied(Refusal::Failed, e))?;
                    }
                    return Err(limited(excess));
                }
            }
            if let Some(glass) = &glass {
                let (id, approver) = (question.id, &glass.approved_by);
                tracing::warn!(question = %id, asker = %asker.name, %approver, "BREAK GLASS: a threat to life is stated");
            }
            let rung = work.rung();
            let began = Instant::now();
            let released = async {
                match work {
                    Work::Search(parts) => {
                        let found = self.search(epoch, parts).await?;
                        found.then(|(permit, findings)| {
                            let mut noise = self.noise_of(&question, permit.ask(), &policy, epoch);
                            let release =
                                policy.release(permit, findings, &History::empty(), now, noise.as_mut());
                            release.map_err(Denied::from)
                        })
                    }
                    Work::Table(permit) => {
                        let charged = &seen.charged;
                        let release = self.tabulate(&policy, epoch, question.id, permit, now, charged).await;
                        release.map(Parts::Whole)
                    }
                }
            };
            let released = tokio::time::timeout(self.question_time, released).await;
            let released = released.map_err(|_| denied(Refusal::Failed, "the question took too long"))??;
            Ok((question, rung, released, began))
        }
        .await;
        match outcome {
            Ok((question, rung, released, began)) => {
                let answered = Answered { question: question.id, as_of: epoch.as_of(), released };
                let (message, bytes) = encode(&answered);
                self.record(&seen, &question, rung, &answered.released, &bytes, began).await?;
                Ok(message)
            }
            Err(denied) => Err(self.refuse(&seen, denied).await),
        }
    }

    /// What can be said of a question without policy: it came to the right method and the right force, and what it
    /// looks for can be looked for. A table looks for nobody.
    fn check(&self, question: &Question, mode: Mode) -> Result<Option<Parts<Subject>>, Denied> {
        if !question.audience.contains(&self.force) {
            return Err(denied(Refusal::NotAddressed, "the audience does not name this force"));
        }
        let subject = |search: &Search| {
            Subject::try_from(&search.probe).map_err(|c| denied(Refusal::Malformed, c.field))
        };
        match (&question.ask, mode) {
            (Ask::Search(search), Mode::Search) => Ok(Some(Parts::Whole(subject(search)?))),
            (Ask::Batch(searches), Mode::Batch) => {
                Ok(Some(Parts::Subjects(searches.iter().map(subject).collect())))
            }
            (Ask::Tabulate(_), Mode::Tabulate) => Ok(None),
            _ => Err(denied(Refusal::Malformed, "the question came to the wrong method")),
        }
    }

    /// Runs permitted searches on a pinned epoch. Permits go in and come out with what was found under each.
    async fn search(
        &self,
        epoch: &Arc<Epoch>,
        parts: Parts<(Subject, Permit)>,
    ) -> Result<Parts<(Permit, Findings)>, Denied> {
        match parts {
            Parts::Whole((subject, permit)) => {
                Ok(Parts::Whole(searching::one(epoch, subject, permit).await?))
            }
            Parts::Subjects(subjects) => {
                Parts::Subjects(searching::all(epoch, subjects, &self.batches).await?).then(Ok)
            }
        }
    }

    /// What a release draws on: a search's reference is the same whenever the same is asked and found.
    fn noise_of(
        &self,
        question: &Question,
        ask: &Ask,
        policy: &Policy,
        epoch: &Epoch,
    ) -> Box<dyn Noise + Send> {
        match ask {
            Ask::Search(search) => {
                Box::new(self.references.of(question, search, policy.bundle_hash(), epoch.fingerprint()))
            }
            Ask::Tabulate(_) | Ask::Batch(_) => (self.noise)(),
        }
    }

    /// Invariant 2: the audit entries and the ledger line are on disk before the release is handed on.
    ///
    /// Invariant 5: they are written once a bucket that `began` with the execution ends. By then all that reads records is done,
    /// and so is all that depends on what was found; what follows takes the same steps whatever that was.
    async fn record(
        &self,
        seen: &Seen<'_>,
        question: &Question,
        rung: Option<Granularity>,
        released: &Parts<Release>,
        bytes: &[u8],
        began: Instant,
    ) -> Result<(), Refused> {
        let now = (self.clock)();
        let entry = |event| Entry { at: now, question: Some(question.id), event };
        let entries =
            seen.answered(rung, released, hex::encode(Sha256::digest(bytes))).into_iter().map(entry);
        let glass = seen.broken_glass();
        let homes = released.each().map(|(at, release)| (at, release.map(Release::home)));
        let written = async {
            // The ledger's line, and the count of before, stand in the journal in front of the audit entries: one wait for all.
            let settled = self.ledger.settled(question, glass.as_ref(), homes, now)?;
            let lines = settled.then(self.audit.lines(&entries.collect::<Vec<_>>())?);
            let ends = self.buckets.end(&question.ask, began, Instant::now());
            self.audit.append_lines(lines, ends.map(Instant::into_std)).await
        };
        match written.await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(question = %question.id, %error, "no audit, no answer");
                Err(Refused { code: Refusal::Failed, question: Some(question.id) })
            }
        }
    }

    async fn refuse(&self, seen: &Seen<'_>, denied: Denied) -> Refused {
        let question = seen.question.as_ref().map(|q| q.id);
        let Denied { code, reason, alerts } = denied;
        let counted = self.count_refusal(seen, code, alerts).await;
        tracing::info!(question = ?question, peer = %seen.peer.name(), %code, "refused");
        let event = seen.decided(Decision::Refused { code, reason });
        let at = (self.clock)();
        let entries =
            [Some(event), seen.paid()].into_iter().flatten().map(|event| Entry { at, question, event });
        match counted.and(self.audit.append(entries.collect()).await.map(|_| ())) {
            Ok(()) => Refused { code, question },
            Err(error) => {
                tracing::error!(question = ?question, %error, "a refusal could not be audited");
                Refused { code: Refusal::Failed, question }
            }
        }
    }
}

impl Desk {
    /// What a refusal leaves behind: it counts towards a lockout where policy refused, and whom the policies tell of it
    /// hears of it. Depends on the question and the policy alone.
    async fn count_refusal(
        &self,
        seen: &Seen<'_>,
        code: Refusal,
        alerts: Vec<Alert>,
    ) -> Result<(), AuditError> {
        let (Some(question), Some(asker)) = (&seen.question, &seen.asker) else { return Ok(()) };
        let now = (self.clock)();
        if matches!(code, Refusal::NotPermitted | Refusal::NotApproved)
            && let Some(entry) = self.usage.refused(&asker.name, question.id, now)
        {
            self.usage.keep(entry, now).await?;
        }
        if !alerts.is_empty() {
            self.ledger.alert(question, alerts, now).await?;
        }
        Ok(())
    }
}

/// A permitted question, ready to be executed.
#[expect(clippy::large_enum_variant, reason = "one is built per question, and moved once")]
enum Work {
    Search(Parts<(Subject, Permit)>),
    Table(Permit),
}

impl Work {
    /// The policies that permitted it, or some subject of it.
    fn policies(&self) -> Vec<String> {
        let mut policies: Vec<String> = match self {
            Self::Search(parts) => {
                parts.each().filter_map(|(_, part)| Some(part?.1.policies())).flatten().cloned().collect()
            }
            Self::Table(permit) => permit.policies().to_vec(),
        };
        policies.sort_unstable();
        policies.dedup();
        policies
    }

    /// The highest rung that a search, or a subject of a batch, is answered on.
    fn rung(&self) -> Option<Granularity> {
        match self {
            Self::Search(parts) => parts.each().filter_map(|(_, part)| part?.1.rung()).max(),
            Self::Table(_) => None,
        }
    }
}

/// Puts the question to the policy: as a whole, or a batch by its subjects.
fn authorise(
    policy: &Policy,
    asker: &Principal,
    question: &Question,
    subjects: Option<Parts<Subject>>,
    labels: &LabelTable,
    now: Timestamp,
) -> Result<Work, Denied> {
    match (&question.ask, subjects) {
        (Ask::Tabulate(_), _) => Ok(Work::Table(policy.authorise(asker, question, labels, now)?)),
        (_, Some(subjects @ Parts::Subjects(_))) => {
            let mut permits = policy.authorise_batch(asker, question, labels, now)?.into_iter();
            let none = || denied(Refusal::Failed, "the policy did not speak of every subject");
            // Each subject takes the permit of its own place, also where its probe is already denied.
            let permitted = subjects.zip(|| permits.next().ok_or_else(none)?.map_err(Denied::from))?;
            Ok(Work::Search(permitted))
        }
        (_, Some(Parts::Whole(subject))) => {
            Ok(Work::Search(Parts::Whole((subject, policy.authorise(asker, question, labels, now)?))))
        }
        (_, None) => Err(denied(Refusal::Malformed, "the probe was not checked")),
    }
}

/// What the peer is told when somebody's signature does not hold: the asker's, or that of who approved.
fn not_authentic(error: &IdentityError) -> Refusal {
    match error {
        IdentityError::NotApproved { .. } => Refusal::NotApproved,
        IdentityError::NotDelegated { .. } => Refusal::NotDelegated,
        _ => Refusal::NotAuthentic,
    }
}

impl From<Denial> for Denied {
    fn from(denial: Denial) -> Self {
        Self { code: denial.code, reason: denial.reason, alerts: denial.alerts }
    }
}

fn denied(code: Refusal, reason: impl ToString) -> Denied {
    Denied { code, reason: reason.to_string(), alerts: Vec::new() }
}

fn limited(excess: Limited) -> Denied {
    denied(Refusal::Limited, excess.reason)
}
