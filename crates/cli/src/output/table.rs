//! A merged table as its readers see it: for each cell what is told, and how far it may be relied on.

use model::answer::{MergedCell, MergedRow};
use model::reply::Figure;
pub(crate) use model::told::Told;
use model::{ForceId, Measure, Spread, TableAnswer};

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
    /// Of a mean or a variance, to two decimals, rounded up.
    Decimal(f64),
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
            // A mean or a variance over nothing tells nothing.
            let nothing = |figure: &Figure| match figure {
                Figure::Mean { over, .. } | Figure::Variance(Spread { over, .. }) => *over == 0,
                Figure::EstimatedMean { over, .. } => *over <= 0,
                Figure::Count(_) | Figure::Sum(_) | Figure::Estimate(_) => false,
            };
            let figure = cell.figure.filter(|figure| !nothing(figure));
            let told = if figure.is_none() { Told::Suppressed } else { cell.told() };
            // What is left beside a suppressed share is a bound of the exact whole, not of the told one.
            let figure = match told {
                Told::AtLeast | Told::ProbablyAtLeast => cell.least(),
                _ => figure,
            };
            let margin = margin(cell);
            Value { figure, told, suppressed_by: &cell.suppressed_by, margin }
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
fn margin(cell: &MergedCell) -> Margin {
    let (top, over) = match cell.figure {
        Some(Figure::Mean { sum, over }) => (sum as f64, over),
        Some(Figure::EstimatedMean { sum, over }) => (sum as f64, u64::try_from(over).unwrap_or(0)),
        Some(Figure::Variance(spread)) => (spread.deviations(), spread.over),
        _ => return Margin::Whole(cell.margin.whole()),
    };
    let told = top / over.max(1) as f64;
    // Both parts must hold together in 95 of 100 figures, so each in 97.5: a quarter further holds for both distributions
    // from a scale of 1 on.
    let both = |margin: model::Margin| match margin.noise {
        0 => margin.rounding,
        noise => margin.whole().saturating_add(noise.div_ceil(4)),
    };
    let (by, over_by) = (both(cell.margin) as f64, both(cell.over_margin));
    let tops = [top - by, top + by];
    let overs = [over.saturating_sub(over_by).max(1), over.saturating_add(over_by).max(1)];
    let ends = tops.into_iter().flat_map(|top| overs.map(|over| (top / over as f64 - told).abs()));
    // Adding zero makes the zero that rounding up from below leaves a plain one.
    Margin::Decimal((ends.fold(0.0, f64::max) * 100.0 - 1e-9).ceil().max(0.0) / 100.0 + 0.0)
}

/// A variance to two decimals.
pub(crate) fn variance(spread: Spread) -> f64 {
    (spread.variance().unwrap_or_default() * 100.0).round() / 100.0
}

/// A mean to two decimals. What it is over is not nothing: such a figure is not told.
#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
pub(crate) fn mean(sum: i64, over: u64) -> f64 {
    (sum as f64 / over.max(1) as f64 * 100.0).round() / 100.0
}

/// The same of an estimated mean.
pub(crate) fn estimated_mean(sum: i64, over: i64) -> f64 {
    mean(sum, u64::try_from(over).unwrap_or(0))
}
