//! The command `bluelamp sql`: a statement becomes typed questions, is finished here over what the forces release, and is
//! written with its coverage. Without a statement it reads some from stdin, or is a shell on a terminal.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Read};

use async_trait::async_trait;
use model::{ForceId, TableAnswer};
use sql::{Answer, Ask, RunError, TypedQuestion};

use super::ask::{AskArguments, conclude, waiting};
use crate::desk::{Desk, Ground};
use crate::exit::{Exit, Failure};
use crate::output::{self, Format, sql_columns, sql_json, sql_text, target};

mod describe;
mod shell;

const EXAMPLES: &str = "\
Examples:
  bluelamp sql \"select category, count(*) from event group by category\" --purpose prevention --operation \"Op Lantern\"
  bluelamp sql \"select month(reported_on), threat_category, count(*), avg(risk_score) from report where reported_on >= date '2024-01-01' group by 1, 2\" --purpose prevention --operation \"Op Lantern\" --format csv -o reports.csv
  bluelamp sql --explain \"select force, count(*) from threat where harm_band = 'high' group by force\"
  bluelamp sql --purpose prevention --operation \"Op Lantern\"                  a shell: \\d shows the tables, \\q ends it

Tables are the datasets of the shared schema; the column `force` names the force. Records stay with their force: aggregate with
  count(*), count(distinct KEY), sum, avg, var_pop, stddev …; group by columns, month(…), quarter(…), year(…), date_trunc,
  extract, band(…, WIDTH), left(…, CHARACTERS), rollup and cube; filter by in, ranges on whole months and bands, like 'AB%',
  is null. Records join along declared links alone, which \\d TABLE shows: person p join link l on l.from_id = p.person_id join
  report r on r.report_id = l.to_id; event e left join location o on o.location_id = e.location_id. Having, order by, joins, unions, with and windows over aggregated results are finished here.
Figures that a force suppresses are null beside a column … _status, and no expression turns one into a number. status(n) says
  how far a figure may be relied on: exact, rounded, noisy, at least or suppressed.";

/// Options of `bluelamp sql`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The statement, one select; otherwise statements from stdin, or a shell on a terminal
    #[arg(value_name = "SELECT")]
    statement: Option<String>,
    /// Show which typed question goes to which force and what is finished here. Nothing is sent
    #[arg(long, requires = "statement")]
    explain: bool,
    #[command(flatten)]
    ask: AskArguments,
}

/// Answers what was asked.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let ask = &arguments.ask;
    if let Some(statement) = &arguments.statement {
        let prepared = sql::prepare(statement).map_err(refused)?;
        if arguments.explain {
            let audience = ask.desk()?.audience(ask.forces())?;
            target::stdout(prepared.explain(&audience).as_bytes())?;
            return Ok(Exit::Ok);
        }
        let ground = ask.ground()?;
        let target = ask.output.open()?;
        let desk = ask.desk()?;
        let asking = Asking::new(&desk, &ground, ask)?;
        let answer = asking.answer(prepared).await?;
        target.deliver(&written(&answer, ask.output.format())?, &answer.coverage)?;
        return ended(&answer);
    }
    let ground = ask.ground()?;
    let desk = ask.desk()?;
    let asking = Asking::new(&desk, &ground, ask)?;
    if std::io::stdin().is_terminal() {
        return shell::run(&asking, ask.output.format()).await;
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let (mut statements, begun) = sql::split(&text);
    statements.extend(Some(begun).filter(|begun| !begun.is_empty()));
    if statements.is_empty() {
        return Err(
            Failure::usage("stdin holds no statement").help("pipe one in, or write it after bluelamp sql")
        );
    }
    if statements.len() > 1
        && (ask.output.is_file() || matches!(ask.output.format(), Format::Arrow | Format::Parquet))
    {
        return Err(Failure::usage("several statements have several answers, which one file can't hold")
            .help("ask one at a time, or as table, json or csv on stdout"));
    }
    let mut exit = Exit::Ok;
    for statement in statements {
        let prepared = sql::prepare(&statement).map_err(refused)?;
        let target = ask.output.open()?;
        let answer = asking.answer(prepared).await?;
        target.deliver(&written(&answer, ask.output.format())?, &answer.coverage)?;
        if ended(&answer)? == Exit::Partial {
            exit = Exit::Partial;
        }
    }
    Ok(exit)
}

/// An answer in a format.
fn written(answer: &Answer, format: Format) -> Result<Vec<u8>, Failure> {
    match format {
        Format::Table => Ok(sql_text::render(answer).into_bytes()),
        Format::Json => sql_json::render(answer),
        other => sql_columns::render(answer, other),
    }
}

/// How it ends. A statement that asks no force has nobody to miss.
fn ended(answer: &Answer) -> Result<Exit, Failure> {
    if answer.questions.is_empty() { Ok(Exit::Ok) } else { conclude(&answer.coverage) }
}

/// A statement that was not taken, as a failure of whoever wrote it.
fn refused(refused: sql::Refused) -> Failure {
    let failure = Failure::usage(refused.what);
    match refused.help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// A desk with a ground, which puts typed questions.
struct Asking<'a> {
    desk: &'a Desk,
    ground: &'a Ground,
    audience: BTreeSet<ForceId>,
    deadline: Option<std::time::Duration>,
}

impl<'a> Asking<'a> {
    fn new(desk: &'a Desk, ground: &'a Ground, ask: &AskArguments) -> Result<Self, Failure> {
        Ok(Self { desk, ground, audience: desk.audience(ask.forces())?, deadline: ask.deadline() })
    }

    async fn answer(&self, prepared: sql::Prepared) -> Result<Answer, Failure> {
        prepared.run(self).await.map_err(|error| match error {
            RunError::Asking(failure) => failure,
            RunError::Unanswered(coverage) => match conclude(&coverage) {
                Err(failure) => failure,
                Ok(_) => Failure::error("no force answered"),
            },
            RunError::Finishing(why) => Failure::error(format!("the releases can't be put together: {why}")),
        })
    }

    /// The forces that a question goes to: those that the statement names, within those that are asked at all.
    fn forces(&self, question: &TypedQuestion) -> Result<BTreeSet<ForceId>, Failure> {
        let Some(named) = &question.forces else { return Ok(self.audience.clone()) };
        let known: Vec<ForceId> = named.iter().cloned().collect();
        let known = self.desk.audience(&known)?;
        let forces: BTreeSet<ForceId> = known.intersection(&self.audience).cloned().collect();
        if forces.is_empty() {
            return Err(Failure::usage("the statement names none of the forces that are asked")
                .help("leave out --forces, or name the same forces in both"));
        }
        Ok(forces)
    }
}

#[async_trait]
impl Ask for Asking<'_> {
    type Error = Failure;

    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, Failure> {
        let audience = self.forces(question)?;
        let answer = {
            let _shown = waiting(format!("asking {}: {question}", output::list(&audience)));
            self.desk
                .tabulate(self.ground, &audience, &question.table, question.by_force, self.deadline)
                .await?
        };
        if std::io::stderr().is_terminal() {
            crate::exit::note(&format!("{question}: {}", answer.coverage.sentence()));
        }
        Ok(answer)
    }
}
