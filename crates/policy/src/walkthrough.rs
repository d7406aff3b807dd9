//! A question that somebody might ask, walked through for the custodian: each step with the policies that decided, kind
//! of record by kind of record, what the asker would see, and what only the owner sees.

use std::fmt;

use model::reply::Protection;
use model::{Ask, ForceId, Granularity, LabelTable};

use crate::bundle::limits::Limits;
use crate::explain::{Before, Explanation, LabelClass, PolicyNote, Step};
use crate::variety::varieties;
use crate::{Policy, Situation};

/// A walk through one question. Its `Display` is the page that a custodian reads.
#[derive(Debug, Clone)]
pub struct Walkthrough {
    /// How it was decided, over every kind of record that the policies may tell apart.
    pub explanation: Explanation,
    /// The rung that was asked for; none of a table.
    pub requested: Option<Granularity>,
    /// Kinds of records that are decided alike for the same reasons, with what sets them apart from an ordinary record.
    pub kinds: Vec<Kind>,
    /// How much and how often may be asked.
    pub limits: Limits,
}

/// Kinds of records that are decided alike for the same reasons.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What sets each apart from an ordinary record.
    pub names: Vec<String>,
    /// How they are decided.
    pub class: LabelClass,
    /// The disclosure profile of a table of them alone, where they are counted in one that carries no noise.
    pub profile: Option<(String, Protection)>,
}

impl Policy {
    /// Walks through a question. Says why where the situation has a word out of its range, or nobody may ask so.
    pub fn walk_through(&self, situation: &Situation) -> Result<Walkthrough, String> {
        let home: ForceId = "home".parse().map_err(|complaint: model::Complaint| complaint.to_string())?;
        let asked = situation.asked(home.clone())?;
        let requested = match &asked.question.ask {
            Ask::Search(search) => Some(search.granularity),
            _ => None,
        };
        let dataset = asked.dataset();
        let tried = varieties(&[self.rules()], dataset, &home, requested.is_some());
        let labels: LabelTable = tried.iter().map(|kind| kind.label.clone()).collect::<Vec<_>>().into();
        let explanation =
            self.explain(&asked.asker, &asked.question, &labels, asked.at).map_err(|denial| denial.reason)?;
        let mut kinds: Vec<Kind> = Vec::new();
        // Where the kinds with one change ended up; they stand before combinations.
        let mut single: Vec<(&str, usize)> = Vec::new();
        for ((id, _), kind) in labels.iter().zip(&tried) {
            let Some(class) = explanation.labels.iter().find(|class| class.labels.contains(&id)) else {
                continue;
            };
            let at = kinds.iter().position(|known| same(&known.class, class));
            // A combination that is decided as one of its parts is tells nothing new.
            let part = |(name, place): &(&str, usize)| {
                Some(*place) == at && kind.name.split(", ").any(|part| part == *name)
            };
            if kind.changes > 1 && single.iter().any(part) {
                continue;
            }
            let at = at.unwrap_or_else(|| {
                let alone = class.counted && explanation.noise.is_none();
                let profile = alone.then(|| self.profile_of(&class.steps)).flatten();
                kinds.push(Kind { names: Vec::new(), class: class.clone(), profile });
                kinds.len() - 1
            });
            if let Some(found) = kinds.get_mut(at) {
                found.names.push(kind.name.clone());
            }
            if kind.changes == 1 {
                single.push((kind.name.as_str(), at));
            }
        }
        Ok(Walkthrough { explanation, requested, kinds, limits: *self.limits() })
    }

    /// The profile under which records are counted that these steps let in.
    pub(crate) fn profile_of(&self, steps: &[Step]) -> Option<(String, Protection)> {
        let permits: Vec<&PolicyNote> =
            steps.last()?.policies.iter().filter(|policy| policy.permits).collect();
        let profile = self.disclosure().strictest(permits.iter().map(|policy| policy.profile.as_str()));
        let likely = permits.first()?.profile.as_str();
        Some((self.disclosure().name_of(profile, likely), profile.protection()))
    }
}

fn same(one: &LabelClass, other: &LabelClass) -> bool {
    (one.before, &one.steps, one.rungs, one.counted, one.untied)
        == (other.before, &other.steps, other.rungs, other.counted, other.untied)
}

impl fmt::Display for Walkthrough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "What the policies know")?;
        for (name, fact) in &self.explanation.facts {
            writeln!(f, "  {name:<22}{fact}")?;
        }
        writeln!(f, "\nMay it be asked?")?;
        write_steps(f, "  ", &self.explanation.asked)?;
        if self.explanation.outcome.is_ok() {
            writeln!(f, "\nWhat records add, by their handling")?;
            for kind in &self.kinds {
                kind.fmt(f)?;
            }
        }
        writeln!(f, "\nWhat the asker sees")?;
        self.write_seen(f)?;
        writeln!(f, "\nWhat only the owner sees")?;
        self.write_kept(f)
    }
}

impl Walkthrough {
    fn write_seen(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.explanation.outcome {
            Err(denial) => writeln!(f, "  a refusal that says \"{}\" and nothing else", denial.code.as_str()),
            Ok(None) => {
                writeln!(f, "  a table of the records that are counted, as if no others were held")
            }
            Ok(Some(rung)) => {
                let lower = self.requested.filter(|asked| asked > rung);
                let asked = lower.map(|asked| format!("; {asked} was asked for")).unwrap_or_default();
                writeln!(f, "  an answer on rung {rung}{asked}")?;
                for &part in Granularity::ALL.iter().filter(|&part| part <= rung) {
                    let told = match part {
                        Granularity::Acknowledged => "that the question was received",
                        Granularity::Hit => "whether anything is held",
                        Granularity::Count => "how many, in bands",
                        Granularity::Picture => "threat categories, years and grading, in closed words",
                        Granularity::Referral => {
                            "the desk to call, and a reference that means nothing elsewhere"
                        }
                    };
                    writeln!(f, "  {part:<14}{told}")?;
                }
                writeln!(f, "  Each part is told of the records that add to it, as if no others were held.")
            }
        }
    }

    fn write_kept(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  the policies that decided, their reasons, and the audit entry that names them")?;
        if let Err(denial) = &self.explanation.outcome {
            writeln!(f, "  why it is refused: {}", denial.reason)?;
        }
        for alert in &self.explanation.alerts {
            writeln!(f, "  a notice to {}, by {}", alert.unit, alert.policy)?;
        }
        let of_records = self.kinds.iter().flat_map(|kind| &kind.class.steps).flat_map(|step| &step.policies);
        let mut told: Vec<(&str, &str)> = of_records
            .filter_map(|policy| Some((policy.notify.as_deref()?, policy.id.as_str())))
            .filter(|(_, id)| !self.explanation.alerts.iter().any(|alert| alert.policy == *id))
            .collect();
        told.sort_unstable();
        told.dedup();
        for (unit, policy) in told {
            writeln!(f, "  a notice to {unit} when such records are told of, by {policy}")?;
        }
        if self.explanation.outcome.as_ref().is_ok_and(Option::is_some) {
            writeln!(f, "  a notice to the home unit when a silent record is met")?;
        }
        if let Some(protection) = self.explanation.protection {
            writeln!(f, "  protection of a table in which all these kinds meet: {}", shielded(protection))?;
        }
        if let Some(noise) = &self.explanation.noise {
            write!(f, "{noise}")?;
        }
        let Limits { asker, operation, .. } = self.limits;
        writeln!(
            f,
            "  limits: {} questions an hour and {} a day of one asker, {} a day of one operation; {} subjects an hour and {} a day of one asker, {} a day of one operation",
            asker.questions_per_hour,
            asker.questions_per_day,
            operation.questions_per_day,
            asker.subjects_per_hour,
            asker.subjects_per_day,
            operation.subjects_per_day
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.names {
            writeln!(f, "  {name}")?;
        }
        let LabelClass { before, steps, rungs, counted, untied, .. } = &self.class;
        match before {
            Some(Before::Disposed) => writeln!(f, "    disposed: does not exist, whatever the policies say"),
            Some(Before::Silent) => writeln!(f, "    silent: adds nothing, whatever the policies say"),
            Some(Before::OtherDataset) => writeln!(f, "    of another dataset than the table"),
            None => {
                write_steps(f, "    ", steps)?;
                let told: Vec<&str> = Granularity::ALL
                    .iter()
                    .filter(|&&rung| rungs.contains(rung))
                    .map(|rung| rung.as_str())
                    .collect();
                match &self.profile {
                    Some((name, protection)) => {
                        writeln!(f, "    → counted, alone under profile {name}: {}", shielded(*protection))
                    }
                    None if *counted => writeln!(f, "    → counted"),
                    None if !told.is_empty() => {
                        let untied =
                            if *untied { "; never told to be held by another force too" } else { "" };
                        writeln!(f, "    → adds to {}{untied}", told.join(", "))
                    }
                    None => writeln!(f, "    → adds nothing"),
                }
            }
        }
    }
}

fn shielded(protection: Protection) -> String {
    let Protection { minimum_cell, counts, sums } = protection;
    let (counts, sums) = (counts.base(), sums.base());
    format!("at least {minimum_cell} in a cell, counts rounded to {counts}, sums to {sums}")
}

fn write_steps(f: &mut fmt::Formatter<'_>, indent: &str, steps: &[Step]) -> fmt::Result {
    for step in steps {
        writeln!(f, "{indent}{:<14}{}", step.granularity, step.verdict)?;
        for policy in &step.policies {
            write!(f, "{indent}{:<14}  {} ({})", "", policy.id, policy.file)?;
            match &policy.reason {
                Some(reason) => writeln!(f, ": {reason}")?,
                None => writeln!(f)?,
            }
        }
    }
    Ok(())
}
