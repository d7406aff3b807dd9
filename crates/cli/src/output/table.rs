//! A merged table as its readers see it: for each cell what is told, and how far it may be relied on.

use model::answer::{MergedCell, MergedRow};
use model::reply::Figure;
use model::{ForceId, Measure, TableAnswer};

/// A table answer beside the measures that were asked for.
pub(crate) struct Table<'a> {
    answer: &'a TableAnswer,
    measures: &'a [Measure],
}

/// One group.
pub(crate) struct Row<'a> {
    measures: &'a [Measure],
    /// The group, one value for each dimension.
    pub(crate) keys: &'a [Option<String>],
    cells: &'a [MergedCell],
}

/// One cell.
pub(crate) struct Value<'a> {
    /// What may be told; none where no share may be.
    pub(crate) figure: Option<Figure>,
    /// How far it may be relied on.
    pub(crate) told: Told,
    /// The forces whose share may not be told.
    pub(crate) suppressed_by: &'a [ForceId],
    /// How far the exact figure of those that told theirs may lie, to either side.
    pub(crate) margin: Margin,
}

/// How far a figure may lie from the exact one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Margin {
    /// Of a count or a sum.
    Whole(u64),
    /// Of a mean, to two decimals, rounded up.
    Decimal(f64),
}

impl Margin {
    fn is_none(self) -> bool {
        matches!(self, Self::Whole(0)) || matches!(self, Self::Decimal(far) if far <= 0.0)
    }
}

/// How far a figure may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is what the forces counted.
    Exact,
    /// At least one force rounded its share.
    Rounded,
    /// At least one force added noise to its share.
    Noisy,
    /// It leaves out a suppressed share: a bound, never a total.
    AtLeast,
    /// No share may be told.
    Suppressed,
}

impl Told {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounded => "rounded",
            Self::Noisy => "noisy",
            Self::AtLeast => "at least",
            Self::Suppressed => "suppressed",
        }
    }
}

impl<'a> Table<'a> {
    /// Reads `answer`, whose last columns are `measures`.
    pub(crate) fn new(answer: &'a TableAnswer, measures: &'a [Measure]) -> Self {
        Self { answer, measures }
    }

    /// The answer itself.
    pub(crate) fn answer(&self) -> &'a TableAnswer {
        self.answer
    }

    /// The measures, in the order of their columns.
    pub(crate) fn measures(&self) -> &'a [Measure] {
        self.measures
    }

    /// Headings of the dimensions.
    pub(crate) fn dimensions(&self) -> &'a [String] {
        let dimensions = self.answer.columns.len().saturating_sub(self.measures.len());
        self.answer.columns.get(..dimensions).unwrap_or_default()
    }

    /// Whether each row is one force's.
    pub(crate) fn is_by_force(&self) -> bool {
        self.dimensions().first().is_some_and(|heading| heading == "force")
    }

    /// The groups.
    pub(crate) fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        let row = |row: &'a MergedRow| Row { measures: self.measures, keys: &row.keys, cells: &row.cells };
        self.answer.rows.iter().map(row)
    }
}

impl<'a> Row<'a> {
    /// Its cells, one for each measure.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.measures.iter().zip(self.cells).map(move |(_, cell)| {
            // A mean over nothing tells nothing.
            let figure = cell.figure.filter(|figure| !matches!(figure, Figure::Mean { over: 0, .. }));
            let noisy = cell.margin.noise > 0 || cell.over_margin.noise > 0;
            let margin = margin(cell);
            let told = match (&figure, cell.suppressed_by.is_empty()) {
                (None, _) => Told::Suppressed,
                (Some(_), false) => Told::AtLeast,
                (Some(_), true) if noisy => Told::Noisy,
                (Some(_), true) if margin.is_none() => Told::Exact,
                (Some(_), true) => Told::Rounded,
            };
            // What is left beside a suppressed share is a bound of the exact whole, not of the told one.
            let figure =
                if told == Told::AtLeast { figure.map(|f| least(f, cell.margin.whole())) } else { figure };
            Value { figure, told, suppressed_by: &cell.suppressed_by, margin }
        })
    }
}

/// The least that the exact figure can be.
fn least(figure: Figure, margin: u64) -> Figure {
    match figure {
        Figure::Count(count) => Figure::Count(count.saturating_sub(margin)),
        Figure::Sum(sum) => Figure::Sum(sum.saturating_sub_unsigned(margin).max(sum.min(0))),
        mean @ Figure::Mean { .. } => mean,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
fn margin(cell: &MergedCell) -> Margin {
    let Some(Figure::Mean { sum, over }) = cell.figure else { return Margin::Whole(cell.margin.whole()) };
    let told = sum as f64 / over.max(1) as f64;
    let (by, over_by) = (cell.margin.whole(), cell.over_margin.whole());
    let sums = [sum.saturating_sub_unsigned(by), sum.saturating_add_unsigned(by)];
    let overs = [over.saturating_sub(over_by).max(1), over.saturating_add(over_by).max(1)];
    let ends = sums.into_iter().flat_map(|sum| overs.map(|over| (sum as f64 / over as f64 - told).abs()));
    // Adding zero makes the zero that rounding up from below leaves a plain one.
    Margin::Decimal((ends.fold(0.0, f64::max) * 100.0 - 1e-9).ceil().max(0.0) / 100.0 + 0.0)
}

/// A mean to two decimals. What it is over is not nothing: such a figure is not told.
#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
pub(crate) fn mean(sum: i64, over: u64) -> f64 {
    (sum as f64 / over.max(1) as f64 * 100.0).round() / 100.0
}
