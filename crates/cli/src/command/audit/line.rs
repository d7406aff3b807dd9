//! An audit entry as one line for reading.

use ::audit::{Consultation, Decision, Entry, Event, Particulars, Told};
use model::{ForceId, Name};

use crate::output::plain;

/// The entry as a line with its newline.
pub(super) fn of(entry: &Entry) -> String {
    let question = entry.question.map_or_else(String::new, |id| format!("  {id}"));
    format!("{:.3}{question}  {}\n", entry.at, plain(&event(&entry.event)))
}

fn event(event: &Event) -> String {
    match event {
        Event::Started { version } => format!("started, version {version}"),
        Event::Recovered { bytes } => {
            format!("recovered after a crash, {bytes} unacknowledged bytes cut off")
        }
        Event::PolicyTakenUp { bundle, version, note, signers, how } => {
            let bundle: String = bundle.chars().take(12).collect();
            let signers = match signers.as_slice() {
                [] => "nobody".to_owned(),
                names => names.iter().map(Name::to_string).collect::<Vec<_>>().join(", "),
            };
            format!("policy version {version} taken up ({how}), bundle {bundle}, signed by {signers}: {note}")
        }
        Event::PolicyRefused { why } => format!("policy not taken up, the one in use stays: {why}"),
        Event::Decided {
            asker,
            peer,
            purpose,
            operation,
            mode,
            about,
            bundle,
            particulars,
            decision,
            ..
        } => {
            let asker = asker.as_ref().map_or_else(|| "an asker not proven".to_owned(), Name::to_string);
            let mode = mode.as_deref().unwrap_or("question");
            let about = about.as_deref().unwrap_or("something not understood");
            let purpose = purpose.map_or("no purpose understood", |purpose| purpose.as_str());
            let operation = operation.as_deref().unwrap_or("no operation understood");
            let bundle: String = bundle.chars().take(12).collect();
            format!(
                "{}{}{}: {mode} about {about} by {asker} through {peer}, for {purpose} in {operation}, policy {bundle}",
                broken(particulars),
                delegated(particulars),
                decided(decision)
            )
        }
        Event::Charged { dataset, pool, micro_rho, spent_micro_rho, budget_micro_rho, period_days } => {
            format!(
                "charged: {micro_rho} micro-rho for {pool} on {dataset}, {spent_micro_rho} of {budget_micro_rho} spent in any {period_days} days"
            )
        }
        Event::Released { told: Told::Search { granularity, hit }, digest } => {
            let hit = match hit {
                Some(true) => "hit",
                Some(false) => "no hit",
                None => "nothing about records",
            };
            format!("released: {hit}, on rung {granularity}, digest {digest}")
        }
        Event::Released { told: Told::Batch { subjects, refused, hits }, digest } => {
            format!("released: {hits} hits among {subjects} subjects, {refused} refused, digest {digest}")
        }
        Event::Released { told: Told::Table { released, suppressed, secondary, lost_permille }, digest } => {
            let (whole, tenths) = (lost_permille / 10, lost_permille % 10);
            let lost = match secondary {
                0 => String::new(),
                _ => format!(
                    ", {secondary} of them to protect others with {whole}.{tenths} % of what is counted"
                ),
            };
            format!("released: table of {released} cells, {suppressed} suppressed{lost}, digest {digest}")
        }
        Event::Failed { code } => format!("failed: {code}"),
        Event::Noticed { records } => format!("noticed: home unit told of {records} silent records"),
        Event::Consulted { user, login, terminal, what, records } => {
            let login = login.as_ref().map_or_else(String::new, |login| format!(", logged in as {login},"));
            let terminal = terminal.as_deref().unwrap_or("no terminal");
            format!(
                "consulted: {user}{login} at {terminal} read {}, {records} records named",
                consulted(*what)
            )
        }
        Event::Put { asker, digest, forces } => {
            let forces: Vec<&str> = forces.iter().map(ForceId::as_str).collect();
            format!("put to {} for {asker}, digest {digest}", forces.join(", "))
        }
        Event::Merged { asker, coverage, digest } => {
            format!("merged for {asker}: {coverage}, digest {digest}")
        }
    }
}

fn broken(particulars: &Particulars) -> String {
    let approver = particulars.approved_by.as_ref();
    approver.map_or_else(String::new, |approver| format!("BREAK GLASS, approved by {approver}; "))
}

fn delegated(particulars: &Particulars) -> String {
    particulars.delegated.as_ref().map_or_else(String::new, |delegated| {
        format!("DELEGATED to {}, delegation {}; ", delegated.door, delegated.delegation)
    })
}

fn decided(decision: &Decision) -> String {
    match decision {
        Decision::Permitted(Some(rung)) => format!("permitted up to {rung}"),
        Decision::Permitted(None) => "permitted".to_owned(),
        Decision::Refused { code, reason } => format!("refused ({code}: {reason})"),
    }
}

fn consulted(what: Consultation) -> &'static str {
    match what {
        Consultation::Notices => "the notices",
        Consultation::Reference => "what a reference stands for",
        Consultation::Explanation => "how scores came about",
    }
}

#[cfg(test)]
mod tests {
    use ::audit::{Consultation, Decision, Entry, Event, Told};
    use jiff::Timestamp;
    use model::{Dataset, Granularity, Purpose, QuestionId, Refusal};

    use super::of;

    #[test]
    fn entries_read_as_sentences() {
        let decided = |decision| Event::Decided {
            asker: Some("spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap()),
            peer: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
            purpose: Some(Purpose::Investigation),
            operation: Some("Op Lantern".to_owned()),
            mode: Some("search".to_owned()),
            about: Some("vrm".to_owned()),
            digest: "d1".to_owned(),
            expires_at: None,
            bundle: "0123456789abcdef".to_owned(),
            particulars: Default::default(),
            decision,
        };
        let refused =
            Decision::Refused { code: Refusal::NotPermitted, reason: "no permit applies".to_owned() };
        let events = [
            Event::Started { version: "0.1.0".to_owned() },
            decided(Decision::Permitted(Some(Granularity::Picture))),
            decided(refused),
            Event::Released {
                digest: "d2".to_owned(),
                told: Told::Search { granularity: Granularity::Hit, hit: Some(false) },
            },
            Event::Released {
                digest: "d3".to_owned(),
                told: Told::Batch { subjects: 200, refused: 1, hits: 7 },
            },
            Event::Charged {
                dataset: Dataset::Person,
                pool: "rocta".to_owned(),
                micro_rho: 5_000,
                spent_micro_rho: 15_000,
                budget_micro_rho: 1_000_000,
                period_days: 90,
            },
            Event::Noticed { records: 0 },
            Event::Consulted {
                user: "bluelamp".to_owned(),
                login: Some("kell".to_owned()),
                terminal: Some("/dev/pts/4".to_owned()),
                what: Consultation::Notices,
                records: 2,
            },
            Event::Consulted {
                user: "kell".to_owned(),
                login: None,
                terminal: None,
                what: Consultation::Reference,
                records: 0,
            },
        ];
        let line = |event| {
            let question = Some(QuestionId(uuid::Uuid::nil()));
            of(&Entry { at: Timestamp::UNIX_EPOCH, question, event })
        };
        insta::assert_snapshot!(events.map(line).concat());
    }
}
