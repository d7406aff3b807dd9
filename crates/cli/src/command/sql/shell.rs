//! The interactive shell of `bluelamp sql`: lines until a semicolon are one statement, and a backslash begins a command.

use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use super::{Asking, describe, ended, refused, written};
use crate::exit::{Exit, Failure, tell_failure};
use crate::output::{Format, target};

const HELP: &str = "\
A statement ends with a semicolon and may run over several lines. Besides:
  \\d           the tables            \\d TABLE     a table's columns
  \\explain S   what a statement would ask of whom, without asking
  \\format F    write answers as table, json or csv
  \\timing      say how long each answer took, or no longer
  \\q           end
";

/// What is remembered between lines.
struct Shell {
    format: Format,
    timing: bool,
    begun: String,
}

/// What a line came to.
enum Next {
    Statements(Vec<String>),
    Show(String),
    End,
}

/// Reads and answers until the end. How the last statement ended is how the shell ends.
pub(super) async fn run(asking: &Asking<'_>, format: Format) -> Result<Exit, Failure> {
    if matches!(format, Format::Arrow | Format::Parquet) {
        return Err(
            Failure::usage("arrow and parquet are not for a terminal").help("name a statement and --output")
        );
    }
    let config = Config::builder().max_history_size(1_000)?.auto_add_history(false).build();
    let mut editor: Editor<(), FileHistory> = Editor::with_config(config)?;
    let history = history();
    if let Some(file) = &history {
        // The first time there is none, and a damaged one is not worth an end.
        let _ = editor.load_history(file);
    }
    target::stdout(b"Statements end with a semicolon; \\? shows what else there is.\n")?;
    let mut shell = Shell { format, timing: false, begun: String::new() };
    let mut exit = Exit::Ok;
    loop {
        let prompt = if shell.begun.is_empty() { "bluelamp> " } else { "      ... " };
        let line = match tokio::task::block_in_place(|| editor.readline(prompt)) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                shell.begun.clear();
                continue;
            }
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        };
        let next = match shell.take(&line) {
            Ok(next) => next,
            Err(failure) => {
                tell_failure(&failure);
                continue;
            }
        };
        match next {
            Next::End => break,
            Next::Show(text) => target::stdout(text.as_bytes())?,
            Next::Statements(statements) => {
                for statement in statements {
                    remember(&mut editor, history.as_ref(), &statement);
                    match shell.answer(asking, &statement).await {
                        Ok(how) => exit = how,
                        Err(failure) => tell_failure(&failure),
                    }
                }
            }
        }
    }
    Ok(exit)
}

impl Shell {
    /// Takes a line: a command, or more of a statement.
    fn take(&mut self, line: &str) -> Result<Next, Failure> {
        let command = line.trim().strip_prefix('\\').filter(|_| self.begun.is_empty());
        let Some(command) = command else {
            self.begun.push_str(line);
            self.begun.push('\n');
            let (statements, begun) = sql::split(&self.begun);
            self.begun = begun;
            return Ok(Next::Statements(statements));
        };
        let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim().trim_end_matches(';');
        Ok(match (word, rest) {
            ("q", _) => Next::End,
            ("?", _) => Next::Show(HELP.to_owned()),
            ("d", "") => Next::Show(describe::tables()),
            ("d", table) => Next::Show(describe::table(table)?),
            ("timing", _) => {
                self.timing = !self.timing;
                Next::Show(format!("timing is {}\n", if self.timing { "on" } else { "off" }))
            }
            ("format", name) => {
                let format = Format::from_str(name, true).ok();
                let format = format.filter(|format| !matches!(format, Format::Arrow | Format::Parquet));
                self.format = format.ok_or_else(|| {
                    Failure::usage(format!("{name:?} is no format for a terminal"))
                        .help("give table, json or csv")
                })?;
                Next::Show(String::new())
            }
            ("explain", statement) => Next::Statements(vec![format!("\\explain {statement}")]),
            _ => {
                return Err(Failure::usage(format!("\\{word} is no command")).help("\\? shows what there is"));
            }
        })
    }

    async fn answer(&self, asking: &Asking<'_>, statement: &str) -> Result<Exit, Failure> {
        if let Some(statement) = statement.strip_prefix("\\explain ") {
            let prepared = sql::prepare(statement).map_err(refused)?;
            target::stdout(prepared.explain(&asking.audience).as_bytes())?;
            return Ok(Exit::Ok);
        }
        let started = Instant::now();
        let prepared = sql::prepare(statement).map_err(refused)?;
        let answer = asking.answer(prepared).await?;
        target::stdout(&written(&answer, self.format)?)?;
        if self.timing {
            target::stdout(format!("{} ms\n", started.elapsed().as_millis()).as_bytes())?;
        }
        target::stdout(b"\n")?;
        ended(&answer)
    }
}

fn remember(editor: &mut Editor<(), FileHistory>, file: Option<&PathBuf>, statement: &str) {
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = editor.add_history_entry(if line.starts_with('\\') { line } else { format!("{line};") });
    if let Some(file) = file {
        // A history that can't be kept is no reason to stop.
        let _ = editor.append_history(file);
    }
}

/// The file of the history, in a folder that is this user's alone.
fn history() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = data.or_else(|| Some(std::env::home_dir()?.join(".local/share")))?.join("bluelamp");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).ok()?;
    Some(folder.join("sql_history"))
}

#[cfg(test)]
mod tests {
    use super::{Format, Next, Shell};

    /// Takes lines one after another and prints what each came to.
    fn check(lines: &[&str], expected: &[&str]) {
        let mut shell = Shell { format: Format::Table, timing: false, begun: String::new() };
        let told = lines.iter().map(|line| match shell.take(line) {
            Ok(Next::Statements(statements)) => statements.join(" | "),
            Ok(Next::Show(text)) => text.lines().next().unwrap_or_default().to_owned(),
            Ok(Next::End) => "end".to_owned(),
            Err(failure) => format!("{failure:?}"),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{lines:?}");
    }

    #[test]
    fn statements_run_over_lines_and_a_backslash_begins_a_command() {
        check(&["select 1", "", "; select 2; select", "3;"], &["", "", "select 1 | select 2", "select\n3"]);
        check(&["\\q"], &["end"]);
        check(&["\\timing", "\\timing"], &["timing is on", "timing is off"]);
        check(
            &["\\format json", "\\format parquet"],
            &["", "Usage: \"parquet\" is no format for a terminal"],
        );
        check(
            &["\\d nothing"],
            &[
                "Usage: \\d: \"nothing\" is not a dataset; known are person, identifier, object, organisation, location, event, report, threat, link",
            ],
        );
        check(&["\\x", "select '", "\\d'"], &["Usage: \\x is no command", "", ""]);
        check(&["\\explain select 1;"], &["\\explain select 1"]);
    }
}
