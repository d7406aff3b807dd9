//! Calendar periods as a DataFusion function: a date becomes the number of its month, quarter or year.
//! Plain arithmetic on days, so that grouping by month costs no more than grouping by a number.

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, Date32Type, Int32Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use model::Grain;

/// `date` as the number of its period; periods are 1, 3 or 12 months long and counted from year 0.
pub(super) fn period_of(date: Expr, grain: Grain) -> Expr {
    function(grain).call(vec![date])
}

/// The function itself.
pub(super) fn function(grain: Grain) -> ScalarUDF {
    let months = match grain {
        Grain::Quarter => 3,
        Grain::Year => 12,
        _ => 1,
    };
    let signature = Signature::exact(vec![DataType::Date32], Volatility::Immutable);
    ScalarUDF::new_from_impl(Period { months, signature })
}

/// How a period is told: `2024-03`, `2024-Q1`, `2024`.
pub(super) fn told(grain: Grain, period: i32) -> String {
    match grain {
        Grain::Quarter => format!("{:04}-Q{}", period.div_euclid(4), period.rem_euclid(4) + 1),
        Grain::Year => format!("{period:04}"),
        _ => format!("{:04}-{:02}", period.div_euclid(12), period.rem_euclid(12) + 1),
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Period {
    months: i32,
    signature: Signature,
}

impl ScalarUDFImpl for Period {
    fn name(&self) -> &str {
        match self.months {
            3 => "quarter_of",
            12 => "year_of",
            _ => "month_of",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [dates] = arrays.as_slice() else { return exec_err!("one date is wanted") };
        let Some(dates) = dates.as_primitive_opt::<Date32Type>() else {
            return exec_err!("a date is wanted");
        };
        let periods = dates.unary::<_, Int32Type>(|days| month_of(days).div_euclid(self.months));
        Ok(ColumnarValue::Array(Arc::new(periods)))
    }
}

/// Months since year 0 of a day counted from 1970-01-01 in the Gregorian calendar.
///
/// Years are taken to begin in March, so that the leap day is the last of its year: era of 400 years, year of the
/// era, day of that year, month of that year, and back to January.
pub(super) fn month_of(days: i32) -> i32 {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let months = (era * 400 + year_of_era) * 12 + month_from_march + 2;
    i32::try_from(months).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{month_of, told};
    use jiff::civil::Date;
    use model::Grain;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_calendar(days in -500_000i32..2_000_000) {
            let date = Date::constant(1970, 1, 1) + jiff::Span::new().days(days);
            prop_assert_eq!(month_of(days), i32::from(date.year()) * 12 + i32::from(date.month()) - 1);
        }
    }

    #[test]
    fn periods_are_told_as_people_write_them() {
        assert_eq!(told(Grain::Month, 2024 * 12 + 2), "2024-03");
        assert_eq!(told(Grain::Quarter, 2024 * 4), "2024-Q1");
        assert_eq!(told(Grain::Year, 2024), "2024");
    }
}
