//! A released table as a table that statements are finished over: its columns are known when the statement is planned, its
//! rows when the forces have answered.

use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int8Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use model::answer::{MergedCell, MergedRow, TableAnswer};
use model::reply::Figure;
use model::tabulation::{TOTAL, WITHHELD};
use model::told::Told;

use crate::question::TypedQuestion;
use crate::subject::Form;
use crate::told::{AT_LEAST, EXACT, NOISY, ROUNDED, SUPPRESSED};
use crate::translate::measure::Part;

/// One column of a released table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// The force.
    Force,
    /// The key of a dimension, in a form.
    Key {
        /// The dimension's place.
        place: usize,
        /// How it is told.
        form: Form,
    },
    /// Which of these dimensions are taken together: one bit for each, the first the highest.
    Together(Vec<usize>),
    /// A part of a measure's figure.
    Value(usize, Part),
    /// How far that may be relied on.
    Status(usize, Part),
    /// The least that it can be.
    Least(usize, Part),
}

/// The table that one question is answered by.
#[derive(Debug)]
pub(crate) struct Released {
    question: usize,
    schema: SchemaRef,
    sources: Vec<Source>,
    /// Which dimensions are taken together in the rows that are wanted, one bit for each; of a table without subtotals none
    /// ever is.
    wanted: Vec<u32>,
    rows: Arc<OnceLock<RecordBatch>>,
}

impl Released {
    pub(crate) fn new(question: usize, columns: Vec<(String, DataType, Source)>, wanted: Vec<u32>) -> Self {
        let fields: Vec<Field> =
            columns.iter().map(|(name, holds, _)| Field::new(name, holds.clone(), true)).collect();
        let sources = columns.into_iter().map(|(_, _, source)| source).collect();
        Self { question, schema: Arc::new(Schema::new(fields)), sources, wanted, rows: Arc::default() }
    }

    /// The place of the question that answers it.
    pub(crate) fn question(&self) -> usize {
        self.question
    }

    /// Takes up the answer. Fails where the answer does not have the question's shape.
    pub(crate) fn fill(&self, asked: &TypedQuestion, answer: &TableAnswer) -> Result<(), String> {
        let rows: Vec<MergedRow> = match answer.rows.as_slice() {
            [] if asked.table.by().is_empty() && !asked.by_force => vec![of_nobody(asked)],
            rows => rows.to_vec(),
        };
        let skip = usize::from(asked.by_force);
        let width = skip + asked.table.by().len();
        let sound = |row: &MergedRow| {
            let fits = |(measure, cell): (&model::Measure, &MergedCell)| {
                cell.figure.as_ref().is_none_or(|figure| measure.fits(figure))
            };
            row.keys.len() == width
                && row.cells.len() == asked.table.measures().len()
                && asked.table.measures().iter().zip(&row.cells).all(fits)
        };
        if !rows.iter().all(sound) {
            return Err("an answer does not have the shape of its question".to_owned());
        }
        let rows: Vec<&MergedRow> =
            rows.iter().filter(|row| self.wanted.contains(&together(row, skip))).collect();
        let array = |(source, field): (&Source, &Arc<Field>)| {
            let array = self.array(source, skip, &rows)?;
            cast(&array, field.data_type()).map_err(|error| error.to_string())
        };
        let arrays =
            self.sources.iter().zip(self.schema.fields()).map(array).collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(|error| error.to_string())?;
        self.rows.set(batch).map_err(|_| "a statement runs once".to_owned())
    }

    fn array(&self, source: &Source, skip: usize, rows: &[&MergedRow]) -> Result<ArrayRef, String> {
        let key = |place: usize| {
            rows.iter().map(move |row| {
                let key = row.keys.get(place + skip).and_then(Option::as_deref);
                key.filter(|key| *key != TOTAL)
            })
        };
        let cells = |at: usize| rows.iter().filter_map(move |row| row.cells.get(at));
        Ok(match source {
            Source::Force => {
                let force = rows.iter().map(|row| row.keys.first().and_then(Option::as_deref));
                Arc::new(force.collect::<StringArray>())
            }
            Source::Key { place, form } => told(*form, key(*place))?,
            Source::Together(places) => {
                let bits = rows.iter().map(|row| {
                    let all = together(row, skip);
                    places.iter().fold(0_i64, |bits, place| bits << 1 | i64::from(all >> place & 1))
                });
                Arc::new(bits.collect::<Int64Array>())
            }
            Source::Value(at, part) => match part {
                Part::Whole | Part::Over => {
                    Arc::new(cells(*at).map(|cell| whole(cell, *part)).collect::<Int64Array>())
                }
                _ => Arc::new(cells(*at).map(|cell| decimal(cell, *part)).collect::<Float64Array>()),
            },
            Source::Status(at, part) => {
                Arc::new(cells(*at).map(|cell| Some(status(cell, *part))).collect::<Int8Array>())
            }
            Source::Least(at, _) => {
                Arc::new(cells(*at).map(|cell| Some(least(cell))).collect::<Int64Array>())
            }
        })
    }
}

/// The one row of a table without groups that nobody answered with a record. A filter that fits a few is answered as one
/// that fits nobody, so only without one it is certain that nobody is there.
fn of_nobody(asked: &TypedQuestion) -> MergedRow {
    let certain = asked.table.filter().is_none();
    let cell = |measure: &model::Measure| MergedCell {
        figure: certain.then(|| match measure {
            model::Measure::Count | model::Measure::Distinct => Figure::Count(0),
            model::Measure::Sum(_) => Figure::Sum(0),
            model::Measure::Mean(_) => Figure::Mean { sum: 0, over: 0 },
            model::Measure::Variance(_) => Figure::Variance(model::Spread::default()),
        }),
        suppressed_by: Vec::new(),
        margin: model::Margin::default(),
        over_margin: model::Margin::default(),
    };
    MergedRow { keys: Vec::new(), cells: asked.table.measures().iter().map(cell).collect() }
}

/// Which dimensions a row takes together.
fn together(row: &MergedRow, skip: usize) -> u32 {
    let keys = row.keys.iter().skip(skip).enumerate();
    keys.filter(|(_, key)| key.as_deref() == Some(TOTAL)).fold(0, |bits, (place, _)| bits | 1 << place)
}

/// A dimension's keys as the values of a column.
fn told<'a>(form: Form, keys: impl Iterator<Item = Option<&'a str>>) -> Result<ArrayRef, String> {
    let month = |key: &str| -> Option<(i16, i8)> {
        match key.split_once("-Q") {
            Some((year, quarter)) => Some((year.parse().ok()?, quarter.parse::<i8>().ok()? * 3 - 2)),
            None => match key.split_once('-') {
                Some((year, month)) => Some((year.parse().ok()?, month.parse().ok()?)),
                None => Some((key.parse().ok()?, 1)),
            },
        }
    };
    let read = |key: &str| month(key).filter(|(_, month)| (1..=12).contains(month));
    let strange = |key: &str| format!("{key:?} is no key of its dimension");
    let numbers = |of: fn(i16, i8) -> i64, keys: &mut dyn Iterator<Item = Option<&'a str>>| {
        let number = |key: Option<&str>| match key {
            None => Ok(None),
            Some(key) => read(key).map(|(year, month)| Some(of(year, month))).ok_or_else(|| strange(key)),
        };
        keys.map(number).collect::<Result<Int64Array, String>>()
    };
    // Periods and bands that a force withholds are none of these; text stands there under its mark.
    let is_text = matches!(form, Form::Value | Form::Prefix(_));
    let mut keys = keys.map(|key| key.filter(|key| is_text || *key != WITHHELD));
    let keys: &mut dyn Iterator<Item = Option<&'a str>> = &mut keys;
    Ok(match form {
        Form::Value | Form::Prefix(_) => Arc::new(keys.collect::<StringArray>()),
        Form::Written(grain) => {
            let written = |key: Option<&str>| match key {
                None => Ok(None),
                Some(key) => {
                    let (year, month) = read(key).ok_or_else(|| strange(key))?;
                    Ok(Some(match grain {
                        model::Grain::Quarter => format!("{year:04}-Q{}", (month + 2) / 3),
                        _ => format!("{year:04}-{month:02}"),
                    }))
                }
            };
            Arc::new(keys.map(written).collect::<Result<StringArray, String>>()?)
        }
        Form::Band(_) => {
            let number = |key: Option<&str>| match key {
                None => Ok(None),
                Some(key) => key.parse::<i64>().map(Some).map_err(|_| strange(key)),
            };
            Arc::new(keys.map(number).collect::<Result<Int64Array, String>>()?)
        }
        Form::Year => Arc::new(numbers(|year, _| i64::from(year), keys)?),
        Form::MonthOfYear => Arc::new(numbers(|_, month| i64::from(month), keys)?),
        Form::QuarterOfYear => Arc::new(numbers(|_, month| i64::from((month + 2) / 3), keys)?),
        Form::First(grain) => {
            let first = |key: Option<&str>| match key {
                None => Ok(None),
                Some(key) => {
                    let (year, month) = read(key).ok_or_else(|| strange(key))?;
                    let month = match grain {
                        model::Grain::Quarter => (month - 1) / 3 * 3 + 1,
                        model::Grain::Year => 1,
                        _ => month,
                    };
                    let day = jiff::civil::Date::new(year, month, 1).map_err(|_| strange(key))?;
                    let since = day.since(jiff::civil::Date::constant(1970, 1, 1));
                    since.map(|span| Some(span.get_days())).map_err(|_| strange(key))
                }
            };
            Arc::new(keys.map(first).collect::<Result<Date32Array, String>>()?)
        }
    })
}

fn status(cell: &MergedCell, part: Part) -> i8 {
    // A mean over no value is no figure that was kept back: there is none.
    let over = match cell.figure {
        Some(Figure::Mean { over, .. }) => Some(over),
        Some(Figure::Variance(spread)) => Some(spread.over),
        _ => None,
    };
    if over == Some(0) && cell.suppressed_by.is_empty() {
        return EXACT;
    }
    // Where noise outweighs the number of values, the mean of them is anything.
    if part == Part::Mean && matches!(cell.figure, Some(Figure::EstimatedMean { over: ..=0, .. })) {
        return SUPPRESSED;
    }
    let margin = if part == Part::Over { cell.over_margin } else { cell.margin };
    match cell.told() {
        // A bound that holds in 95 of 100 figures is none to conclude from.
        Told::Suppressed | Told::ProbablyAtLeast => SUPPRESSED,
        Told::AtLeast => AT_LEAST,
        _ if part == Part::Over && margin.is_none() => EXACT,
        Told::Exact => EXACT,
        Told::Rounded => ROUNDED,
        Told::Noisy => NOISY,
    }
}

/// A count or a sum; of a bound its least.
fn whole(cell: &MergedCell, part: Part) -> Option<i64> {
    match (cell.figure?, part) {
        _ if cell.told() == Told::ProbablyAtLeast => None,
        // Noisy figures below zero stay as they were drawn: sums of them are right on average.
        (Figure::Estimate(count), _) => Some(count),
        (Figure::EstimatedMean { over, .. }, Part::Over) => Some(over),
        (Figure::Mean { over, .. }, Part::Over) => i64::try_from(over).ok(),
        (Figure::Count(_) | Figure::Sum(_), _) if cell.told() == Told::AtLeast => Some(least(cell)),
        (Figure::Count(count), _) => i64::try_from(count).ok(),
        (Figure::Sum(sum), _) => Some(sum),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums and counts stay below 2^53, where every whole number is exact"
)]
fn decimal(cell: &MergedCell, part: Part) -> Option<f64> {
    match (cell.figure?, part) {
        (Figure::Mean { sum, over }, Part::Mean) if over > 0 => Some(sum as f64 / over as f64),
        (Figure::EstimatedMean { sum, over }, Part::Mean) if over > 0 => Some(sum as f64 / over as f64),
        (Figure::Variance(spread), Part::Variance) => spread.variance(),
        (Figure::Variance(spread), Part::Deviation) => spread.variance().map(f64::sqrt),
        (Figure::Variance(spread), Part::SampleVariance | Part::SampleDeviation) if spread.over > 1 => {
            let variance = spread.deviations() / (spread.over - 1) as f64;
            Some(if part == Part::SampleVariance { variance } else { variance.sqrt() })
        }
        _ => None,
    }
}

/// The least that a count or a sum can be: no record adds less than nothing, and of noise nothing else is certain.
fn least(cell: &MergedCell) -> i64 {
    if cell.margin.noise > 0 {
        return 0;
    }
    match cell.least() {
        Some(Figure::Count(count)) => i64::try_from(count).unwrap_or(i64::MAX),
        Some(Figure::Sum(sum)) => sum,
        _ => 0,
    }
}

#[async_trait]
impl TableProvider for Released {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = Rows { schema: self.schema.clone(), rows: self.rows.clone() };
        let read: Arc<dyn PartitionStream> = Arc::new(rows);
        let schema = self.schema.clone();
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![read], projection, [], false, None)?))
    }
}

/// The rows of a released table, read once a statement is finished.
#[derive(Debug)]
struct Rows {
    schema: SchemaRef,
    rows: Arc<OnceLock<RecordBatch>>,
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.get().cloned();
        let rows = rows.ok_or_else(|| exec_datafusion_err!("a question has not been answered yet"));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter([rows])))
    }
}

#[cfg(test)]
mod tests {
    use arrow::util::display::array_value_to_string;
    use model::{Grain, Margin};

    use super::*;

    #[test]
    fn noisy_figures_are_reckoned_with_as_they_were_drawn_and_a_probable_bound_is_none() {
        let cell = |figure, suppressed: bool| MergedCell {
            figure: Some(figure),
            suppressed_by: suppressed.then(|| "mps".parse().unwrap()).into_iter().collect(),
            margin: Margin { rounding: 0, noise: 20 },
            over_margin: Margin { rounding: 0, noise: 20 },
        };
        let mean = |sum, over| Figure::EstimatedMean { sum, over };
        for (cell, part, known, value) in [
            (cell(Figure::Estimate(-4), false), Part::Whole, NOISY, Some(-4)),
            (cell(Figure::Estimate(70), true), Part::Whole, SUPPRESSED, None),
            (cell(Figure::Sum(700), true), Part::Whole, SUPPRESSED, None),
            (cell(mean(90, -3), false), Part::Over, NOISY, Some(-3)),
        ] {
            assert_eq!((status(&cell, part), whole(&cell, part)), (known, value), "{cell:?}");
        }
        assert_eq!(least(&cell(Figure::Estimate(70), true)), 0);
        assert_eq!(least(&cell(Figure::Estimate(70), false)), 0, "that it is 50 at least is only probable");
        let (some, none) = (cell(mean(90, 60), false), cell(mean(90, -3), false));
        assert_eq!((status(&some, Part::Mean), decimal(&some, Part::Mean)), (NOISY, Some(1.5)));
        assert_eq!((status(&none, Part::Mean), decimal(&none, Part::Mean)), (SUPPRESSED, None));
    }

    #[test]
    fn a_withheld_key_stands_as_text_and_is_no_period_nor_band() {
        let mark = "(withheld)";
        for (form, keys, expected) in [
            (Form::Value, ["Theft", mark], "Theft (withheld)"),
            (Form::Prefix(2), ["SW", mark], "SW (withheld)"),
            (Form::First(Grain::Month), ["2024-02", mark], "2024-02-01 -"),
            (Form::Written(Grain::Quarter), ["2024-Q2", mark], "2024-Q2 -"),
            (Form::Year, ["2024", mark], "2024 -"),
            (Form::QuarterOfYear, ["2024-Q3", mark], "3 -"),
            (Form::MonthOfYear, ["2024-11", mark], "11 -"),
            (Form::Band(20), ["-20", mark], "-20 -"),
        ] {
            let column = told(form, keys.into_iter().map(Some)).unwrap();
            let shown = |at: usize| match column.is_null(at) {
                true => "-".to_owned(),
                false => array_value_to_string(&column, at).unwrap(),
            };
            assert_eq!(format!("{} {}", shown(0), shown(1)), expected, "{form:?}");
            assert!(
                told(form, [Some("2024-13x")].into_iter()).is_err()
                    || matches!(form, Form::Value | Form::Prefix(_))
            );
        }
    }
}
