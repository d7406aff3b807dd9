//! How much was asked of this node, kept across restarts: one log line for each question that is about to be executed, for
//! each that policy refused, and for each lockout. Subjects stand in it as keyed hashes, never as what was searched for.
//!
//! `policy::usage` decides; this is its shell. The log is the node's own and never leaves it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use audit::{AuditError, Journal, Log, Record, Replacement};
use identity::SecretPem;
use identity::files::{self, Existing};
use jiff::Timestamp;
use linkage::identifier::Identifier;
use model::{Ask, Delegation, Name, Probe, Question, QuestionId, Search};
use policy::usage::{Asked, Counting, Entry, Limited, Limits, SubjectKey, SubjectSecret, Under, Usage};
use serde::{Deserialize, Serialize};

use crate::error::NodeError;

/// File of the log in the node's data folder.
pub const LOG: &str = "usage.log";
/// File of the secret beside it, mode 0600.
pub const SECRET: &str = "usage.key";
/// A log of fewer bytes is left as it is once the node runs.
const COMPACTED_BYTES: u64 = 1 << 20;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it counted.
    pub at: Timestamp,
    /// What counted; none where bytes were cut after a crash, and in the first line of a log that was compacted.
    pub entry: Option<Entry>,
    /// From when on the log still holds every question and refusal, in its first line where some were left behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete_from: Option<Timestamp>,
}

impl Record for Line {
    fn recovered(at: Timestamp, _bytes: u64) -> Self {
        Self { at, entry: None, complete_from: None }
    }
}

/// What was asked, in memory and on disk.
#[derive(Debug)]
pub struct Counter {
    log: Log<Line>,
    file: PathBuf,
    /// Bytes of the log when it was last looked through for what no longer counts. Held while that goes on.
    compacted: tokio::sync::Mutex<u64>,
    usage: Mutex<Usage>,
    secret: SubjectSecret,
}

impl Counter {
    /// Opens the log in `folder` and recalls what counts still. A secret is made of `random` where there is none yet.
    pub fn open(
        journal: &mut Journal,
        folder: &Path,
        now: Timestamp,
        random: [u128; 2],
    ) -> Result<Self, NodeError> {
        let secret = secret(&folder.join(SECRET), random)?;
        let mut usage = Usage::default();
        let file = folder.join(LOG);
        let log = journal.log("usage", &file, now, |line: Line| {
            if let Some(entry) = line.entry {
                usage.recall(entry, line.at);
            }
        })?;
        Ok(Self { log, file, compacted: Default::default(), usage: Mutex::new(usage), secret })
    }

    /// Whether `asker` is locked out.
    pub fn check_lockout(&self, limits: &Limits, asker: &Name, now: Timestamp) -> Result<(), Limited> {
        self.usage.lock().map_err(|_| poisoned())?.check_lockout(limits, asker, now)
    }

    /// Counts a question that is about to be executed, or says which limit it would exceed. What is returned must be
    /// kept before anything is released.
    pub fn admit(
        &self,
        limits: &Limits,
        question: &Question,
        delegation: Option<&Delegation>,
        break_glass: bool,
        now: Timestamp,
    ) -> Result<Entry, Limited> {
        let asked = Asked {
            question: question.id,
            asker: question.asker.clone(),
            operation: question.operation.clone(),
            subjects: self.subjects(&question.ask),
            break_glass,
            under: delegation.map(|given| Under {
                delegation: given.id,
                questions_max: given.questions_max,
                expires_at: given.expires_at,
            }),
        };
        self.usage.lock().map_err(|_| poisoned())?.admit(limits, asked, now)
    }

    /// Counts a question that policy refused.
    pub fn refused(&self, asker: &Name, question: QuestionId, now: Timestamp) -> Option<Entry> {
        self.usage.lock().ok()?.refused(asker, question, now)
    }

    /// Writes down what counted. Durable once the audit entries that follow are.
    pub async fn keep(&self, entry: Entry, now: Timestamp) -> Result<(), AuditError> {
        self.log.note(vec![Line { at: now, entry: Some(entry), complete_from: None }]).await
    }

    /// Compacts the log. Where that fails it goes on as it is, or takes nothing more if it can't be written at all.
    pub async fn hold(self: Arc<Self>, limits: Limits) {
        if let Err(error) = self.compact(limits).await {
            tracing::error!(%error, "the log of what was asked could not be compacted");
        }
    }

    /// Whether the log has doubled since it was last compacted.
    pub fn has_doubled(&self) -> bool {
        let Ok(before) = self.compacted.try_lock() else { return false };
        self.bytes() >= COMPACTED_BYTES.max(before.saturating_mul(2))
    }

    /// Leaves behind what no limit asks for any more, while questions are asked and counted. What is decided about them is
    /// what it would have been.
    async fn compact(self: Arc<Self>, limits: Limits) -> Result<(), AuditError> {
        let mut compacted = self.compacted.lock().await;
        let counter = self.clone();
        // Where it fails, it is tried again once the log has doubled again.
        *compacted = self.bytes();
        let preparing = tokio::task::spawn_blocking(move || counter.prepare(&limits));
        if let Some(replacement) = preparing.await.map_err(|_| AuditError::Stopped)?? {
            self.log.replace(replacement).await?;
            *compacted = self.bytes();
        }
        Ok(())
    }

    /// The log without what no longer counts; none where all of it does.
    fn prepare(&self, limits: &Limits) -> Result<Option<Replacement>, AuditError> {
        let mut counting = Counting::under(limits);
        let (mut entries, mut complete_from) = (0, None);
        let so_far = self.log.so_far(|line| {
            complete_from = complete_from.max(line.complete_from);
            if let Some(entry) = line.entry {
                entries += 1;
                counting.enter(entry, line.at);
            }
        })?;
        let from = complete_from.max(Some(counting.complete_from()));
        let kept = counting.into_entries();
        if kept.len() == entries {
            return Ok(None);
        }
        let at = kept.last().map_or(Timestamp::MIN, |(at, _)| *at);
        let first = Line { at, entry: None, complete_from: from };
        let kept = kept.into_iter().map(|(at, entry)| Line { at, entry: Some(entry), complete_from: None });
        self.log.prepare(so_far, &std::iter::once(first).chain(kept).collect::<Vec<_>>()).map(Some)
    }

    fn bytes(&self) -> u64 {
        self.file.metadata().map_or(0, |about| about.len())
    }

    fn subjects(&self, ask: &Ask) -> Vec<SubjectKey> {
        match ask {
            Ask::Search(search) => vec![self.subject(search)],
            Ask::Batch(searches) => searches.iter().map(|search| self.subject(search)).collect(),
            Ask::Tabulate(_) => Vec::new(),
        }
    }

    /// Spellings that the search itself takes for one are one subject. What differs in more counts as another, which
    /// only limits more.
    fn subject(&self, search: &Search) -> SubjectKey {
        let part = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_alphanumeric() || "?*".contains(*c))
                .flat_map(char::to_lowercase)
                .collect()
        };
        let some = |text: &Option<String>| text.as_deref().map(part).unwrap_or_default();
        let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let parts: Vec<String> = match &search.probe {
            Probe::Person(person) => vec![
                part(&person.given_names),
                part(&person.family_name),
                date(person.dob),
                date(person.born.map(|born| born.from)),
                date(person.born.map(|born| born.to)),
            ],
            Probe::Identifier(identifier) => vec![
                Identifier::parse(identifier.kind, &identifier.value)
                    .map_or_else(|_| part(&identifier.value), |normal| normal.value().to_owned()),
            ],
            Probe::Organisation(organisation) => vec![part(&organisation.name), some(&organisation.postcode)],
            Probe::Partial(partial) => {
                vec![part(&partial.pattern), some(&partial.make), some(&partial.colour)]
            }
            Probe::Address(address) => {
                vec![some(&address.postcode), some(&address.number), some(&address.text)]
            }
        };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        self.secret.key(search.probe.kind(), &parts)
    }
}

/// A poisoned lock means that counting panicked in the middle: nothing more is admitted.
fn poisoned() -> Limited {
    Limited { reason: "what was asked can't be counted any more; restart the node".to_owned(), entry: None }
}

fn secret(file: &Path, random: [u128; 2]) -> Result<SubjectSecret, NodeError> {
    if !file.exists() {
        let [high, low] = random;
        let text = SecretPem::new(format!("{high:032x}{low:032x}\n"));
        files::write_secret(file, &text, Existing::Keep)?;
    }
    let text = files::read_secret(file)?;
    SubjectSecret::parse(text.reveal()).ok_or_else(|| NodeError::UsageKey { file: file.to_owned() })
}

#[cfg(test)]
mod tests;
