//! Whole numbers: as numbers, or as text with a sign and commas between thousands. A fraction is not silently cut
//! off: only `.0` passes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::{Cells, as_text, parsed};

const WHY: &str = "not a whole number";

pub(super) fn read(given: &ArrayRef) -> Result<Cells, ArrowError> {
    if given.data_type().is_signed_integer() {
        return Ok(Cells::Plain(cast(given, &DataType::Int64)?, Vec::new()));
    }
    let (values, bad) = parsed(&as_text(given)?, WHY, parse);
    Ok(Cells::Plain(Arc::new(Int64Array::from(values)), bad))
}

fn parse(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) => {
            (!fraction.is_empty() && fraction.bytes().all(|b| b == b'0')).then_some(whole)?
        }
        None => text,
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole.strip_prefix('+').unwrap_or(whole)),
    };
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let well_grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let all_digits = !first.is_empty()
        && std::iter::once(&first).chain(&rest).all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    (well_grouped && all_digits).then(|| format!("{sign}{first}{}", rest.concat()).parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        for (text, value) in [
            ("0", Some(0)),
            ("-12", Some(-12)),
            ("+7", Some(7)),
            ("1,234,567", Some(1_234_567)),
            ("120.00", Some(120)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("120.50", None),
            ("120.", None),
            ("12,34", None),
            ("1234,567", None),
            (",123", None),
            ("", None),
            ("-", None),
            ("1e3", None),
            ("£5", None),
        ] {
            assert_eq!(parse(text), value, "{text}");
        }
    }
}
