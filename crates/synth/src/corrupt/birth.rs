//! Birth dates as they are written wrong, or not known better.
//! Each gives nothing where it would change nothing.

use jiff::civil::Date;

use crate::dice::Dice;

/// Day and month exchanged.
pub(super) fn swapped(dob: Date) -> Option<Date> {
    other(dob, Date::new(dob.year(), dob.day(), dob.month()))
}

/// One digit of the day, the month or the year changed.
pub(super) fn other_digit(dob: Date, dice: &mut Dice) -> Option<Date> {
    let changed = match dice.below(3) {
        0 => Date::new(dob.year(), dob.month(), dob.day() / 10 * 10 + i8::try_from(dice.below(10)).ok()?),
        1 => Date::new(dob.year() / 10 * 10 + i16::try_from(dice.below(10)).ok()?, dob.month(), dob.day()),
        _ => {
            let month = if dob.month() > 9 { 10 + dice.below(3) } else { 1 + dice.below(9) };
            Date::new(dob.year(), i8::try_from(month).ok()?, dob.day())
        }
    };
    other(dob, changed)
}

/// The year one off, or ten.
pub(super) fn year_out(dob: Date, dice: &mut Dice) -> Option<Date> {
    let years = *dice.pick(&[-1, 1, -1, 1, -10, 10])?;
    other(dob, Date::new(dob.year() + years, dob.month(), dob.day()))
}

/// The first of January of the year.
pub(super) fn january_first(dob: Date) -> Option<Date> {
    other(dob, Date::new(dob.year(), 1, 1))
}

/// The first of the month.
pub(super) fn month_first(dob: Date) -> Option<Date> {
    other(dob, Date::new(dob.year(), dob.month(), 1))
}

/// The first of January of a year within five of the true one, near ones more often.
pub(super) fn guessed(dob: Date, dice: &mut Dice) -> Option<Date> {
    let off = dice.between(0, 5) - dice.between(0, 5);
    Date::new(dob.year() + i16::try_from(off).ok()?, 1, 1).ok()
}

fn other(dob: Date, changed: Result<Date, jiff::Error>) -> Option<Date> {
    changed.ok().filter(|&changed| changed != dob)
}
