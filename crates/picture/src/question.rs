//! The questions that a picture is made of: typed tables, each with its title and why it is asked.
//!
//! Forces remember what they told. Tables over the same records suppress more of each other the more they overlap, so
//! each question is one table with its totals, and those that overlap are asked one after the other, the most
//! telling first: what comes later bears the suppression.

use model::vocabulary::ThreatStatus;
use model::{Complaint, Dataset, Dimension, Filter, Measure, TableAnswer, Tabulation};

use crate::{Frame, Period};

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Threats identified in a period, by category.
    NewThreats,
    /// Threats closed in a period, by category.
    ClosedThreats,
    /// Threats that stand now, by category and harm band.
    StandingThreats,
    /// Intelligence reports of a period, by month and category.
    Reports,
    /// Intelligence reports of the period, by the grading of source and intelligence.
    Gradings,
}

impl Topic {
    /// Every topic, in the order of the picture.
    pub const ALL: [Self; 5] =
        [Self::NewThreats, Self::ClosedThreats, Self::StandingThreats, Self::Reports, Self::Gradings];
}

/// Which records a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// Those of the period.
    Period,
    /// Those of the period that it is compared with.
    Previous,
    /// Those that stand now.
    Now,
}

/// One question of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What it is about.
    pub topic: Topic,
    /// Which records.
    pub when: When,
    /// In which round it is asked, from 1. Those of one round overlap in no record and may be asked at once.
    pub round: u8,
    /// What it is called.
    pub title: String,
    /// Why it is asked.
    pub why: &'static str,
    /// The filter, as an analyst would type it.
    pub condition: String,
    /// The question itself. It is asked force by force.
    pub table: Tabulation,
}

/// What became of a question: the forces' answer, row by row and force by force, or why there is none.
pub type Heard = Result<TableAnswer, String>;

/// The questions that a picture of `frame` is made of, in the order in which they are asked.
///
/// Fails where the shared schema does not allow one of them, which would be a fault of this crate.
pub fn questions(frame: &Frame) -> Result<Vec<Asked>, Complaint> {
    let both = [(When::Period, frame.period()), (When::Previous, frame.previous())];
    let mut asked = Vec::new();
    for (when, period) in both {
        asked.push(new_threats(when, period)?);
    }
    for (when, period) in both {
        asked.push(reports(when, period)?);
    }
    asked.push(gradings(frame.period())?);
    asked.push(standing_threats()?);
    for (when, period) in both {
        asked.push(closed_threats(when, period)?);
    }
    asked.sort_by_key(|question| question.round);
    Ok(asked)
}

/// By category alone: a force finds a few dozen in a quarter, and a finer table of so few is suppressed throughout.
fn new_threats(when: When, period: Period) -> Result<Asked, Complaint> {
    Ok(Asked {
        topic: Topic::NewThreats,
        when,
        round: 1,
        title: format!("Threats identified in {period}"),
        why: "which threats are new, in which category",
        condition: period.condition("identified_on"),
        table: table(Dataset::Threat, &["threat_category"], &period.condition("identified_on"))?,
    })
}

fn reports(when: When, period: Period) -> Result<Asked, Complaint> {
    Ok(Asked {
        topic: Topic::Reports,
        when,
        round: 1,
        title: format!("Intelligence reports of {period}"),
        why: "what forces hear more and less of, month by month",
        condition: period.condition("reported_on"),
        table: table(Dataset::Report, &["month", "threat_category"], &period.condition("reported_on"))?,
    })
}

fn gradings(period: Period) -> Result<Asked, Complaint> {
    Ok(Asked {
        topic: Topic::Gradings,
        when: When::Period,
        round: 2,
        title: format!("Grading of the reports of {period}"),
        why: "how far the reporting can be relied on",
        condition: period.condition("reported_on"),
        table: table(
            Dataset::Report,
            &["source_evaluation", "assessment"],
            &period.condition("reported_on"),
        )?,
    })
}

fn standing_threats() -> Result<Asked, Complaint> {
    let open = format!("status in ({}, {})", ThreatStatus::Active, ThreatStatus::Monitored);
    Ok(Asked {
        topic: Topic::StandingThreats,
        when: When::Now,
        round: 2,
        title: "Threats standing now".to_owned(),
        why: "what the region is up against, by category and harm band",
        table: table(Dataset::Threat, &["threat_category", "harm_band"], &open)?,
        condition: open,
    })
}

/// The shared schema has no day of closing: a closed threat counts in the period in which it was last assessed.
fn closed_threats(when: When, period: Period) -> Result<Asked, Complaint> {
    let condition = format!("status = {} and {}", ThreatStatus::Closed, period.condition("assessed_on"));
    Ok(Asked {
        topic: Topic::ClosedThreats,
        when,
        round: 3,
        title: format!("Threats closed in {period}"),
        why: "which work has come to an end",
        table: table(Dataset::Threat, &["threat_category"], &condition)?,
        condition,
    })
}

fn table(dataset: Dataset, by: &[&str], condition: &str) -> Result<Tabulation, Complaint> {
    let by = by.iter().map(|text| Dimension::parse(dataset, text)).collect::<Result<_, _>>()?;
    let filter = Filter::parse(dataset, condition)?;
    Ok(Tabulation::new(dataset, by, vec![Measure::Count], Some(filter))?.with_totals(true))
}

#[cfg(test)]
mod tests {
    use model::Canonical;

    use super::{Asked, questions};
    use crate::Frame;

    fn asked(period: &str) -> Vec<Asked> {
        questions(&Frame::new(period.parse().unwrap(), None).unwrap()).unwrap()
    }

    fn keys(asked: &[Asked], previous: bool) -> Vec<String> {
        let of = asked.iter().filter(|a| (a.when == super::When::Previous) == previous);
        of.map(|a| Canonical::of(&a.table).unwrap().key().to_owned()).collect()
    }

    #[test]
    fn every_period_has_its_questions_each_once() {
        for period in ["2024-Q1", "2024-03", "2024", "2023-11..2024-02", "2022..2023", "2199-12"] {
            let asked = asked(period);
            assert_eq!(asked.len(), 8);
            let mut all: Vec<String> = keys(&asked, false);
            all.extend(keys(&asked, true));
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 8, "{period}");
            assert!(asked.is_sorted_by_key(|a| a.round));
        }
    }

    /// Next time the period is the previous one, and a force gives the answer that it gave.
    #[test]
    fn the_period_is_asked_about_in_the_same_words_when_it_is_the_previous_one() {
        let (now, next) = (keys(&asked("2023-Q4"), false), keys(&asked("2024-Q1"), true));
        assert!(!next.is_empty() && next.iter().all(|key| now.contains(key)));
    }
}
