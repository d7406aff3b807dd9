//! How far a merged figure may be relied on: what every reader of a table, a person or a program, has to know of each cell.

use crate::answer::MergedCell;
use crate::reply::Figure;

/// How far a figure may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is what the forces counted.
    Exact,
    /// At least one force rounded its share.
    Rounded,
    /// At least one force added noise to its share.
    Noisy,
    /// It leaves out a suppressed share: a bound, never a total.
    AtLeast,
    /// The same with noise in some share: the exact whole is at least this in 95 of 100 figures.
    ProbablyAtLeast,
    /// No share may be told.
    Suppressed,
}

impl Told {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounded => "rounded",
            Self::Noisy => "noisy",
            Self::AtLeast => "at least",
            Self::ProbablyAtLeast => "probably at least",
            Self::Suppressed => "suppressed",
        }
    }
}

impl MergedCell {
    /// How far its figure may be relied on.
    pub fn told(&self) -> Told {
        let noisy = self.margin.noise > 0 || self.over_margin.noise > 0;
        match (&self.figure, self.suppressed_by.is_empty()) {
            (None, _) => Told::Suppressed,
            (Some(_), false) if noisy => Told::ProbablyAtLeast,
            (Some(_), false) => Told::AtLeast,
            (Some(_), true) if noisy => Told::Noisy,
            (Some(_), true) if self.margin.is_none() && self.over_margin.is_none() => Told::Exact,
            (Some(_), true) => Told::Rounded,
        }
    }

    /// The least that the exact figure of all forces can be: a count or a sum less its margin, and never less than nothing where
    /// the told one is not. Of means and variances, which know no least, the told one.
    pub fn least(&self) -> Option<Figure> {
        let margin = self.margin.whole();
        Some(match self.figure? {
            Figure::Count(count) => Figure::Count(count.saturating_sub(margin)),
            Figure::Sum(sum) => Figure::Sum(sum.saturating_sub_unsigned(margin).max(sum.min(0))),
            Figure::Estimate(count) => Figure::Estimate(count.saturating_sub_unsigned(margin)),
            whole @ (Figure::Mean { .. } | Figure::EstimatedMean { .. } | Figure::Variance(_)) => whole,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Told;
    use crate::Margin;
    use crate::answer::MergedCell;
    use crate::reply::Figure;

    #[test]
    fn a_cell_says_how_far_it_may_be_relied_on() {
        let margin = |rounding, noise| Margin { rounding, noise };
        for (figure, suppressed, margin, told, least) in [
            (Some(Figure::Count(20)), false, margin(0, 0), Told::Exact, Some(Figure::Count(20))),
            (Some(Figure::Count(20)), false, margin(2, 0), Told::Rounded, Some(Figure::Count(18))),
            (Some(Figure::Count(20)), false, margin(2, 9), Told::Noisy, Some(Figure::Count(9))),
            (Some(Figure::Count(1)), true, margin(2, 0), Told::AtLeast, Some(Figure::Count(0))),
            (
                Some(Figure::Estimate(3)),
                true,
                margin(2, 9),
                Told::ProbablyAtLeast,
                Some(Figure::Estimate(-8)),
            ),
            (Some(Figure::Sum(-1)), true, margin(2, 0), Told::AtLeast, Some(Figure::Sum(-1))),
            (None, true, margin(0, 0), Told::Suppressed, None),
        ] {
            let suppressed_by = suppressed.then(|| "mps".parse().unwrap()).into_iter().collect();
            let cell = MergedCell { figure, suppressed_by, margin, over_margin: Margin::default() };
            assert_eq!((cell.told(), cell.least()), (told, least), "{cell:?}");
        }
    }
}
