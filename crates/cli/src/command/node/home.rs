//! What stays at home, for the home unit: its notices, and what a reference stands for. Reading it
//! is logged first.

use std::path::PathBuf;

use ::node::config::NodeConfig;
use ::node::ledger::{self, Line};
use audit::Consultation;

use crate::consultation;
use crate::exit::{Exit, Failure};
use crate::output::plain;
use crate::output::target::stdout;

/// Prints what the home unit has to hear of.
pub(super) async fn notices(config: &NodeConfig) -> Result<Exit, Failure> {
    let file = ledger_file(config);
    let lines = if file.exists() { ledger::notices(&file)? } else { Vec::new() };
    let records = lines.iter().map(|line| line.notices.len()).sum();
    consultation::log(config, Consultation::Notices, None, records).await?;
    let text = match lines.as_slice() {
        [] => {
            "nobody has asked about a silent record, and no policy tells anybody of a question\n".to_owned()
        }
        lines => lines.iter().map(notice).collect(),
    };
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// Prints the records that a reference stands for.
pub(super) async fn resolve(config: &NodeConfig, reference: &str) -> Result<Exit, Failure> {
    let file = ledger_file(config);
    let lines = if file.exists() { ledger::resolve(&file, &as_given(reference))? } else { Vec::new() };
    let records = lines.iter().map(|line| line.records.len()).sum();
    let question = lines.first().and_then(|line| line.question);
    consultation::log(config, Consultation::Reference, question, records).await?;
    if lines.is_empty() {
        return Err(Failure::error("this node gave out no such reference")
            .help("have it read out again, and check that it came from this force"));
    }
    let text: String = lines.iter().map(|line| told(line, "records", &line.records)).collect();
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn ledger_file(config: &NodeConfig) -> PathBuf {
    config.data.join("ledger.log")
}

fn told(line: &Line, what: &str, parts: &[String]) -> String {
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "unknown".to_owned());
    let asker = or_unknown(line.asker.as_ref().map(ToString::to_string));
    let question = or_unknown(line.question.as_ref().map(ToString::to_string));
    let subject = line.subject.map_or_else(String::new, |at| format!(" subjects[{at}]"));
    format!("{:.3}  {asker}  question {question}{subject}  {what} {}\n", line.at, parts.join(", "))
}

/// One notice: what it is about, one part to a line.
fn notice(line: &Line) -> String {
    let mut text = String::new();
    if let Some(glass) = &line.break_glass {
        let head = told(line, "BREAK GLASS approved by", &[glass.approved_by.to_string()]);
        text.push_str(&format!("{head}    {}\n", plain(&glass.reason)));
    }
    for alert in &line.alerts {
        text.push_str(&told(
            line,
            &format!("for {} by policy", alert.unit),
            std::slice::from_ref(&alert.policy),
        ));
    }
    if !line.notices.is_empty() {
        text.push_str(&told(line, "records", &line.notices));
    }
    text
}

/// The reference as it was given out: letters that are easily misheard or misread stand for the digits they look
/// like, since no reference holds them.
fn as_given(heard: &str) -> String {
    heard
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::as_given;

    #[test]
    fn a_reference_survives_being_read_out() {
        for heard in ["4ZK0M8T1B6", "4zk0 m8t1 b6", "4ZKO-M8TL-B6", "4zkoM8tib6"] {
            assert_eq!(as_given(heard), "4ZK0M8T1B6");
        }
    }
}
