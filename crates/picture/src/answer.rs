//! Reads an answer that was asked force by force: who answered, and each force's share of each group.

use std::collections::{BTreeMap, BTreeSet};

use model::answer::MergedCell;
use model::reply::{Figure, Protection};
use model::tabulation::TOTAL;
use model::{ForceId, Mechanism, Outcome, TableAnswer, Tabulation};

use crate::{Amount, Share};

/// The key that stands for all keys of a dimension together.
pub(crate) fn total() -> Option<String> {
    Some(TOTAL.to_owned())
}

/// An answer, force by force.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shares {
    /// The forces that answered, each with what its missing groups mean.
    answered: BTreeMap<ForceId, Missing>,
    shares: BTreeMap<(ForceId, Vec<Option<String>>), Share>,
}

/// What it means that a force's table lacks a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It holds none.
    None,
    /// Its table is empty: all groups together hold fewer than this, or none.
    TooFew(u64),
    /// Nothing: noise leaves out groups although records may stand in them, or its table is not whole.
    Unknown,
}

impl Shares {
    /// Reads `answer` to `asked`. Fails, saying why, where it is not an answer to that, force by force.
    pub(crate) fn read(asked: &Tabulation, answer: &TableAnswer) -> Result<Self, String> {
        let mut headings = asked.headings();
        headings.insert(0, "force".to_owned());
        if answer.columns != headings {
            return Err("the answer has other columns than were asked for".to_owned());
        }
        let mut read = Self::default();
        for line in &answer.coverage.forces {
            if matches!(line.outcome, Outcome::Answered { .. }) {
                read.answered.insert(line.force.clone(), Missing::Unknown);
            }
        }
        let mut with_rows = BTreeSet::new();
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
            with_rows.insert(force.clone());
            if read.shares.insert((force, keys.to_vec()), told(cell)).is_some() {
                return Err("the answer has a group twice".to_owned());
            }
        }
        // A table with its totals has the whole of it. Of one that lacks it, what is absent is not known to be nothing.
        let whole: Vec<Option<String>> = asked.by().iter().map(|_| total()).collect();
        for (force, missing) in &mut read.answered {
            let Some((_, protection)) = answer.protections.iter().find(|(name, _)| name == force) else {
                continue;
            };
            let has_rows = with_rows.contains(force);
            let is_whole = read.shares.contains_key(&(force.clone(), whole.clone()));
            *missing = Missing::of(protection, has_rows, is_whole);
        }
        Ok(read)
    }

    /// The forces that answered.
    pub(crate) fn forces(&self) -> BTreeSet<ForceId> {
        self.answered.keys().cloned().collect()
    }

    /// The forces that answered and hold too few to tell anything, or nothing, each with its smallest cell.
    pub(crate) fn with_too_few(&self) -> Vec<(&ForceId, u64)> {
        let few = |(force, missing): (_, &Missing)| match missing {
            Missing::TooFew(below) => Some((force, *below)),
            Missing::None | Missing::Unknown => None,
        };
        self.answered.iter().filter_map(few).collect()
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
        Amount::of(asked.map(|(force, &missing)| (force, self.share(force, keys, missing))))
    }

    fn share(&self, force: &ForceId, keys: &[Option<String>], missing: Missing) -> Share {
        let absent = match missing {
            Missing::None => Share::None,
            Missing::TooFew(below) => Share::TooFew { below },
            Missing::Unknown => Share::Suppressed,
        };
        self.shares.get(&(force.clone(), keys.to_vec())).copied().unwrap_or(absent)
    }
}

impl Missing {
    fn of(protection: &Protection, has_rows: bool, is_whole: bool) -> Self {
        let is_noisy = matches!(protection.counts, Mechanism::Noisy { .. });
        match (has_rows, is_whole) {
            (true, true) if !protection.leaves_out() => Self::None,
            (false, _) if !is_noisy => Self::TooFew(protection.minimum_cell),
            _ => Self::Unknown,
        }
    }
}

/// What a force told of one group.
fn told(cell: &MergedCell) -> Share {
    let count = match cell.figure {
        Some(Figure::Count(count)) => i64::try_from(count).ok(),
        Some(Figure::Estimate(count)) => Some(count),
        _ => None,
    };
    let count = count.filter(|_| cell.suppressed_by.is_empty());
    count.map_or(Share::Suppressed, |count| Share::Told { count, margin: cell.margin })
}

#[cfg(test)]
mod tests {
    use model::reply::Protection;

    use super::Shares;
    use crate::tests::made::{answer, force, protection, row};
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

        // Of a table that is not whole, or from which noise leaves groups out, what is absent is not known to be nothing.
        let part = answer(table, &["mps"], vec![row("mps", &["drugs"], Some(30))]);
        let mut noisy = answer(table, &["mps"], sound().rows);
        noisy.protections[0].1 = Protection { minimum_cell: 10, ..protection("colp") };
        for unknown in [part, noisy] {
            let read = Shares::read(table, &unknown).unwrap();
            assert_eq!(read.amount(&[Some("cyber".to_owned())], &read.forces()).status(), Status::Suppressed);
        }

        let mut other = sound();
        other.columns.remove(0);
        assert!(Shares::read(table, &other).is_err());
        for rows in [
            vec![row("nca", &["(total)"], Some(30))],
            vec![row("mps", &["(total)"], Some(30)), row("mps", &["(total)"], Some(31))],
        ] {
            assert!(Shares::read(table, &answer(table, &["btp", "mps"], rows)).is_err());
        }
    }
}
