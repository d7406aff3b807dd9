//! What was asked within a span of time that ends now: how many questions, and how often about each subject.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::SubjectKey;

/// A sliding window over questions.
#[derive(Debug)]
pub(super) struct Window {
    span: SignedDuration,
    asked: VecDeque<(Timestamp, Arc<[SubjectKey]>)>,
    subjects: HashMap<SubjectKey, u64>,
}

impl Window {
    pub(super) fn of(span: SignedDuration) -> Self {
        Self { span, asked: VecDeque::new(), subjects: HashMap::new() }
    }

    /// Drops what lies a whole span before `now`.
    pub(super) fn forget_before(&mut self, now: Timestamp) {
        while let Some((at, subjects)) = self.asked.front() {
            if now.duration_since(*at) < self.span {
                return;
            }
            for subject in subjects.iter() {
                if let Some(times) = self.subjects.get_mut(subject) {
                    *times = times.saturating_sub(1);
                    if *times == 0 {
                        self.subjects.remove(subject);
                    }
                }
            }
            self.asked.pop_front();
        }
    }

    /// Enters a question about these subjects, each named once.
    pub(super) fn enter(&mut self, now: Timestamp, subjects: &[SubjectKey]) {
        for subject in subjects {
            *self.subjects.entry(*subject).or_default() += 1;
        }
        self.asked.push_back((now, subjects.into()));
    }

    /// How many questions.
    pub(super) fn questions(&self) -> u64 {
        count(self.asked.len())
    }

    /// How many distinct subjects.
    pub(super) fn subjects(&self) -> u64 {
        count(self.subjects.len())
    }

    /// How many questions about one subject.
    pub(super) fn times(&self, subject: &SubjectKey) -> u64 {
        self.subjects.get(subject).copied().unwrap_or(0)
    }

    /// How many of these subjects were not asked about.
    pub(super) fn new_among(&self, subjects: &[SubjectKey]) -> u64 {
        count(subjects.iter().filter(|subject| !self.subjects.contains_key(*subject)).count())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
