//! A birth date known by the days between which it lies, compared with a record's: they agree as far as the one that
//! knows less can tell.

use jiff::civil::Date;
use model::Complaint;
use model::probe::Born;
use model::vocabulary::DobPrecision;

use super::dob::{ESTIMATE_YEARS, NEAR_YEARS, is_new_year};
use crate::score::Level;

/// Days of a month, and of a year.
const MONTH_DAYS: i32 = 31;
const YEAR_DAYS: i32 = 366;

/// A probe may leave this many years open; more would say next to nothing.
pub(super) const YEARS_MAX: i16 = 20;

/// Refuses days that can't be, or that leave too much open.
pub(super) fn checked(born: Born) -> Result<Born, Complaint> {
    let complain = |why: &str| Err(Complaint::new("probe.born", why));
    if born.from > born.to {
        return complain("ends before it begins: give the earlier day first");
    }
    if !(1900..2100).contains(&born.from.year()) || !(1900..2100).contains(&born.to.year()) {
        return complain("must lie in the years 1900 to 2099");
    }
    if born.to.year() - born.from.year() > YEARS_MAX {
        return complain("leaves more than twenty years open: give a narrower age");
    }
    Ok(born)
}

/// How a record's birth date fits between the days of `born`.
pub(super) fn level(born: Born, record: Option<Date>, precision: DobPrecision) -> Level {
    let Some(held) = record.and_then(|dob| held(dob, precision)) else { return Level::Missing };
    let known = days(born).max(days(held));
    match (born.from <= held.to && held.from <= born.to, known) {
        (true, ..=MONTH_DAYS) => Level::MonthKnown,
        (true, ..=YEAR_DAYS) => Level::YearKnown,
        (true, _) => Level::Estimated,
        (false, ..=YEAR_DAYS) => Level::Differ,
        // An age guessed from looks may be further out.
        (false, _) => {
            let gap = if held.from > born.to { (born.to, held.from) } else { (held.to, born.from) };
            let near = i32::from(NEAR_YEARS - ESTIMATE_YEARS) * YEAR_DAYS;
            if days(Born { from: gap.0, to: gap.1 }) <= near {
                Level::NearEstimate
            } else {
                Level::OffEstimate
            }
        }
    }
}

/// The year in the middle, where little more than a year is left open.
pub(super) fn year(born: Born) -> Option<i16> {
    let years = born.to.year() - born.from.year();
    (years <= 2 * ESTIMATE_YEARS).then_some(born.from.year() + years / 2)
}

/// The weight of an age in the range, from the `usual` weight of one that is within the usual estimate.
pub(super) fn estimated_bits(born: Born, usual: f64) -> f64 {
    let years = f64::from(days(born)) / f64::from(YEAR_DAYS);
    let usual_years = f64::from(2 * ESTIMATE_YEARS + 1);
    (usual - (years / usual_years).max(1.0).log2()).max(0.0)
}

/// The days that a record's birth date stands for.
fn held(dob: Date, precision: DobPrecision) -> Option<Born> {
    let year = |off: i16| dob.year().checked_add(off);
    let (from, to) = match precision {
        DobPrecision::Day if !is_new_year(dob) => (dob, dob),
        DobPrecision::Day | DobPrecision::Year => {
            (Date::new(dob.year(), 1, 1).ok()?, Date::new(dob.year(), 12, 31).ok()?)
        }
        DobPrecision::Month => (dob.first_of_month(), dob.last_of_month()),
        DobPrecision::Estimated => {
            let (first, last) = (year(-ESTIMATE_YEARS)?, year(ESTIMATE_YEARS)?);
            (Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?)
        }
    };
    Some(Born { from, to })
}

/// Days from the first to the last, both counted.
fn days(born: Born) -> i32 {
    // Both within a few thousand years of this one: the difference fits.
    born.to.since(born.from).map_or(i32::MAX, |span| span.get_days().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use model::probe::Born;
    use model::vocabulary::DobPrecision;

    use super::{checked, estimated_bits, level};
    use crate::score::Level;

    fn born(from: &str, to: &str) -> Born {
        let day = |text: &str| text.parse::<Date>().unwrap();
        Born { from: day(from), to: day(to) }
    }

    #[test]
    fn what_is_known_in_part_agrees_in_part() {
        use DobPrecision::{Day, Estimated, Month, Year};
        let (march, year) = (born("1984-03-01", "1984-03-31"), born("1984-01-01", "1984-12-31"));
        let thirties = born("1980-06-01", "1989-05-31");
        for (born, record, precision, wanted) in [
            (march, "1984-03-02", Day, Level::MonthKnown),
            (march, "1984-04-02", Day, Level::Differ),
            (march, "1984-01-01", Day, Level::YearKnown),
            (march, "1984-03-01", Month, Level::MonthKnown),
            (march, "1984-01-01", Year, Level::YearKnown),
            (march, "1986-01-01", Estimated, Level::Estimated),
            (year, "1984-03-02", Day, Level::YearKnown),
            (year, "1984-01-01", Day, Level::YearKnown),
            (year, "1985-01-01", Day, Level::Differ),
            (year, "1985-01-01", Year, Level::Differ),
            (thirties, "1984-03-02", Day, Level::Estimated),
            (thirties, "1991-01-01", Estimated, Level::Estimated),
            (thirties, "1992-03-02", Day, Level::NearEstimate),
            (thirties, "1977-03-02", Day, Level::NearEstimate),
            (thirties, "1994-03-02", Day, Level::OffEstimate),
        ] {
            assert_eq!(level(born, record.parse().ok(), precision), wanted, "{record} {precision}");
        }
        assert_eq!(level(march, None, Day), Level::Missing);
    }

    #[test]
    fn a_range_must_be_one_and_say_something() {
        for (from, to, fits) in [
            ("1984-03-01", "1984-03-31", true),
            ("1984-03-01", "2004-03-31", true),
            ("1984-03-31", "1984-03-01", false),
            ("1984-03-01", "2005-01-01", false),
            ("1899-01-01", "1900-01-01", false),
        ] {
            assert_eq!(checked(born(from, to)).is_ok(), fits, "{from} {to}");
        }
        let (narrow, wide) = (born("1980-01-01", "1984-12-31"), born("1970-01-01", "1989-12-31"));
        assert!(estimated_bits(narrow, 3.0) > 2.9 && estimated_bits(wide, 3.0) < 1.1);
        assert_eq!(estimated_bits(wide, 0.5), 0.0);
    }
}
