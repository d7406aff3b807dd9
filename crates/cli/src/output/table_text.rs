//! A merged table for reading: aligned rows, how the figures were protected, and the coverage last.

use std::fmt::Write as _;

use model::reply::{Figure, Protection};
use model::{Distribution, ForceId, Measure, Mechanism};

use super::table::{Margin, Table, Told, Value, estimated_mean, mean, variance};
use super::{aligned, list, plain};

/// The table as text.
pub(crate) fn render(table: &Table<'_>) -> String {
    let answer = table.answer();
    let headings: Vec<String> = answer.columns.iter().map(|heading| plain(heading)).collect();
    let rows: Vec<Vec<String>> = table
        .rows()
        .map(|row| {
            let keys = row.keys.iter().map(|key| key.as_deref().map_or_else(|| "(none)".to_owned(), plain));
            keys.chain(row.values().map(|value| cell(&value))).collect()
        })
        .collect();
    let empty = rows.is_empty();
    let mut text = aligned(&headings, rows, table.dimensions().len()).join("\n");
    if empty {
        text.push_str("\n(no force that answered holds a record that fits)");
    }
    text.push_str("\n\n");
    for (protection, forces) in grouped(&answer.protections) {
        text.push_str(&protection_line(table.measures(), &protection, &forces));
    }
    if !table.is_by_force() && answer.coverage.answered() > 1 {
        text.push_str("Sums over forces may count one person or event once for each force that holds it.\n");
    }
    // Writing to a String can't fail.
    let _ = writeln!(text, "Question {}", answer.question);
    let _ = writeln!(text, "{}", answer.coverage.sentence());
    text
}

fn cell(value: &Value<'_>) -> String {
    let figure = match value.figure {
        None => return Told::Suppressed.word().to_owned(),
        Some(Figure::Count(count)) => count.to_string(),
        Some(Figure::Sum(sum)) => sum.to_string(),
        Some(Figure::Mean { sum, over }) => format!("{:.2}", mean(sum, over)),
        Some(Figure::Variance(spread)) => format!("{:.2}", variance(spread)),
        // Whoever reads it knows that a count is not below zero; whoever reckons on with it takes another format.
        Some(Figure::Estimate(count)) => count.max(0).to_string(),
        Some(Figure::EstimatedMean { sum, over }) => format!("{:.2}", estimated_mean(sum, over)),
    };
    match value.told {
        Told::ProbablyAtLeast => {
            format!("≥ {figure} in 95 of 100 (suppressed: {})", list(value.suppressed_by))
        }
        Told::AtLeast => format!("≥ {figure} (suppressed: {})", list(value.suppressed_by)),
        Told::Rounded | Told::Noisy => match value.margin {
            Margin::Whole(margin) => format!("{figure} ±{margin}"),
            Margin::Decimal(margin) => format!("{figure} ±{margin:.2}"),
        },
        Told::Exact | Told::Suppressed => figure,
    }
}

/// Forces with equal protection together, in the order in which they first come.
pub(super) fn grouped(protections: &[(ForceId, Protection)]) -> Vec<(Protection, Vec<&ForceId>)> {
    let mut groups: Vec<(Protection, Vec<&ForceId>)> = Vec::new();
    for (force, protection) in protections {
        match groups.iter_mut().find(|(known, _)| known == protection) {
            Some((_, forces)) => forces.push(force),
            None => groups.push((*protection, vec![force])),
        }
    }
    groups
}

/// `Counts of mps and colp are rounded to 5; cells of fewer than 10 are suppressed.`
pub(super) fn protection_line(measures: &[Measure], protection: &Protection, forces: &[&ForceId]) -> String {
    let sums = measures.iter().any(|measure| measure.column().is_some());
    let mut line = match protection.counts {
        // The table has sums alone, so no noise was drawn for counts.
        Mechanism::Noisy { scale_milli: 0, .. } => {
            format!("Sums of {} {}", list(forces), done(protection.sums))
        }
        counts if sums => {
            format!("Counts of {} {}, sums {}", list(forces), done(counts), done(protection.sums))
        }
        counts => format!("Counts of {} {}", list(forces), done(counts)),
    };
    line.push_str(&match protection.minimum_cell {
        // Figures may fall below zero.
        0 if is_noisy(protection) => "; a count below zero reads as 0 here.\n".to_owned(),
        from if protection.leaves_out() => {
            format!("; a count below zero reads as 0 here; groups appear from about {from} on.\n")
        }
        minimum => format!("; cells of fewer than {minimum} are suppressed.\n"),
    });
    line
}

fn is_noisy(protection: &Protection) -> bool {
    matches!(protection.counts, Mechanism::Noisy { .. })
}

fn done(mechanism: Mechanism) -> String {
    match mechanism {
        Mechanism::Exact => "are not rounded".to_owned(),
        Mechanism::Rounded { base } => format!("are rounded to {base}"),
        Mechanism::Controlled { base } => format!("are rounded to {base} so that they add up"),
        Mechanism::Noisy { distribution, scale_milli } => {
            let name = match distribution {
                Distribution::Laplace => "Laplace",
                Distribution::Gaussian => "Gaussian",
            };
            let margin = mechanism.margin().noise;
            format!(
                "carry {name} noise of scale {}.{:03}, within ±{margin} in 95 of 100 figures",
                scale_milli / 1_000,
                scale_milli % 1_000
            )
        }
    }
}
