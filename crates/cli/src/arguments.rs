//! The command line at its top: what can be asked of `bluelamp`. Each command reads its own options.

use crate::command::{
    approve, audit, client_config, coordinator, delegate, demo, doctor, federation, linkage, node, picture,
    pki, policy, search, send, sql, synth, table,
};
use crate::logging::LogArguments;

const EXAMPLES: &str = "\
Examples:
  bluelamp demo
  bluelamp search vehicle AB12CDE --purpose investigation --operation \"Op Lantern\"
  bluelamp search batch subjects.csv --purpose investigation --operation \"Op Lantern\" --format csv -o answers.csv
  bluelamp table event --by month,category --measure count --purpose prevention --operation \"Op Lantern\"
  bluelamp sql \"select category, count(*) from event group by category\" --purpose prevention --operation \"Op Lantern\"
  bluelamp picture --period 2024-Q1 --purpose prevention --operation \"Op Lantern\" --format html -o picture.html
  bluelamp node run --config node.toml

Exit codes:
  0 done and complete   1 error   2 written wrong, nothing was sent
  3 some force did not answer, or a row of a list was not asked about
  4 every force's policy refused   5 a person has to decide";

/// Ask every force at once what it holds; each answers for itself, and the record never leaves.
#[derive(clap::Parser)]
#[command(name = "bluelamp", version, after_help = EXAMPLES, max_term_width = 110, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// How the log is written.
    #[command(flatten)]
    pub(crate) log: LogArguments,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Start a small federation on this machine and try it
    Demo(demo::Arguments),
    /// Ask the forces: do you hold anything on this?
    Search(Box<search::Arguments>),
    /// Approve another analyst's request under a threat to life
    Approve(approve::Arguments),
    /// Send an approved request
    Send(send::Arguments),
    /// Ask the forces: how much of this do you see?
    Table(Box<table::Arguments>),
    /// Ask the forces by SQL: aggregates become typed questions, the rest is finished here
    Sql(Box<sql::Arguments>),
    /// Put together the threat picture of a period: what is new, closed, rising and falling, and what can't be said
    Picture(Box<picture::Arguments>),
    /// Sign beforehand what a door may ask in your name, for tools that can't sign
    Delegate(Box<delegate::Arguments>),
    /// Print settings for a tool that speaks Flight SQL
    ClientConfig(client_config::Arguments),
    /// Show the forces of the federation and how their nodes are
    Federation(federation::Arguments),
    /// Run or check a force's node; read what stays at home
    Node(node::Arguments),
    /// Run or check a coordinator
    Coordinator(coordinator::Arguments),
    /// Make authorities, certificates and the federation bundle
    Pki(pki::Arguments),
    /// Check and test a force's policy bundle
    Policy(policy::Arguments),
    /// Verify and read an audit log
    Audit(audit::Arguments),
    /// Check an installation line by line and say how to mend it
    Doctor(doctor::Arguments),
    /// Measure how well persons are found
    Linkage(linkage::Arguments),
    /// Write made-up records in the shared schema
    Synth(synth::Arguments),
}

impl Command {
    /// What is logged unless BLUELAMP_LOG says otherwise: servers tell what they do, tools only what goes wrong.
    pub(crate) fn log_level(&self) -> &'static str {
        match self {
            Self::Node(arguments) if arguments.serves() => "info",
            Self::Coordinator(arguments) if arguments.serves() => "info",
            _ => "warn",
        }
    }

    /// Whether its tasks may be torn down one by one at the end.
    pub(crate) fn ends_task_by_task(&self) -> bool {
        // A part of a count that ends so would look like the whole of it to whoever waits for it.
        !matches!(self, Self::Node(arguments) if arguments.is_worker())
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Arguments;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_belongs_together_is_accepted_and_what_does_not_is_refused() {
        for (line, fits) in [
            ("search person --family Byrne --dob 1984-02-29 --purpose detection --operation CR/1", true),
            ("search person --pnc 01/0171310W", true),
            ("search person --pnc 01/0171310W --family Byrne", false),
            ("search person --pnc 01/0171310W --cro 265416/21G", false),
            ("search person", false),
            ("search vehicle AB12CDE", true),
            ("search vehicle --vrm AB12CDE", true),
            ("search vehicle --vrm AB12CDE --vin X", false),
            ("search vehicle AB12CDE --vin X", false),
            ("search vehicle", false),
            ("search account --sort-code 200000 --account-number 55779911", true),
            ("search account --sort-code 200000", false),
            ("search account --iban X --sort-code 200000 --account-number 55779911", false),
            ("search organisation --name Acme --postcode EC2V", true),
            ("search organisation --company-number 00000006 --postcode EC2V", false),
            ("search organisation --postcode EC2V", false),
            ("search phone 07700900123 --granularity referral --forces mps,colp --deadline 10s", true),
            ("search phone 07700900123 --granularity everything", false),
            ("search phone 07700900123 --break-glass held-in-a-car --request r", true),
            ("search phone 07700900123 --break-glass held-in-a-car", false),
            ("search phone 07700900123 --legal-basis court_order --urgency priority", true),
            ("search phone 07700900123 --legal-basis hunch", false),
            ("approve r --yes", true),
            ("send r --format json", true),
            ("search phone 07700900123 --deadline 10", false),
            ("search phone 07700900123 --deadline 5m", false),
            ("search phone 07700900123 --purpose curiosity", false),
            ("search phone 07700900123 --log-format json", true),
            ("search batch subjects.csv --granularity hit", true),
            ("search batch subjects.csv --chunk 1000 --state run.state", true),
            ("search batch subjects.csv --resume --state run.state", true),
            ("search batch subjects.csv --resume --chunk 10", false),
            ("search batch subjects.csv --chunk 0", false),
            ("search batch subjects.csv --chunk 1001", false),
            ("search batch", false),
            ("table event --by month,category --measure count,distinct --per-force", true),
            ("table events", false),
            ("sql select --format csv", true),
            ("sql --purpose prevention", true),
            ("sql --explain select", true),
            ("sql --explain", false),
            (
                "picture --period 2024-Q1 --previous 2023-Q1 --format html --out picture.html --force mps,btp",
                true,
            ),
            ("picture --period 2024-Q1 --explain", true),
            ("picture --period 2024-Q5", false),
            ("picture --period 2024-Q1 --format parquet", false),
            ("picture", false),
            (
                "delegate --purpose prevention --operation CR/1 --until 4h --questions 10 --forces mps --out d",
                true,
            ),
            ("delegate --purpose prevention --operation CR/1", true),
            ("delegate --operation CR/1", false),
            ("delegate --purpose prevention --operation CR/1 --questions 0", false),
            ("delegate --purpose prevention --operation CR/1 --questions 1001", false),
            ("client-config --for adbc --delegation d", true),
            ("client-config --for excel --delegation d", false),
            ("client-config --for jdbc", false),
            ("pki host --authority a --host door.rocta.example,10.0.0.7 --out b", true),
            ("pki host --authority a --out b", false),
            ("pki issue --authority a --role node --id 1 --out b", true),
            ("pki issue --authority a --name spiffe://bluelamp/force/mps/node/1 --out b", true),
            (
                "pki issue --authority a --role analyst --id 7 --unit crime --rank inspector --vetting sc --out b",
                true,
            ),
            ("pki issue --authority a --role analyst --id 7 --vetting thorough --out b", false),
            ("pki issue --authority a --role node --out b", false),
            ("pki issue --authority a --out b", false),
            ("node run --config node.toml --stop-with-stdin", true),
            ("node worker --config worker.toml", true),
            ("node worker", false),
            ("linkage evaluate --records a --probes b --truth c --format json", true),
            ("linkage evaluate --records a --probes b", false),
            ("linkage evaluate --febrl a", true),
            ("linkage evaluate --febrl a --records a --probes b --truth c", false),
            ("linkage evaluate", false),
            ("synth --out a --probes 5000 --held-out", true),
        ] {
            let words = std::iter::once("bluelamp").chain(line.split(' '));
            assert_eq!(Arguments::try_parse_from(words).is_ok(), fits, "{line}");
        }
    }
}
