//! A figure of the picture: what the forces that told their share add up to, and what stands in the way of a total.

use model::{ForceId, Margin};

/// What one force said of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Its table has other groups and not this one: it holds no such record that its policy lets count.
    None,
    /// It told how many.
    Told {
        /// How many. With noise as it was drawn, which may be below zero.
        count: i64,
        /// How far the exact count may lie.
        margin: Margin,
    },
    /// It may not be told.
    Suppressed,
    /// Its whole table is empty: all groups together hold fewer than its smallest cell, or none.
    TooFew {
        /// The smallest cell.
        below: u64,
    },
}

/// What several forces said of one group, added up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amount {
    told: Option<i64>,
    margin: Margin,
    suppressed_by: Vec<ForceId>,
    too_few_at: Vec<ForceId>,
    /// How much those that hold too few may hold at most.
    few: u64,
}

/// How an amount may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// No force holds such a record.
    None,
    /// The number that the forces counted.
    Exact,
    /// At least one force rounded its share.
    Rounded,
    /// At least one force added noise to its share.
    Noisy,
    /// A share is suppressed or too small to tell: a bound, never a total.
    AtLeast,
    /// The same beside noise: a bound in 95 of 100 figures.
    ProbablyAtLeast,
    /// Nothing may be told.
    Suppressed,
    /// Every force holds too few to tell, or none.
    TooFew,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Exact => "exact",
            Self::Rounded => "rounded",
            Self::Noisy => "noisy",
            Self::AtLeast => "at least",
            Self::ProbablyAtLeast => "probably at least",
            Self::Suppressed => "suppressed",
            Self::TooFew => "too few",
        }
    }
}

impl Amount {
    /// Adds up shares.
    pub fn of<'a>(shares: impl IntoIterator<Item = (&'a ForceId, Share)>) -> Self {
        let mut amount = Self::default();
        for (force, share) in shares {
            match share {
                Share::None => {}
                Share::Told { count, margin } => {
                    amount.told = Some(amount.told.unwrap_or(0).saturating_add(count));
                    amount.margin = amount.margin.plus(margin);
                }
                Share::Suppressed => amount.suppressed_by.push(force.clone()),
                Share::TooFew { below } => {
                    amount.too_few_at.push(force.clone());
                    amount.few = amount.few.saturating_add(below.saturating_sub(1));
                }
            }
        }
        amount
    }

    /// How it may be read.
    pub fn status(&self) -> Status {
        let open = !self.suppressed_by.is_empty() || !self.too_few_at.is_empty();
        match self.told {
            // A bound of nothing says nothing.
            Some(_) if open && self.low() > 0 && self.margin.noise > 0 => Status::ProbablyAtLeast,
            Some(_) if open && self.low() > 0 => Status::AtLeast,
            _ if !self.suppressed_by.is_empty() => Status::Suppressed,
            _ if open => Status::TooFew,
            None => Status::None,
            Some(_) if self.margin.noise > 0 => Status::Noisy,
            Some(_) if self.margin.rounding > 0 => Status::Rounded,
            Some(_) => Status::Exact,
        }
    }

    /// What may be printed: the number, or the bound from which the margin is taken off. None where nothing may be told.
    /// Noise below zero is read as nothing here, and nowhere before.
    pub fn figure(&self) -> Option<u64> {
        match self.status() {
            Status::None => Some(0),
            Status::Exact | Status::Rounded | Status::Noisy => self.told.map(at_least_nothing),
            Status::AtLeast | Status::ProbablyAtLeast => Some(self.low()),
            Status::Suppressed | Status::TooFew => None,
        }
    }

    /// How far the exact number may lie from the figure, to either side. None of a bound.
    pub fn margin(&self) -> Option<u64> {
        self.is_whole().then(|| self.margin.whole())
    }

    /// Whether it is a number, within its margin.
    pub fn is_whole(&self) -> bool {
        matches!(self.status(), Status::None | Status::Exact | Status::Rounded | Status::Noisy)
    }

    /// Whether it is a bound.
    pub fn is_bound(&self) -> bool {
        matches!(self.status(), Status::AtLeast | Status::ProbablyAtLeast)
    }

    /// The least that it can be.
    pub fn low(&self) -> u64 {
        at_least_nothing(self.told.unwrap_or(0).saturating_sub_unsigned(self.margin.whole()))
    }

    /// The most that it can be; none where a suppressed share can be anything.
    pub fn high(&self) -> Option<u64> {
        let most = self.told.unwrap_or(0).saturating_add_unsigned(self.margin.whole());
        self.suppressed_by.is_empty().then(|| at_least_nothing(most).saturating_add(self.few))
    }

    /// The forces whose share may not be told.
    pub fn suppressed_by(&self) -> &[ForceId] {
        &self.suppressed_by
    }

    /// The forces that hold too few to tell, or none.
    pub fn too_few_at(&self) -> &[ForceId] {
        &self.too_few_at
    }
}

fn at_least_nothing(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use model::{ForceId, Margin};

    use super::{Amount, Share, Status};

    const fn told(count: i64, rounding: u64, noise: u64) -> Share {
        Share::Told { count, margin: Margin { rounding, noise } }
    }

    #[test]
    fn shares_add_up_to_what_may_be_said() {
        let forces: Vec<ForceId> =
            ["btp", "colp", "mps"].iter().map(|force| force.parse().unwrap()).collect();
        let few = Share::TooFew { below: 10 };
        for (shares, status, figure, low, high) in [
            (vec![], Status::None, Some(0), 0, Some(0)),
            (vec![Share::None, Share::None], Status::None, Some(0), 0, Some(0)),
            (vec![told(5, 0, 0), Share::None, told(7, 0, 0)], Status::Exact, Some(12), 12, Some(12)),
            (vec![told(5, 0, 0), told(20, 2, 0)], Status::Rounded, Some(25), 23, Some(27)),
            (vec![told(5, 2, 0), told(20, 0, 9)], Status::Noisy, Some(25), 14, Some(36)),
            (vec![told(20, 2, 0), Share::Suppressed], Status::AtLeast, Some(18), 18, None),
            (vec![told(20, 2, 0), few], Status::AtLeast, Some(18), 18, Some(31)),
            (vec![told(20, 0, 2), Share::Suppressed], Status::ProbablyAtLeast, Some(18), 18, None),
            // Noise below zero is added up as it was drawn, and read as nothing only at the end.
            (vec![told(-7, 0, 9), told(20, 0, 0)], Status::Noisy, Some(13), 4, Some(22)),
            (vec![told(-7, 0, 4)], Status::Noisy, Some(0), 0, Some(0)),
            (vec![told(2, 2, 0), Share::Suppressed], Status::Suppressed, None, 0, None),
            (vec![Share::None, Share::Suppressed], Status::Suppressed, None, 0, None),
            (vec![few, Share::Suppressed], Status::Suppressed, None, 0, None),
            (vec![few, Share::None, few], Status::TooFew, None, 0, Some(18)),
            (vec![told(0, 4, 0)], Status::Rounded, Some(0), 0, Some(4)),
        ] {
            let amount = Amount::of(forces.iter().zip(shares.clone()));
            let found = (amount.status(), amount.figure(), amount.low(), amount.high());
            assert_eq!(found, (status, figure, low, high), "{shares:?}");
            assert_eq!(amount.margin().is_some(), amount.is_whole());
        }
    }
}
