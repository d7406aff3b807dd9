//! What keys make of a birth date: how much of it is known, and what a slip would make of it.
//! The first of January stands for days that nobody knew, so it counts as no more than a year.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use model::vocabulary::DobPrecision;

use crate::person::dob::{ESTIMATE_YEARS, is_new_year};
use crate::person::subject::PersonSubject;

/// What is known of a birth date.
#[derive(Default)]
pub(super) struct Dates {
    /// The day.
    pub(super) day: Option<Date>,
    /// Year and month.
    pub(super) month: Option<(i16, i8)>,
    /// Years that it may be in.
    pub(super) years: Option<RangeInclusive<i16>>,
    /// Whether the year is all there is.
    pub(super) vague: bool,
}

impl Dates {
    /// Of a probe.
    pub(super) fn of_probe(subject: &PersonSubject) -> Self {
        if let Some(born) = subject.born {
            let month = (born.from.year(), born.from.month());
            let one_month = month == (born.to.year(), born.to.month());
            return Self {
                month: one_month.then_some(month),
                years: Some(born.from.year()..=born.to.year()),
                vague: !one_month,
                ..Self::default()
            };
        }
        let Some(dob) = subject.dob else { return Self::default() };
        let day = (!is_new_year(dob)).then_some(dob);
        Self {
            day,
            month: day.map(|day| (day.year(), day.month())),
            years: Some(dob.year()..=dob.year()),
            vague: day.is_none(),
        }
    }

    /// Of a record. An estimate may still hold the true day.
    pub(super) fn of_record(dob: Option<Date>, precision: DobPrecision) -> Self {
        let Some(dob) = dob else { return Self::default() };
        let stands_in = is_new_year(dob);
        let slack = if precision == DobPrecision::Estimated { ESTIMATE_YEARS } else { 0 };
        let has_day = !stands_in && matches!(precision, DobPrecision::Day | DobPrecision::Estimated);
        let has_month = has_day || precision == DobPrecision::Month;
        Self {
            day: has_day.then_some(dob),
            month: has_month.then_some((dob.year(), dob.month())),
            years: Some(dob.year().saturating_sub(slack)..=dob.year().saturating_add(slack)),
            vague: stands_in || matches!(precision, DobPrecision::Year | DobPrecision::Estimated),
        }
    }
}

/// Day and month exchanged, where that is another date.
pub(super) fn swapped(dob: Date) -> Option<Date> {
    Date::new(dob.year(), dob.day(), dob.month()).ok().filter(|swapped| *swapped != dob)
}

/// What a slip makes of a date: another digit, a year one or ten off, day and month exchanged.
pub(super) fn near(dob: Date) -> impl Iterator<Item = Date> {
    let (year, month, day) = (dob.year(), dob.month(), dob.day());
    let decade = year.saturating_sub(year % 10);
    let years = (0..10)
        .map(move |last| decade.saturating_add(last))
        .chain([-10, -1, 1, 10].map(|off| year.saturating_add(off)));
    let (tens, ones) = (day / 10 * 10, day % 10);
    let days = (0..10).map(move |last| tens + last).chain([0, 10, 20, 30].map(|tens| tens + ones));
    years
        .map(move |year| (year, month, day))
        .chain((1..=12).map(move |month| (year, month, day)))
        .chain(days.map(move |day| (year, month, day)))
        .filter_map(|(year, month, day)| Date::new(year, month, day).ok())
        .chain(swapped(dob))
}
