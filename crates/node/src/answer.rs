//! The whole pipeline on one screen: a signed question in, a release or a refusal out.
//!
//! Order matters. Everything before `execute` depends on the question, the history and public metadata, never on
//! records (invariant 4). Nothing is returned before its audit entries are on disk (invariant 2).

use std::sync::Arc;
use std::time::Duration;

use audit::{Decision, Entry, Event, Log, Told};
use identity::{Peer, SignedBytes, Trust};
use jiff::Timestamp;
use linkage::subject::Subject;
use model::{Ask, ForceId, Question, QuestionId, Refusal};
use policy::{Findings, History, Noise, Permit, Policy, Release};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::epoch::Epoch;
use crate::ledger::Ledger;

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
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub noise: NoiseSource,
    /// Room for questions in flight.
    pub room: Semaphore,
    /// How long one question may take.
    pub question_time: Duration,
}

/// Which of the node's two methods a question came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `Search`.
    Search,
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
    pub release: Release,
}

/// A refusal: the code that the peer is told, and the question where it was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: Refusal,
    /// The question.
    pub question: Option<QuestionId>,
}

/// What went wrong, for the home force's eyes.
struct Denied {
    code: Refusal,
    reason: String,
}

impl Desk {
    /// Answers one question over one data epoch. `encode` turns the release into the bytes that will leave, so that
    /// their digest stands in the audit log.
    pub async fn answer(
        &self,
        epoch: &Arc<Epoch>,
        peer: &Peer,
        signed: SignedBytes,
        mode: Mode,
        encode: impl Fn(&Answered) -> Vec<u8>,
    ) -> Result<(Answered, Vec<u8>), Refused> {
        let digest = hex(&Sha256::digest(&signed.bytes));
        let policy = self.policy.load_full();
        let mut seen = Seen { peer, digest, bundle: policy.bundle_hash(), question: None };
        let outcome = async {
            let _room =
                self.room.try_acquire().map_err(|_| denied(Refusal::Busy, "too many questions in flight"))?;
            let now = (self.clock)();
            let requester =
                self.trust.check_question(&signed, now).map_err(|e| denied(Refusal::NotAuthentic, e))?;
            let question =
                api::question::decode(requester.bytes()).map_err(|e| denied(e.refusal(), e.field()))?;
            seen.question = Some(question.clone());
            let subject = self.check(&question, mode)?;
            let permit = policy
                .authorise(&requester.principal(), &question, epoch.labels(), now)
                .map_err(|denial| denied(denial.code, denial.reason))?;
            self.ledger
                .claim(&question, now)
                .map_err(|_| denied(Refusal::Replayed, "the question was answered before"))?;
            let rung = permit.rung();
            let executed =
                tokio::time::timeout(self.question_time, execute(epoch, &question, subject, permit));
            let (permit, findings) =
                executed.await.map_err(|_| denied(Refusal::Failed, "the question took too long"))??;
            let mut noise = (self.noise)();
            let release = policy
                .release(permit, findings, &History::empty(), now, noise.as_mut())
                .map_err(|denial| denied(denial.code, denial.reason))?;
            Ok((question, rung, release))
        }
        .await;
        match outcome {
            Ok((question, rung, release)) => {
                let answered = Answered { question: question.id, as_of: epoch.as_of(), release };
                let bytes = encode(&answered);
                self.record(&seen, &question, rung, &answered.release, &bytes).await?;
                Ok((answered, bytes))
            }
            Err(denied) => Err(self.refuse(&seen, denied).await),
        }
    }

    /// What can be said of a question without policy: it came to the right method and the right force, and its probe
    /// is one that can be looked for.
    fn check(&self, question: &Question, mode: Mode) -> Result<Option<Subject>, Denied> {
        if !question.audience.contains(&self.force) {
            return Err(denied(Refusal::NotAddressed, "the audience does not name this force"));
        }
        match (&question.ask, mode) {
            (Ask::Search(search), Mode::Search) => {
                Subject::try_from(&search.probe).map(Some).map_err(|c| denied(Refusal::Malformed, c.field))
            }
            (Ask::Tabulate(_), Mode::Tabulate) => Ok(None),
            _ => Err(denied(Refusal::Malformed, "the question came to the wrong method")),
        }
    }

    /// Invariant 2: the audit entries and the ledger line are on disk before the release is handed on.
    async fn record(
        &self,
        seen: &Seen<'_>,
        question: &Question,
        rung: Option<model::Granularity>,
        release: &Release,
        bytes: &[u8],
    ) -> Result<(), Refused> {
        let now = (self.clock)();
        let entry = |event| Entry { at: now, question: Some(question.id), event };
        let home = release.home();
        // As many entries for a question about a silent record as for any other.
        let entries = vec![
            entry(seen.decided(Decision::Permitted(rung))),
            entry(Event::Released { digest: hex(&Sha256::digest(bytes)), told: told(release) }),
            entry(Event::Noticed { records: home.notices.len() as u64 }),
        ];
        let (audited, settled) =
            tokio::join!(self.audit.append(entries), self.ledger.settle(question, Some(home), now));
        match audited.and(settled) {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(question = %question.id, %error, "no audit, no answer");
                Err(Refused { code: Refusal::Failed, question: Some(question.id) })
            }
        }
    }

    async fn refuse(&self, seen: &Seen<'_>, denied: Denied) -> Refused {
        let question = seen.question.as_ref().map(|q| q.id);
        let Denied { code, reason } = denied;
        tracing::info!(question = ?question, peer = %seen.peer.name(), %code, "refused");
        let event = seen.decided(Decision::Refused { code, reason });
        let entry = Entry { at: (self.clock)(), question, event };
        match self.audit.append(vec![entry]).await {
            Ok(_) => Refused { code, question },
            Err(error) => {
                tracing::error!(question = ?question, %error, "a refusal could not be audited");
                Refused { code: Refusal::Failed, question }
            }
        }
    }
}

/// Runs a permitted question on a pinned epoch. The permit goes in and comes out with what was found under it.
async fn execute(
    epoch: &Arc<Epoch>,
    question: &Question,
    subject: Option<Subject>,
    permit: Permit,
) -> Result<(Permit, Findings), Denied> {
    match (&question.ask, subject) {
        (Ask::Search(_), Some(subject)) => {
            let epoch = epoch.clone();
            let searching = tokio::task::spawn_blocking(move || {
                let mut findings = Findings::for_search(&permit);
                epoch.index().search(&subject, &permit, &mut findings);
                (permit, findings)
            });
            searching.await.map_err(|_| denied(Refusal::Failed, "the search failed"))
        }
        (Ask::Tabulate(asked), _) => {
            let mut findings = Findings::for_table(&permit);
            let counted = epoch.engine().tabulate(&permit, asked, &mut findings).await;
            counted.map_err(|error| {
                let code = match error {
                    crate::engine::EngineError::TooLarge => Refusal::TooLarge,
                    crate::engine::EngineError::Failed(_) => Refusal::Failed,
                };
                denied(code, error)
            })?;
            Ok((permit, findings))
        }
        (Ask::Batch(_), _) => Err(denied(Refusal::Malformed, "a batch came to no method of this node")),
        (Ask::Search(_), None) => Err(denied(Refusal::Malformed, "the probe was not checked")),
    }
}

/// What the audit log may say of a question, as far as it was understood.
struct Seen<'a> {
    peer: &'a Peer,
    digest: String,
    bundle: &'a str,
    question: Option<Question>,
}

impl Seen<'_> {
    fn decided(&self, decision: Decision) -> Event {
        let question = self.question.as_ref();
        Event::Decided {
            asker: question.map(|q| q.asker.clone()),
            peer: self.peer.name().clone(),
            purpose: question.map(|q| q.purpose),
            operation: question.map(|q| q.operation.to_string()),
            mode: question.map(|q| q.ask.mode().to_owned()),
            about: question.map(|q| match &q.ask {
                Ask::Search(search) => search.probe.kind().to_owned(),
                Ask::Batch(subjects) => format!("{} subjects", subjects.len()),
                Ask::Tabulate(table) => table.dataset().to_string(),
            }),
            digest: self.digest.clone(),
            expires_at: question.map(|q| q.expires_at),
            bundle: self.bundle.to_owned(),
            decision,
        }
    }
}

fn told(release: &Release) -> Told {
    let summary = release.summary();
    match summary.rung {
        Some(granularity) => Told::Search { granularity, hit: summary.hit },
        None => Told::Table { released: summary.cells_released, suppressed: summary.cells_suppressed },
    }
}

fn denied(code: Refusal, reason: impl ToString) -> Denied {
    Denied { code, reason: reason.to_string() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
