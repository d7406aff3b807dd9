//! How a run ends: an exit code with a fixed meaning, and for a failure one line that says what, where and how to
//! mend it. The only place that prints errors.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use model::Complaint;
use model::config::ConfigError;
use model::vocabulary::UnknownWord;

/// What the exit code tells a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, and complete.
    Ok = 0,
    /// It broke.
    Error = 1,
    /// The command line, the question or a configuration is written wrong. Nothing was sent.
    Usage = 2,
    /// Done, but at least one force did not answer, or a row of a list could not be asked about.
    Partial = 3,
    /// Every force refused: its policy does not permit the question.
    Denied = 4,
    /// A person has to decide first.
    Pending = 5,
    /// What was compared differs, where the command line asked for a code that says so.
    Different = 6,
}

/// Why a command did not do what it was asked to.
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    help: Option<String>,
    quiet: bool,
}

impl Failure {
    /// Something broke, or was found to be broken.
    pub(crate) fn error(what: impl Into<String>) -> Self {
        Self::new(Exit::Error, what)
    }

    /// Something was written wrong.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// A failure that ends with `exit`.
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), help: None, quiet: false }
    }

    /// The same with a line that says how to mend it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, told as part of what was being done.
    pub(crate) fn while_doing(mut self, doing: &str) -> Self {
        self.what = format!("{doing}: {}", self.what);
        self
    }

    /// What went wrong, without the mend.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// How to mend it, where that is known.
    pub(crate) fn mend(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.exit, self.what)
    }
}

/// What a person wrote is a usage failure; everything else is an error. A reader that went away is neither.
impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let any: &(dyn Error + 'static) = &error;
        let broken_pipe =
            any.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        let written = any.is::<Complaint>() || any.is::<ConfigError>() || any.is::<UnknownWord>();
        let exit = if written { Exit::Usage } else { Exit::Error };
        Self { quiet: broken_pipe, ..Self::new(exit, chain(any)) }
    }
}

/// The error and its causes, each told once: a cause that the layer above repeats is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = error.source();
    }
    told
}

/// Prints a failure on stderr and turns the end of the run into its exit code.
pub(crate) fn report(ended: Result<Exit, Failure>) -> ExitCode {
    let exit = match ended {
        Ok(exit) => exit,
        Err(failure) if failure.quiet => Exit::Ok,
        Err(failure) => {
            tell_failure(&failure);
            failure.exit
        }
    };
    ExitCode::from(exit as u8)
}

/// Says on stderr what went wrong and how to mend it.
pub(crate) fn tell_failure(failure: &Failure) {
    tell("error", &failure.what);
    if let Some(help) = &failure.help {
        tell("help", help);
    }
}

/// Says something on stderr that does not end the run.
pub(crate) fn note(what: &str) {
    tell("note", what);
}

fn tell(kind: &str, what: &str) {
    // Where stderr is closed nobody can be told.
    let _ = writeln!(io::stderr().lock(), "{kind}: {what}");
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failure};
    use model::Complaint;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("inner says {0}")]
    struct Inner(#[source] std::fmt::Error);

    #[test]
    fn a_cause_is_told_once() {
        let plain = Failure::from(Outer(Inner(std::fmt::Error)));
        let text = std::fmt::Error.to_string();
        assert_eq!(plain.what(), format!("outer: inner says {text}"));
    }

    #[test]
    fn what_a_person_wrote_is_usage_and_what_broke_is_an_error() {
        assert_eq!(Failure::from(Complaint::new("probe.dob", "is no date")).exit, Exit::Usage);
        assert_eq!(Failure::from(std::io::Error::other("disk")).exit, Exit::Error);
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        assert!(Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe)).quiet);
    }
}
