//! The commands `bluelamp policy …`: what a custodian does with a bundle, from checking it to taking it back.

mod check;
mod custody;
mod diff;
mod explain;
mod simulate;

use std::path::{Path, PathBuf};

use ::node::policy_folder;
use ::policy::{Bundle, BundleFiles, CaseResult, Policy};

use crate::command::node::read;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

const EXAMPLES: &str = "\
Examples:
  bluelamp policy check policy/ --config node.toml
  bluelamp policy test policy/
  bluelamp policy explain policy/ --force rocta --purpose investigation --search person
  bluelamp policy diff policy/ draft/
  bluelamp policy simulate draft/ --config node.toml --from 2026-11-01
  bluelamp policy sign policy/ --certificate custodian-1.pem --key custodian-1.key
  bluelamp policy history --config node.toml
  bluelamp policy rollback --config node.toml

Check and test end with 1 when something is wrong, so that a pipeline can hold a change back. A node takes another policy
up when it is reloaded, and keeps the one it has where the new one is bad, unsigned or older.";

/// Options of `bluelamp policy`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
enum Action {
    /// Read a bundle whole, and find what is wrong, can fail, never applies or has no effect
    Check(check::CheckArguments),
    /// Decide every case of a bundle and compare with what it expects
    Test(Folder),
    /// Walk through one question: each step, the policies that decided, what the asker sees and what only the owner sees
    Explain(Box<explain::ExplainArguments>),
    /// Which decisions change from one bundle to another: askers, purposes, questions, records, settings
    Diff(diff::DiffArguments),
    /// What a draft would have done with the questions of a period
    Simulate(simulate::SimulateArguments),
    /// Sign a bundle as one of the force's custodians; any change to it afterwards voids the signature
    Sign(custody::SignArguments),
    /// The policies that a node has served under, newest first
    History {
        /// The node's configuration
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Put a policy that the node has served under before back into its folder
    Rollback(custody::RollbackArguments),
}

/// A policy bundle.
#[derive(clap::Args)]
struct Folder {
    /// The bundle's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Checks or tests a bundle.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Check(arguments) => check::check(&arguments).await,
        Action::Diff(arguments) => diff::diff(&arguments),
        Action::Simulate(arguments) => simulate::simulate(&arguments),
        Action::Explain(arguments) => explain::explain(*arguments),
        Action::Sign(arguments) => custody::sign(&arguments),
        Action::History { config } => custody::history(&read(&config)?),
        Action::Rollback(arguments) => custody::rollback(&arguments, &read(&arguments.config)?),
        Action::Test(Folder { folder }) => {
            let trial = Trial::of(&files(&folder)?)?;
            stdout(trial.to_string().as_bytes())?;
            if trial.passed() {
                return Ok(Exit::Ok);
            }
            Err(Failure::error("the policy does not decide as its cases expect")
                .help("mend the policies, or the cases where the decision is now meant"))
        }
    }
}

/// How something is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    #[default]
    Table,
    /// For programs
    Json,
}

/// A value as indented JSON with its newline.
fn written(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| Failure::from(e).while_doing("writing JSON"))?;
    Ok(text + "\n")
}

fn files(folder: &Path) -> Result<BundleFiles, Failure> {
    Ok(policy_folder::read(folder)?)
}

pub(crate) fn compile(files: &BundleFiles) -> Result<Bundle, Failure> {
    Bundle::compile(files).map_err(|error| cannot_use(&error))
}

fn cannot_use(error: &::policy::BundleError) -> Failure {
    Failure::error(format!("the policy bundle can't be used:\n{error}"))
}

/// A bundle with its cases decided.
pub(crate) struct Trial {
    hash: String,
    cases: Vec<CaseResult>,
}

impl Trial {
    /// Compiles the bundle and decides its cases.
    pub(crate) fn of(files: &BundleFiles) -> Result<Self, Failure> {
        let bundle = compile(files)?;
        let cases = Policy::run_cases(files).map_err(|error| cannot_use(&error))?;
        Ok(Self { hash: bundle.hash().to_owned(), cases })
    }

    /// Whether every case came out as expected.
    pub(crate) fn passed(&self) -> bool {
        self.cases.iter().all(CaseResult::passed)
    }

    /// The bundle and its cases in one line.
    pub(crate) fn summary(&self) -> String {
        let passed = self.cases.iter().filter(|case| case.passed()).count();
        format!("policy bundle {}: {passed} of {} cases as expected", self.hash, self.cases.len())
    }
}

impl std::fmt::Display for Trial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for case in &self.cases {
            let CaseResult { file, name, expected, found, policies } = case;
            if case.passed() {
                writeln!(f, "ok      {file}: {name}")?;
            } else {
                let policies = if policies.is_empty() { "none".to_owned() } else { policies.join(", ") };
                writeln!(f, "FAILED  {file}: {name}")?;
                writeln!(
                    f,
                    "        expected  {expected}\n        found     {found}\n        policies  {policies}"
                )?;
            }
        }
        writeln!(f, "{}", self.summary())
    }
}
