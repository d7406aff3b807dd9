//! What a coordinator sends is believed only as far as it fits the question: every force asked is accounted for,
//! and a table has the shape that was asked for (invariant 6).

use std::collections::BTreeSet;

use api::v1;
use jiff::Timestamp;
use model::question::SUBJECTS_MAX;
use model::{Coverage, Dataset, ForceId, TableAnswer, Tabulation};

use crate::exit::Failure;

/// What forces take in one question unless their policy says otherwise.
const SUBJECTS_BY_CUSTOM: usize = 200;

/// One force of the federation, and how its node is.
#[derive(Debug, Clone)]
pub(crate) struct MemberState {
    /// The force.
    pub(crate) force: String,
    /// The name that people know.
    pub(crate) title: String,
    /// `answered`, or what became of the call.
    pub(crate) state: &'static str,
    /// What the node is, where it answered.
    pub(crate) node: Option<NodeState>,
}

/// What a node says of itself.
#[derive(Debug, Clone)]
pub(crate) struct NodeState {
    /// Its version.
    pub(crate) version: String,
    /// As of when its records speak.
    pub(crate) as_of: Timestamp,
    /// What it serves.
    pub(crate) datasets: Vec<Dataset>,
    /// Most subjects that it takes in one question, where it says so.
    pub(crate) subjects_max: Option<usize>,
}

/// Checks that the coverage speaks of the forces asked and of no others.
pub(super) fn covers(coverage: &Coverage, audience: &BTreeSet<ForceId>) -> Result<(), Failure> {
    let told: BTreeSet<&ForceId> = coverage.forces.iter().map(|line| &line.force).collect();
    let once = coverage.forces.len() == told.len();
    if once && told.into_iter().eq(audience) {
        return Ok(());
    }
    Err(strange("its coverage does not speak of the forces that were asked"))
}

/// Most subjects that every force of `audience` takes in one question, of those that can be reached. One that does not
/// say takes as many as forces do by custom.
pub(super) fn subjects_max(members: &[MemberState], audience: &BTreeSet<ForceId>) -> usize {
    let asked = members.iter().filter(|member| audience.iter().any(|force| force.as_str() == member.force));
    let takes =
        asked.filter_map(|member| Some(member.node.as_ref()?.subjects_max.unwrap_or(SUBJECTS_BY_CUSTOM)));
    takes.min().unwrap_or(SUBJECTS_BY_CUSTOM).min(SUBJECTS_MAX)
}

/// Checks headings and kinds of figures, so that nothing is told under another heading.
pub(super) fn has_shape(answer: &TableAnswer, asked: &Tabulation, by_force: bool) -> Result<(), Failure> {
    let mut headings = asked.headings();
    if by_force {
        headings.insert(0, "force".to_owned());
    }
    let whole = answer.rows.iter().all(|row| {
        row.cells.len() == asked.measures().len()
            && asked
                .measures()
                .iter()
                .zip(&row.cells)
                .all(|(measure, cell)| cell.figure.as_ref().is_none_or(|figure| measure.fits(figure)))
    });
    if answer.columns == headings && whole {
        Ok(())
    } else {
        Err(strange("its table does not have the shape that was asked for"))
    }
}

/// Reads the state of the federation.
pub(super) fn federation(state: v1::FederationState) -> Result<Vec<MemberState>, Failure> {
    state.members.into_iter().map(member).collect()
}

fn member(member: v1::MemberState) -> Result<MemberState, Failure> {
    let state = match member.outcome() {
        v1::OutcomeKind::Answered => "answered",
        v1::OutcomeKind::Refused => "refused",
        v1::OutcomeKind::Late => "late",
        v1::OutcomeKind::Unreachable => "unreachable",
        v1::OutcomeKind::Incompatible => "incompatible",
        v1::OutcomeKind::Unspecified => return Err(strange("a force in it has no state")),
    };
    let node = member.description.map(|node| {
        let as_of = Timestamp::from_millisecond(node.as_of_ms)
            .map_err(|_| strange("a moment in it lies outside the calendar"))?;
        let served = |dataset: &&Dataset| node.datasets.contains(&api::dataset_number(**dataset));
        let datasets = Dataset::ALL.iter().filter(served).copied().collect();
        let subjects_max = usize::try_from(node.subjects_max).ok().filter(|&most| most > 0);
        Ok::<_, Failure>(NodeState { version: node.version, as_of, datasets, subjects_max })
    });
    Ok(MemberState { force: member.force, title: member.title, state, node: node.transpose()? })
}

fn strange(why: &str) -> Failure {
    Failure::error(format!("the coordinator's answer is not used: {why}"))
        .help("tell the coordinator's operators; its version may differ from yours")
}

#[cfg(test)]
mod tests {
    use model::answer::{ForceCoverage, MergedCell, MergedRow};
    use model::reply::Figure;
    use model::{Margin, Measure, Outcome, QuestionId};
    use uuid::Uuid;

    use super::*;

    fn forces(names: &[&str]) -> BTreeSet<ForceId> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn coverage(names: &[&str]) -> Coverage {
        let line = |name: &&str| ForceCoverage { force: name.parse().unwrap(), outcome: Outcome::Late };
        Coverage { forces: names.iter().map(line).collect() }
    }

    #[test]
    fn a_missing_force_is_noticed() {
        for (told, fits) in [
            (&["btp", "mps"][..], true),
            (&["mps"], false),
            (&["mps", "mps"], false),
            (&["colp", "mps"], false),
        ] {
            assert_eq!(covers(&coverage(told), &forces(&["mps", "btp"])).is_ok(), fits, "{told:?}");
        }
    }

    #[test]
    fn a_list_is_cut_to_what_every_force_asked_takes() {
        let member = |force: &str, told: Option<Option<usize>>| MemberState {
            force: force.to_owned(),
            title: force.to_owned(),
            state: "answered",
            node: told.map(|subjects_max| NodeState {
                version: "0.1.0".to_owned(),
                as_of: Timestamp::UNIX_EPOCH,
                datasets: vec![],
                subjects_max,
            }),
        };
        for (mps, btp, colp, most) in [
            (Some(Some(500)), Some(Some(50)), Some(Some(10)), 50),
            (Some(Some(500)), Some(Some(1_000)), None, 500),
            (Some(Some(5_000)), Some(Some(5_000)), None, 1_000),
            (Some(Some(500)), Some(None), None, 200),
            (None, None, None, 200),
        ] {
            let members = [member("mps", mps), member("btp", btp), member("colp", colp)];
            assert_eq!(subjects_max(&members, &forces(&["mps", "btp"])), most);
        }
    }

    #[test]
    fn a_table_of_another_shape_is_not_used() {
        let count = Measure::parse(Dataset::Event, "count").unwrap();
        let asked = Tabulation::new(Dataset::Event, vec![], vec![count], None).unwrap();
        let answer = |columns: &[&str], figure| TableAnswer {
            question: QuestionId(Uuid::nil()),
            coverage: Coverage::default(),
            columns: columns.iter().map(|&c| c.to_owned()).collect(),
            rows: vec![MergedRow {
                keys: vec![],
                cells: vec![MergedCell {
                    figure: Some(figure),
                    suppressed_by: vec![],
                    margin: Margin::default(),
                    over_margin: Margin::default(),
                }],
            }],
            protections: vec![],
        };
        for (columns, figure, by_force, fits) in [
            (&["count"][..], Figure::Count(20), false, true),
            (&["force", "count"], Figure::Count(20), true, true),
            (&["force", "count"], Figure::Count(20), false, false),
            (&["distinct"], Figure::Count(20), false, false),
            (&["count"], Figure::Sum(20), false, false),
        ] {
            assert_eq!(has_shape(&answer(columns, figure), &asked, by_force).is_ok(), fits, "{columns:?}");
        }
    }
}
