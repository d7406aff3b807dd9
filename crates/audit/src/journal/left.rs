//! What a crash left of one log in the journal: lines that the log itself may lack.

use crate::chain::Head;

/// Lines of one log, with the heads before, between and behind them.
#[derive(Debug, Default)]
pub(crate) struct Left {
    heads: Vec<Head>,
    lines: Vec<String>,
}

impl Left {
    /// No line yet, of a log that had this head.
    pub(super) fn behind(head: Head) -> Self {
        Self { heads: vec![head], lines: Vec::new() }
    }

    /// Adds a line where it follows; whether it did.
    pub(super) fn add(&mut self, line: &str) -> bool {
        let next = self.heads.last().and_then(|head| head.before(line));
        if let Some(next) = next {
            self.heads.push(next);
            self.lines.push(line.to_owned());
        }
        next.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    #[cfg(test)]
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Follows a log from its first line on.
    pub(crate) fn catching_up(&self) -> CatchingUp<'_> {
        let mut catching_up = CatchingUp { left: self, passed: None };
        catching_up.pass(Head::EMPTY);
        catching_up
    }
}

/// How far a log has come along the lines that are left of it.
pub(crate) struct CatchingUp<'a> {
    left: &'a Left,
    /// The last of the heads that the log has passed, by its place.
    passed: Option<usize>,
}

impl<'a> CatchingUp<'a> {
    /// The log has this head after its next line.
    pub(crate) fn pass(&mut self, head: Head) {
        let next = self.passed.map_or(0, |at| at + 1);
        if self.left.heads.get(next) == Some(&head) {
            self.passed = Some(next);
        }
    }

    /// The lines that the log lacks, when it ends with this head; or why it is not the log that the journal knows.
    pub(crate) fn missing(self, end: Head) -> Result<&'a [String], &'static str> {
        let lines = self.passed.and_then(|at| self.left.lines.get(at..));
        match lines {
            _ if self.left.is_empty() => Ok(&[]),
            Some([]) => Ok(&[]),
            Some(missing) if self.passed.and_then(|at| self.left.heads.get(at)) == Some(&end) => Ok(missing),
            _ => Err("the journal holds entries that do not follow from this log"),
        }
    }
}
