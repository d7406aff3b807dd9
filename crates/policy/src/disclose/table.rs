//! The release of a table: sound findings in order, suppression, rounding.
//! A suppressed row is suppressed in all its measures; its presence is told, its figures are not.

use model::reply::{Cell, Figure, Protection, TableRow};
use model::{Measure, Refusal, Reply, TableReply, Tabulation};

use super::keys::withhold;
use super::rounding::told;
use super::suppress::{Body, suppress};
use crate::findings::Group;
use crate::release::{HomeRecord, ReleaseSummary};
use crate::{Denial, Permit, Release};

pub(super) fn release(
    permit: &Permit,
    tabulation: &Tabulation,
    groups: Vec<Group>,
) -> Result<Release, Denial> {
    let groups = in_order(tabulation, groups)?;
    let measures = u64::try_from(tabulation.measures().len()).unwrap_or(u64::MAX);
    let cells = u64::try_from(groups.len()).unwrap_or(u64::MAX).saturating_mul(measures);
    if cells > permit.cells_max() {
        let reason = format!("the table has {cells} cells, {} are allowed", permit.cells_max());
        return Err(Denial::new(Refusal::TooLarge, reason));
    }
    let protection = permit.protection();
    let groups = withhold(tabulation, groups, protection.minimum_cell);
    let bodies: Vec<Body<'_>> = groups.iter().map(body).collect();
    let hidden = suppress(&bodies, protection.minimum_cell);
    let suppressed = u64::try_from(hidden.iter().filter(|&&hidden| hidden).count()).unwrap_or(u64::MAX);
    let cells_suppressed = suppressed.saturating_mul(measures);
    let rows = groups.iter().zip(hidden).map(|(group, hidden)| row(group, hidden, protection)).collect();
    let reply = TableReply { columns: tabulation.headings(), rows, protection };
    let summary = ReleaseSummary {
        rung: None,
        hit: None,
        cells_released: cells.saturating_sub(cells_suppressed),
        cells_suppressed,
    };
    let home = HomeRecord { alerts: permit.decided.alerts.clone(), ..HomeRecord::default() };
    Ok(Release::new(Reply::Table(reply), home, summary))
}

/// The groups sorted by their keys, without empty ones. Findings of another shape than the question are no basis
/// for a release: their margins would not add up.
fn in_order(tabulation: &Tabulation, mut groups: Vec<Group>) -> Result<Vec<Group>, Denial> {
    let fits = |group: &Group| {
        group.keys.len() == tabulation.by().len()
            && group.figures.len() == tabulation.measures().len()
            && tabulation.measures().iter().zip(&group.figures).all(|(measure, figure)| fits(measure, figure))
    };
    if !groups.iter().all(fits) {
        return Err(Denial::new(Refusal::Failed, "a group does not have the shape of the question"));
    }
    groups.retain(|group| group.entities > 0 || group.figures.iter().any(|figure| !is_zero(figure)));
    groups.sort_by(|one, other| one.keys.cmp(&other.keys));
    let twice = groups.iter().zip(groups.iter().skip(1)).any(|(one, next)| one.keys == next.keys);
    if twice {
        return Err(Denial::new(Refusal::Failed, "a group was found twice"));
    }
    Ok(groups)
}

fn fits(measure: &Measure, figure: &Figure) -> bool {
    matches!(
        (measure, figure),
        (Measure::Count | Measure::Distinct, Figure::Count(_))
            | (Measure::Sum(_), Figure::Sum(_))
            | (Measure::Mean(_), Figure::Mean { .. })
    )
}

fn is_zero(figure: &Figure) -> bool {
    matches!(figure, Figure::Count(0) | Figure::Sum(0) | Figure::Mean { sum: 0, over: 0 })
}

/// What the controls weigh: the entities, and how many values stand behind each mean.
fn body(group: &Group) -> Body<'_> {
    let mut entities = group.entities;
    let mut values = Vec::new();
    for figure in &group.figures {
        match figure {
            Figure::Count(count) => entities = entities.min(*count),
            Figure::Mean { over, .. } => values.push(*over),
            Figure::Sum(_) => {}
        }
    }
    Body { keys: &group.keys, entities, values }
}

fn row(group: &Group, hidden: bool, protection: Protection) -> TableRow {
    let cell =
        |figure: &Figure| if hidden { Cell::Suppressed } else { Cell::Released(told(*figure, protection)) };
    TableRow { keys: group.keys.clone(), cells: group.figures.iter().map(cell).collect() }
}
