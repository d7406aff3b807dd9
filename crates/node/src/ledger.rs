//! What a node remembers of questions that it answered: their ids until they expire, so that none is answered twice,
//! and what stays at home, so that the home unit hears who asked and can resolve a reference.
//!
//! One line is written for every answered question, or for every subject of a batch, with or without a notice: a
//! question about a silent record takes no more writes than one about nobody. The file holds the force's own record ids and never leaves.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Mutex;

use audit::{AuditError, Journal, Lines, Log, Record};
use jiff::Timestamp;
use model::{Name, Question, QuestionId};
use policy::{Alert, HomeRecord};
use serde::{Deserialize, Serialize};

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was written.
    pub at: Timestamp,
    /// The question; none where bytes were cut after a crash.
    pub question: Option<QuestionId>,
    /// The place in its batch, from 0, of the subject that the line speaks of; none where the question was no batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<usize>,
    /// Who asked.
    pub asker: Option<Name>,
    /// Until when the question could be answered.
    pub expires_at: Option<Timestamp>,
    /// Silent records that were asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Units that the policies tell of the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<Alert>,
    /// The threat to life under which it was asked, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BrokenGlass>,
    /// The reference that was given out, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The records that the reference stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<String>,
}

/// A threat to life, as its asker stated it and a second analyst approved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// The second analyst.
    pub approved_by: Name,
    /// The asker's words. For the home unit alone: they may name whom the question is about.
    pub reason: String,
}

impl Line {
    /// Whether it is of interest to the home unit.
    fn is_notice(&self) -> bool {
        !self.notices.is_empty() || !self.alerts.is_empty() || self.break_glass.is_some()
    }
}

impl Record for Line {
    fn recovered(at: Timestamp, _bytes: u64) -> Self {
        Self {
            at,
            question: None,
            subject: None,
            asker: None,
            expires_at: None,
            notices: Vec::new(),
            alerts: Vec::new(),
            break_glass: None,
            reference: None,
            records: Vec::new(),
        }
    }
}

/// The open ledger.
#[derive(Debug)]
pub struct Ledger {
    log: Log<Line>,
    answered: Mutex<Answered>,
}

/// Questions that were claimed, until they expire.
#[derive(Debug, Default)]
struct Answered {
    known: HashSet<QuestionId>,
    /// The same by when they expire, so that forgetting does not look at those that stay.
    expiring: BTreeSet<(Timestamp, QuestionId)>,
}

impl Answered {
    /// Whether the question was new.
    fn claim(&mut self, question: QuestionId, expires_at: Timestamp) -> bool {
        let is_new = self.known.insert(question);
        if is_new {
            self.expiring.insert((expires_at, question));
        }
        is_new
    }

    fn forget_until(&mut self, now: Timestamp) {
        while let Some(&(expires_at, question)) = self.expiring.first()
            && expires_at <= now
        {
            self.expiring.pop_first();
            self.known.remove(&question);
        }
    }
}

/// The question was answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlreadyAnswered;

impl Ledger {
    /// Opens the ledger at `path` and recalls the questions that have not expired by `now`.
    pub fn open(journal: &mut Journal, path: &Path, now: Timestamp) -> Result<Self, AuditError> {
        let mut answered = Answered::default();
        let log = journal.log("ledger", path, now, |line: Line| {
            if let (Some(question), Some(expires_at)) = (line.question, line.expires_at)
                && expires_at > now
            {
                answered.claim(question, expires_at);
            }
        })?;
        Ok(Self { log, answered: Mutex::new(answered) })
    }

    /// Claims a question for answering, once. Forgets what has expired: an expired question is refused anyway.
    pub fn claim(&self, question: &Question, now: Timestamp) -> Result<(), AlreadyAnswered> {
        // A poisoned lock means that another claim panicked in the middle; refusing is the safe reading.
        let mut answered = self.answered.lock().map_err(|_| AlreadyAnswered)?;
        answered.forget_until(now);
        if answered.claim(question.id, question.expires_at) { Ok(()) } else { Err(AlreadyAnswered) }
    }

    /// The claim and what stays at home: one line for each part of the question, given with the place of its subject where it
    /// has one. A part that was refused leaves nothing at home.
    pub fn settled<'a>(
        &self,
        question: &Question,
        glass: Option<&BrokenGlass>,
        homes: impl Iterator<Item = (Option<usize>, Option<&'a HomeRecord>)>,
        now: Timestamp,
    ) -> Result<Lines, AuditError> {
        let line = |(subject, home): (Option<usize>, Option<&HomeRecord>)| {
            let referral = home.and_then(|home| home.referral.as_ref());
            Line {
                at: now,
                question: Some(question.id),
                subject,
                asker: Some(question.asker.clone()),
                expires_at: Some(question.expires_at),
                notices: home.map_or_else(Vec::new, |h| h.notices.iter().map(|n| n.record.clone()).collect()),
                alerts: home.map_or_else(Vec::new, |home| home.alerts.clone()),
                break_glass: glass.cloned(),
                reference: referral.map(|referral| referral.reference.clone()),
                records: referral.map_or_else(Vec::new, |referral| referral.records.clone()),
            }
        };
        self.log.lines(&homes.map(line).collect::<Vec<_>>())
    }

    /// Writes down whom the policies tell of a question that was refused. It does not count as answered. Durable once the
    /// audit entries that follow are.
    pub async fn alert(
        &self,
        question: &Question,
        alerts: Vec<Alert>,
        now: Timestamp,
    ) -> Result<(), AuditError> {
        let line = Line {
            question: Some(question.id),
            asker: Some(question.asker.clone()),
            alerts,
            ..Line::recovered(now, 0)
        };
        self.log.note(vec![line]).await
    }
}

/// Every line of the ledger at `path` that the home unit has to hear of, oldest first: silent records that were asked
/// about, units that a policy tells, threats to life.
pub fn notices(path: &Path) -> Result<Vec<Line>, AuditError> {
    select(path, Line::is_notice)
}

/// The lines whose reference is `reference`.
pub fn resolve(path: &Path, reference: &str) -> Result<Vec<Line>, AuditError> {
    select(path, |line| line.reference.as_deref() == Some(reference))
}

fn select(path: &Path, wanted: impl Fn(&Line) -> bool) -> Result<Vec<Line>, AuditError> {
    let mut lines = Vec::new();
    audit::read(path, |line: Line| {
        if wanted(&line) {
            lines.push(line);
        }
    })?;
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use audit::Journal;
    use jiff::{SignedDuration, Timestamp};
    use model::{Ask, Circumstances, Purpose, Question};
    use policy::HomeRecord;

    use super::{AlreadyAnswered, Ledger, select};

    #[tokio::test]
    async fn a_batch_stays_answered_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (path, now) = (folder.path().join("ledger.log"), Timestamp::UNIX_EPOCH);
        let question = Question {
            id: serde_json::from_str("\"0197c0de-0000-7000-8000-000000000001\"").unwrap(),
            asker: "spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap(),
            purpose: Purpose::Investigation,
            operation: "Op Lantern".parse().unwrap(),
            circumstances: Circumstances::default(),
            audience: ["mps".parse().unwrap()].into(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(1),
            ask: Ask::Batch(Vec::new()),
        };
        let home = HomeRecord::default();
        let open = || {
            let mut journal = Journal::open(&folder.path().join("journal")).unwrap();
            let ledger = Ledger::open(&mut journal, &path, now).unwrap();
            journal.start().unwrap();
            ledger
        };
        let ledger = open();
        ledger.claim(&question, now).unwrap();
        let homes = [(Some(0), Some(&home)), (Some(1), None), (Some(2), Some(&home))];
        let settled = ledger.settled(&question, None, homes.into_iter(), now).unwrap();
        ledger.log.append_lines(settled, None).await.unwrap();
        drop(ledger);
        assert_eq!(select(&path, |_| true).unwrap().len(), 3);
        let reopened = open();
        assert_eq!(reopened.claim(&question, now), Err(AlreadyAnswered));
        let before = question.expires_at - SignedDuration::from_millis(1);
        assert_eq!(reopened.claim(&question, before), Err(AlreadyAnswered));
        assert_eq!(reopened.claim(&question, question.expires_at), Ok(()), "what has expired is forgotten");
    }
}
