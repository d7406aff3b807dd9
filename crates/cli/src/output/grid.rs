//! A grid of typed columns between answers and the formats that hold columns: CSV, Arrow, Parquet.

use jiff::Timestamp;

/// Columns of equal length.
pub(crate) struct Grid {
    /// The columns, in order.
    pub(crate) columns: Vec<Column>,
}

/// One column.
pub(crate) struct Column {
    /// Its heading.
    pub(crate) name: String,
    /// Its values.
    pub(crate) values: Values,
    /// What CSV writes where there is no value. Typed formats hold a null.
    pub(crate) absent: &'static str,
}

/// Values of one type.
pub(crate) enum Values {
    /// Words and texts.
    Text(Vec<Option<String>>),
    /// Yes or no.
    Truth(Vec<Option<bool>>),
    /// Moments.
    Moment(Vec<Option<Timestamp>>),
    /// Counts.
    Count(Vec<Option<u64>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Means.
    Decimal(Vec<Option<f64>>),
}

impl Column {
    /// A column that leaves nothing where there is no value.
    pub(crate) fn new(name: impl Into<String>, values: Values) -> Self {
        Self { name: name.into(), values, absent: "" }
    }
}

impl Values {
    /// How many values the column holds.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Truth(values) => values.len(),
            Self::Moment(values) => values.len(),
            Self::Count(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Decimal(values) => values.len(),
        }
    }

    /// The value in row `at` as text.
    pub(crate) fn text(&self, at: usize) -> Option<String> {
        fn shown<T: ToString>(values: &[Option<T>], at: usize) -> Option<String> {
            values.get(at)?.as_ref().map(ToString::to_string)
        }
        match self {
            Self::Text(values) => shown(values, at),
            Self::Truth(values) => shown(values, at),
            Self::Moment(values) => shown(values, at),
            Self::Count(values) => shown(values, at),
            Self::Whole(values) => shown(values, at),
            Self::Decimal(values) => values.get(at)?.map(|value| format!("{value:.2}")),
        }
    }
}
