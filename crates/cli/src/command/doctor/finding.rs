//! What the doctor found: a verdict for each check, and how to mend it.

use std::fmt;

use crate::exit::Failure;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// It works now, and will or may not later.
    Warn,
    /// It does not work.
    Fail,
}

/// The checks so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

struct Finding {
    verdict: Verdict,
    what: &'static str,
    found: String,
    mend: Option<String>,
}

impl Findings {
    /// It is as it should be.
    pub(super) fn ok(&mut self, what: &'static str, found: impl Into<String>) {
        self.0.push(Finding { verdict: Verdict::Ok, what, found: found.into(), mend: None });
    }

    /// It works, but.
    pub(super) fn warn(&mut self, what: &'static str, found: impl Into<String>, mend: &str) {
        let mend = Some(mend.to_owned());
        self.0.push(Finding { verdict: Verdict::Warn, what, found: found.into(), mend });
    }

    /// It does not work.
    pub(super) fn fail(&mut self, what: &'static str, failure: impl Into<Failure>) {
        let failure = failure.into();
        let (found, mend) = (failure.what().to_owned(), failure.mend().map(str::to_owned));
        self.0.push(Finding { verdict: Verdict::Fail, what, found, mend });
    }

    /// The value of a check, or nothing and a finding that says why.
    pub(super) fn need<T>(
        &mut self,
        what: &'static str,
        checked: Result<T, impl Into<Failure>>,
    ) -> Option<T> {
        checked.map_err(|failure| self.fail(what, failure)).ok()
    }

    /// The worst verdict.
    pub(super) fn worst(&self) -> Verdict {
        self.0.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { verdict, what, found, mend } in &self.0 {
            let word = match verdict {
                Verdict::Ok => "ok",
                Verdict::Warn => "warn",
                Verdict::Fail => "FAIL",
            };
            writeln!(f, "{word:<5} {what:<13} {}", found.replace('\n', "\n                    "))?;
            if let Some(mend) = mend {
                writeln!(f, "      {:<13} mend: {mend}", "")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Findings, Verdict};
    use crate::exit::Failure;

    #[test]
    fn each_check_is_a_line_and_each_fault_says_how_to_mend_it() {
        let mut findings = Findings::default();
        findings.ok("bundle", "3 members");
        findings.warn("certificate", "expires in 3 days", "issue a new one");
        assert_eq!(findings.worst(), Verdict::Warn);
        findings.fail("policy", Failure::error("can't be used:\nfile, line 3: a fault").help("mend it"));
        assert_eq!(findings.worst(), Verdict::Fail);
        insta::assert_snapshot!(findings.to_string());
    }
}
