//! What every question says besides what it asks: why, for which operation, whom, how long, and from which desk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::SignedDuration;
use model::question::{Operation, Reason};
use model::vocabulary::{LegalBasis, Urgency};
use model::{Circumstances, Coverage, ForceId, Pressing, Purpose, Refusal};

use crate::clock;
use crate::desk::{self, AnalystConfig, DEADLINE_MAX, Desk, Ground};
use crate::exit::{Exit, Failure};
use crate::output::{Form, Format, OutputArguments};

/// What every question says besides what it asks.
#[derive(clap::Args)]
pub(crate) struct AskArguments<F: Form = Format> {
    /// Why you ask; required: prevention, investigation, detection, prosecution, penalties or safeguarding
    #[arg(long, value_name = "PURPOSE", help_heading = "Lawful ground")]
    purpose: Option<Purpose>,
    /// The operation or case that the question belongs to, such as "Op Lantern"; required
    #[arg(long, value_name = "NAME", help_heading = "Lawful ground")]
    operation: Option<Operation>,
    /// The legal basis relied on, such as common_law, court_order or vital_interests; a force's policy may demand one
    #[arg(long, value_name = "BASIS", help_heading = "Lawful ground")]
    legal_basis: Option<LegalBasis>,
    /// How urgent it is: routine or priority. A threat to life is asked with --break-glass
    #[arg(long, value_name = "URGENCY", default_value_t = Urgency::Routine, help_heading = "Lawful ground")]
    urgency: Urgency,
    /// Break the glass: whose life is in danger and why. A second analyst of your force must approve the request
    #[arg(long, value_name = "REASON", requires = "request", help_heading = "Lawful ground")]
    break_glass: Option<Reason>,
    /// With --break-glass: write the signed request to this file, for `bluelamp approve` and `bluelamp send`
    #[arg(long, value_name = "FILE", requires = "break_glass", help_heading = "Lawful ground")]
    request: Option<PathBuf>,
    /// Ask these forces only, such as mps,colp; otherwise every force of the federation
    #[arg(long, alias = "force", value_delimiter = ',', value_name = "FORCES", help_heading = "Asking")]
    forces: Vec<ForceId>,
    /// How long to wait for the slowest force, such as 10s; otherwise as long as the coordinator allows
    #[arg(long, value_name = "TIME", value_parser = deadline, help_heading = "Asking")]
    deadline: Option<Duration>,
    /// Your analyst.toml; otherwise the one here, or the demonstration's
    #[arg(long, value_name = "FILE", env = "BLUELAMP_CONFIG", help_heading = "Asking")]
    config: Option<PathBuf>,
    /// How the answer is written, and where.
    #[command(flatten)]
    pub(crate) output: OutputArguments<F>,
}

impl<F: Form> AskArguments<F> {
    /// The lawful ground, which no question goes without.
    pub(crate) fn ground(&self) -> Result<Ground, Failure> {
        if self.break_glass.is_some() {
            return Err(Failure::usage("--break-glass is for a search about one subject")
                .help("ask about that one: bluelamp search person … --break-glass …"));
        }
        self.stated_ground()
    }

    /// The reason and the file of a request under a threat to life, where one is made.
    pub(crate) fn request(&self) -> Option<(&Reason, &Path)> {
        self.break_glass.as_ref().zip(self.request.as_deref())
    }

    /// The lawful ground of a search that may be a threat to life.
    pub(crate) fn stated_ground(&self) -> Result<Ground, Failure> {
        let purpose = self.purpose.ok_or_else(|| {
            Failure::usage("--purpose is missing: every question states why it is asked")
                .help(format!("give one of {}", Purpose::WORDS.join(", ")))
        })?;
        let operation = self.operation.clone().ok_or_else(|| {
            Failure::usage("--operation is missing: every question belongs to an operation or case")
                .help("name it, such as --operation \"Op Lantern\"")
        })?;
        let urgency = match self.urgency {
            _ if self.break_glass.is_some() => {
                self.break_glass.clone().map_or(Pressing::Routine, Pressing::ThreatToLife)
            }
            Urgency::Routine => Pressing::Routine,
            Urgency::Priority => Pressing::Priority,
            Urgency::ThreatToLife => {
                return Err(Failure::usage("--urgency threat_to_life is not asked like this")
                    .help("say why with --break-glass, and have a second analyst approve it"));
            }
        };
        let circumstances = Circumstances { legal_basis: self.legal_basis, urgency, delegation: None };
        Ok(Ground { purpose, operation, circumstances })
    }

    /// The desk that asks.
    pub(crate) fn desk(&self) -> Result<Desk, Failure> {
        open_desk(self.config.as_deref())
    }

    /// The forces named.
    pub(crate) fn forces(&self) -> &[ForceId] {
        &self.forces
    }

    /// The deadline named.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }
}

/// Opens the desk of the configuration named, or of the usual one.
pub(crate) fn open_desk(named: Option<&std::path::Path>) -> Result<Desk, Failure> {
    let file = desk::find(named)?;
    Desk::open(&AnalystConfig::read(&file)?, clock::now())
}

/// Says on a terminal that an answer is awaited, until dropped.
pub(crate) fn waiting(for_what: String) -> Waiting {
    let spinner = ProgressBar::new_spinner().with_message(for_what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(100));
    Waiting(spinner)
}

/// A sign on stderr that an answer is awaited. Nothing is shown where stderr is not a terminal.
pub(crate) struct Waiting(ProgressBar);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How a question ends: complete, partial, denied, or an error where nobody answered (invariant 6).
pub(crate) fn conclude(coverage: &Coverage) -> Result<Exit, Failure> {
    if coverage.answered() == 0 {
        let (exit, help) = if coverage.is_denied() {
            (Exit::Denied, Refusal::NotPermitted.mend())
        } else {
            (Exit::Error, "this is no \"no hit\" and no zero; `bluelamp federation` shows how the nodes are")
        };
        return Err(Failure::new(exit, format!("no force answered: {}", coverage.sentence())).help(help));
    }
    Ok(if coverage.is_complete() { Exit::Ok } else { Exit::Partial })
}

fn deadline(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!("must be a time of at most {} s with its unit, such as 10s or 500ms", DEADLINE_MAX.as_secs())
    };
    let time: SignedDuration = text.parse().map_err(|_| wrong())?;
    if !time.is_positive() || time > DEADLINE_MAX {
        return Err(wrong());
    }
    Duration::try_from(time).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use model::answer::ForceCoverage;
    use model::{Coverage, Outcome, Refusal};

    use super::conclude;

    #[test]
    fn the_exit_code_tells_how_far_an_answer_reaches() {
        let answered = || Outcome::Answered { as_of: jiff::Timestamp::UNIX_EPOCH, reply: () };
        let denied = || Outcome::Refused(Refusal::NotPermitted);
        for (outcomes, expected) in [
            (vec![answered(), answered()], "Ok(Ok)"),
            (vec![answered(), Outcome::Late], "Ok(Partial)"),
            (vec![answered(), denied()], "Ok(Partial)"),
            (vec![denied(), denied()], "Err(Denied"),
            (vec![denied(), Outcome::Unreachable], "Err(Error"),
            (vec![Outcome::Refused(Refusal::Busy)], "Err(Error"),
            (vec![], "Err(Error"),
        ] {
            let line = |(at, outcome)| ForceCoverage { force: format!("f{at}").parse().unwrap(), outcome };
            let coverage = Coverage { forces: outcomes.into_iter().enumerate().map(line).collect() };
            let found = format!("{:?}", conclude(&coverage));
            assert!(found.starts_with(expected), "{expected} was expected, not {found}");
        }
    }
}
