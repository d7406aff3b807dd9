//! Reads an answer that was asked force by force: who answered, and each force's share of each group.

use std::collections::{BTreeMap, BTreeSet};

use model::reply::Figure;
use model::tabulation::TOTAL;
use model::{ForceId, Outcome, TableAnswer, Tabulation};

use crate::{Amount, Share};

/// The key that stands for all keys of a dimension together.
pub(crate) fn total() -> Option<String> {
    Some(TOTAL.to_owned())
}

/// An answer, force by force.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shares {
    /// The forces that answered, each with its smallest cell.
    answered: BTreeMap<ForceId, u64>,
    shares: BTreeMap<(ForceId, Vec<Option<String>>), Share>,
    /// Forces whose table has rows.
    with_rows: BTreeSet<ForceId>,
}

impl Shares {
    /// Reads `answer` to `asked`. Fails, saying why, where it is not an answer to that, force by force.
    pub(crate) fn read(asked: &Tabulation, answer: &TableAnswer) -> Result<Self, String> {
        let mut headings = asked.headings();
        headings.insert(0, "force".to_owned());
        if answer.columns != headings {
            return Err("the answer has other columns than were asked for".to_owned());
        }
        let answered = answer.coverage.forces.iter().filter_map(|line| {
            let smallest = |(force, protection): &(ForceId, model::reply::Protection)| {
                (*force == line.force).then_some(protection.minimum_cell)
            };
            let has_answered = matches!(line.outcome, Outcome::Answered { .. });
            // A force that does not say its smallest cell: nothing is known of how few its few are.
            let least = || answer.protections.iter().find_map(smallest).unwrap_or(u64::MAX);
            has_answered.then(|| (line.force.clone(), least()))
        });
        let mut read = Self { answered: answered.collect(), ..Self::default() };
        for row in &answer.rows {
            let strange = || "the answer has a row of no force that answered".to_owned();
            let (force, keys) = row.keys.split_first().ok_or_else(strange)?;
            let force: ForceId = force.as_deref().and_then(|force| force.parse().ok()).ok_or_else(strange)?;
            let [cell] = row.cells.as_slice() else {
                return Err("the answer has other cells than one count".into());
            };
            if !read.answered.contains_key(&force) {
                return Err(strange());
            }
            let share = match cell.figure {
                Some(Figure::Count(count)) if cell.suppressed_by.is_empty() => {
                    Share::Told { count, margin: cell.margin }
                }
                _ => Share::Suppressed,
            };
            read.with_rows.insert(force.clone());
            if read.shares.insert((force, keys.to_vec()), share).is_some() {
                return Err("the answer has a group twice".to_owned());
            }
        }
        // A table with its totals has the whole of it. Of one that lacks it, what is absent is not known to be nothing.
        let whole: Vec<Option<String>> = asked.by().iter().map(|_| total()).collect();
        let told_whole = |force: &ForceId| read.shares.contains_key(&(force.clone(), whole.clone()));
        if let Some(force) = read.with_rows.iter().find(|force| !told_whole(force)) {
            return Err(format!("the table of {force} lacks its totals"));
        }
        Ok(read)
    }

    /// The forces that answered.
    pub(crate) fn forces(&self) -> BTreeSet<ForceId> {
        self.answered.keys().cloned().collect()
    }

    /// The forces that answered and hold too few to tell anything, or nothing, each with its smallest cell.
    pub(crate) fn with_too_few(&self) -> Vec<(&ForceId, u64)> {
        let without = self.answered.iter().filter(|(force, _)| !self.with_rows.contains(*force));
        without.map(|(force, below)| (force, *below)).collect()
    }

    /// The keys of a dimension that some force has a group of.
    pub(crate) fn keys(&self, dimension: usize) -> BTreeSet<Option<String>> {
        let total = total();
        let keys = self.shares.keys().filter_map(|(_, keys)| keys.get(dimension));
        keys.filter(|key| **key != total).cloned().collect()
    }

    /// What these of the forces that answered say of a group.
    pub(crate) fn amount(&self, keys: &[Option<String>], forces: &BTreeSet<ForceId>) -> Amount {
        let asked = self.answered.iter().filter(|(force, _)| forces.contains(*force));
        Amount::of(asked.map(|(force, &below)| (force, self.share(force, keys, below))))
    }

    fn share(&self, force: &ForceId, keys: &[Option<String>], below: u64) -> Share {
        if !self.with_rows.contains(force) {
            return Share::TooFew { below };
        }
        self.shares.get(&(force.clone(), keys.to_vec())).copied().unwrap_or(Share::None)
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use crate::tests::made::{answer, force, row};
    use crate::{Frame, Status, Topic, questions};

    #[test]
    fn an_answer_that_does_not_fit_is_no_answer() {
        let frame = Frame::new("2024-Q1".parse().unwrap(), None).unwrap();
        let asked = questions(&frame).unwrap();
        let table = &asked.iter().find(|a| a.topic == Topic::ClosedThreats).unwrap().table;
        let sound = || {
            answer(
                table,
                &["btp", "mps"],
                vec![row("mps", &["(total)"], Some(30)), row("mps", &["drugs"], Some(30))],
            )
        };
        let read = Shares::read(table, &sound()).unwrap();
        let both = read.forces();
        let amount = |key: &str| read.amount(&[Some(key.to_owned())], &both);
        assert_eq!(amount("drugs").figure(), Some(30));
        assert_eq!(amount("drugs").status(), Status::AtLeast, "btp holds too few to tell: a bound");
        assert_eq!(amount("cyber").status(), Status::TooFew);
        assert_eq!(read.amount(&[Some("cyber".into())], &[force("mps")].into()).status(), Status::None);

        let mut other = sound();
        other.columns.remove(0);
        assert!(Shares::read(table, &other).is_err());
        for rows in [
            vec![row("mps", &["drugs"], Some(30))],
            vec![row("nca", &["(total)"], Some(30))],
            vec![row("mps", &["(total)"], Some(30)), row("mps", &["(total)"], Some(31))],
        ] {
            assert!(Shares::read(table, &answer(table, &["btp", "mps"], rows)).is_err());
        }
    }
}
