//! What one force releases: a rung of a search answer, or a table of protected cells.
//! These are the shapes that cross the border. Only `policy` decides what stands in them.

use crate::vocabulary::{EntityKind, GradingBand, ThreatCategory, vocabulary};
use crate::{Dataset, Granularity, Margin, Mechanism, PersonTags, Refusal, Spread, Yardstick};

/// One force's released reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To a search.
    Search(SearchReply),
    /// To a tabulation.
    Table(TableReply),
}

vocabulary! {
    /// A number of matches, told in a band.
    CountBand is "count band" {
        /// One.
        One = "1",
        /// Two to four.
        TwoToFour = "2-4",
        /// Five to nine.
        FiveToNine = "5-9",
        /// Ten or more.
        TenOrMore = "10+",
    }
}

impl CountBand {
    /// The band of a number; none for zero.
    pub fn of(count: usize) -> Option<Self> {
        match count {
            0 => None,
            1 => Some(Self::One),
            2..=4 => Some(Self::TwoToFour),
            5..=9 => Some(Self::FiveToNine),
            _ => Some(Self::TenOrMore),
        }
    }
}

/// A force's answer to a search. What stands above the granted rung is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchReply {
    /// The rung given. It depends on the question and the policy, never on the records.
    pub granularity: Granularity,
    /// Hit or no hit, from rung `hit` on.
    pub hit: Option<bool>,
    /// Matches by entity kind and confidence, from rung `count` on.
    pub matches: Vec<MatchLine>,
    /// Whom to contact, on rung `referral`.
    pub referral: Option<Referral>,
    /// Tags of the persons matched, from rung `count` on and where the force makes them. For the coordinator alone: no
    /// merged answer holds any.
    pub tags: Option<PersonTags>,
}

/// A force's answer to one subject of a batch: a reply, or the code of its refusal. Which of the two it is depends on
/// the question and the policy, never on the records.
pub type SubjectReply = Result<SearchReply, Refusal>;

/// Matches of one entity kind and confidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchLine {
    /// What kind of thing matched.
    pub entity: EntityKind,
    /// How probable it is that this is what was looked for.
    pub confidence: Yardstick,
    /// How many.
    pub count: CountBand,
    /// Threat categories seen with them, from rung `picture` on.
    pub categories: Vec<ThreatCategory>,
    /// First and last year seen, from rung `picture` on.
    pub years: Option<(i16, i16)>,
    /// The best grading seen, from rung `picture` on.
    pub grading: Option<GradingBand>,
    /// What is linked to them.
    pub linked: Vec<LinkedLine>,
}

/// Records linked to the matches of one line: reports, threats or objects, counted and never named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedLine {
    /// Which dataset they are of.
    pub dataset: Dataset,
    /// How many.
    pub count: CountBand,
    /// Their threat category, from rung `picture` on.
    pub category: Option<ThreatCategory>,
    /// First and last year they speak of, from rung `picture` on.
    pub years: Option<(i16, i16)>,
}

/// Whom to contact at the home force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The owner's desk.
    pub desk: String,
    /// An opaque reference that only the home force can resolve.
    pub reference: String,
}

/// A force's released table.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TableReply {
    /// Headings: dimensions, then measures.
    pub columns: Vec<String>,
    /// One row for each group that holds at least one record.
    pub rows: Vec<TableRow>,
    /// How the cells were protected.
    pub protection: Protection,
}

/// One group of a table.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TableRow {
    /// The group, one value for each dimension; none where the records have none.
    pub keys: Vec<Option<String>>,
    /// One cell for each measure.
    pub cells: Vec<Cell>,
}

/// A protected cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cell {
    /// May not be told. Never a zero.
    Suppressed,
    /// May be told.
    Released(Figure),
}

/// A number that may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Figure {
    /// A count of records or of distinct entities.
    Count(u64),
    /// A sum.
    Sum(i64),
    /// A mean, as its sum and over how many values, so that means of several forces can be merged.
    Mean {
        /// Sum of the values.
        sum: i64,
        /// Number of values.
        over: u64,
    },
    /// A variance, as what it is reckoned from, so that variances of several forces can be merged.
    Variance(Spread),
    /// A count of records or of distinct entities to which noise was added. It may lie below zero: told as it was drawn, so
    /// that sums of such figures stay right on average, and read as nothing only where somebody reads it.
    Estimate(i64),
    /// A mean, as its sum and over how many values, noise added to both.
    EstimatedMean {
        /// Sum of the values.
        sum: i64,
        /// Number of values; not above zero where noise outweighs it.
        over: i64,
    },
}

impl Figure {
    /// Whether noise was added to what it counts. Nothing that was counted exactly is an estimate.
    pub fn is_estimate(&self) -> bool {
        matches!(self, Self::Estimate(_) | Self::EstimatedMean { .. })
    }
}

/// How a table's cells were protected, so that a reader knows what a figure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Protection {
    /// Fewest distinct entities behind a released cell. Under noise: groups whose keys are of no closed list are shown where
    /// a noisy count reaches this, and 0 where every group of the table is shown.
    pub minimum_cell: u64,
    /// What was done to counts.
    pub counts: Mechanism,
    /// What was done to sums.
    pub sums: Mechanism,
}

impl Protection {
    /// Whether groups are left out although records may stand in them, so that a missing row is no zero.
    pub fn leaves_out(&self) -> bool {
        matches!(self.counts, Mechanism::Noisy { .. }) && self.minimum_cell > 0
    }

    /// How far from the exact count a told one may lie.
    pub fn count_margin(&self) -> Margin {
        let margin = self.counts.margin();
        match self.counts {
            // Conventional rounding never tells less than the smallest cell, which may lie further than half a base.
            Mechanism::Rounded { base } => {
                let raised = self.minimum_cell.div_ceil(base).saturating_mul(base) - self.minimum_cell;
                Margin { rounding: margin.rounding.max(raised), ..margin }
            }
            _ => margin,
        }
    }

    /// How far from the exact sum a told one may lie.
    pub fn sum_margin(&self) -> Margin {
        self.sums.margin()
    }

    /// Told sums of squared deviations are multiples of this, for values that lie no further apart than `width`. One value
    /// that moves by the base of a sum moves them by no more, so they tell no more of it than a rounded sum does.
    pub fn deviation_step(&self, width: u64) -> u64 {
        match self.sums.base() {
            0 | 1 => 1,
            base => base.saturating_mul(2).saturating_mul(width.max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CountBand, Protection};
    use crate::{Margin, Mechanism};

    #[test]
    fn counts_are_told_in_bands() {
        let bands = [0, 1, 2, 4, 5, 9, 10, 10_000].map(|n| CountBand::of(n).map(CountBand::as_str));
        assert_eq!(
            bands,
            [None, Some("1"), Some("2-4"), Some("2-4"), Some("5-9"), Some("5-9"), Some("10+"), Some("10+")]
        );
    }

    #[test]
    fn a_count_raised_to_the_smallest_cell_lies_further_than_half_a_base() {
        for (minimum_cell, base, rounding) in [(10, 5, 2), (12, 10, 8), (12, 5, 3), (7, 1, 0)] {
            let protection =
                Protection { minimum_cell, counts: Mechanism::rounded(base), sums: Mechanism::Exact };
            assert_eq!(protection.count_margin(), Margin { rounding, noise: 0 }, "{minimum_cell} {base}");
        }
    }
}
