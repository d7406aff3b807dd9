//! A merged table as a grid: dimensions, then for each measure its values, a column that says how far each may be
//! relied on, and one that says by how much the exact figure may differ.

use model::Measure;
use model::reply::Figure;

use super::grid::{Column, Grid, Values};
use super::table::{Margin, Table, Told, Value, estimated_mean, mean, variance};

/// The table as a grid.
pub(crate) fn grid(table: &Table<'_>) -> Grid {
    let dimensions = table.dimensions().iter().enumerate().map(|(at, name)| {
        let values = table.rows().map(|row| row.keys.get(at).cloned().flatten()).collect();
        Column::new(name, Values::Text(values))
    });
    let measures = table.measures().iter().enumerate().flat_map(|(at, measure)| measured(table, at, measure));
    Grid { columns: dimensions.chain(measures).collect() }
}

/// A measure's values, noisy ones below zero as they are; beside each `exact`, `rounded`, `noisy`, `at least` or `suppressed`; and the margin of what was
/// rounded or carries noise, from which a bound is already taken off.
fn measured(table: &Table<'_>, at: usize, measure: &Measure) -> [Column; 3] {
    let cells = || table.rows().filter_map(move |row| row.values().nth(at));
    let values = match measure {
        Measure::Count | Measure::Distinct => Values::Whole(cells().map(|value| count(&value)).collect()),
        Measure::Sum(_) => Values::Whole(cells().map(|value| sum(&value)).collect()),
        Measure::Mean(_) | Measure::Variance(_) => {
            Values::Decimal(cells().map(|value| average(&value)).collect())
        }
    };
    let margins = match measure {
        Measure::Mean(_) | Measure::Variance(_) => {
            Values::Decimal(cells().map(|value| decimal(&value)).collect())
        }
        _ => Values::Count(cells().map(|value| whole(&value)).collect()),
    };
    let status = cells().map(|value| Some(value.told.word().to_owned())).collect();
    [
        Column { name: measure.to_string(), values, absent: Told::Suppressed.word() },
        Column::new(format!("{measure}_status"), Values::Text(status)),
        Column::new(format!("{measure}_margin"), margins),
    ]
}

fn whole(value: &Value<'_>) -> Option<u64> {
    match (value.told, value.margin) {
        (Told::Exact | Told::Rounded | Told::Noisy, Margin::Whole(margin)) => Some(margin),
        _ => None,
    }
}

fn decimal(value: &Value<'_>) -> Option<f64> {
    match (value.told, value.margin) {
        (Told::Exact | Told::Rounded | Told::Noisy, Margin::Decimal(margin)) => Some(margin),
        _ => None,
    }
}

fn count(value: &Value<'_>) -> Option<i64> {
    match value.figure {
        Some(Figure::Count(count)) => i64::try_from(count).ok(),
        Some(Figure::Estimate(count)) => Some(count),
        _ => None,
    }
}

fn sum(value: &Value<'_>) -> Option<i64> {
    match value.figure {
        Some(Figure::Sum(sum)) => Some(sum),
        _ => None,
    }
}

fn average(value: &Value<'_>) -> Option<f64> {
    match value.figure {
        Some(Figure::Mean { sum, over }) => Some(mean(sum, over)),
        Some(Figure::EstimatedMean { sum, over }) => Some(estimated_mean(sum, over)),
        Some(Figure::Variance(spread)) => Some(variance(spread)),
        _ => None,
    }
}
