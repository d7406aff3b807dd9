//! A merged table as its readers see it: for each cell what is told, and how far it may be relied on.

use model::answer::{MergedCell, MergedRow};
use model::reply::{Figure, Protection};
use model::{ForceId, Measure, TableAnswer};

/// A table answer beside the measures that were asked for.
pub(crate) struct Table<'a> {
    answer: &'a TableAnswer,
    measures: &'a [Measure],
}

/// One group.
pub(crate) struct Row<'a> {
    table: &'a Table<'a>,
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
}

/// How far a figure may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is what the forces counted.
    Exact,
    /// At least one force rounded its share.
    Rounded,
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
        let row = |row: &'a MergedRow| Row { table: self, keys: &row.keys, cells: &row.cells };
        self.answer.rows.iter().map(row)
    }

    /// How the forces behind a row protected their shares.
    fn protections(&self, keys: &'a [Option<String>]) -> impl Iterator<Item = &'a Protection> {
        let of = if self.is_by_force() { keys.first().cloned().flatten() } else { None };
        let behind = move |force: &ForceId| of.as_deref().is_none_or(|of| force.as_str() == of);
        self.answer
            .protections
            .iter()
            .filter(move |(force, _)| behind(force))
            .map(|(_, protection)| protection)
    }
}

impl<'a> Row<'a> {
    /// Its cells, one for each measure.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        let (table, keys) = (self.table, self.keys);
        table.measures.iter().zip(self.cells).map(move |(measure, cell)| {
            let rounded = table.protections(keys).any(|protection| is_rounded(measure, protection));
            // A mean over nothing tells nothing.
            let figure = cell.figure.filter(|figure| !matches!(figure, Figure::Mean { over: 0, .. }));
            let told = match (&figure, cell.suppressed_by.is_empty(), rounded) {
                (None, _, _) => Told::Suppressed,
                (Some(_), false, _) => Told::AtLeast,
                (Some(_), true, true) => Told::Rounded,
                (Some(_), true, false) => Told::Exact,
            };
            Value { figure, told, suppressed_by: &cell.suppressed_by }
        })
    }
}

fn is_rounded(measure: &Measure, protection: &Protection) -> bool {
    match measure {
        Measure::Count | Measure::Distinct => protection.rounding_base > 1,
        Measure::Sum(_) => protection.sum_base > 1,
        Measure::Mean(_) => protection.rounding_base > 1 || protection.sum_base > 1,
    }
}

/// A mean to two decimals. What it is over is not nothing: such a figure is not told.
#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
pub(crate) fn mean(sum: i64, over: u64) -> f64 {
    (sum as f64 / over.max(1) as f64 * 100.0).round() / 100.0
}
