//! The figures of a table by their kinds, as an attacker would set up equations for them: entities, and every measure with
//! other figures; a mean is a sum and a count, a variance a sum of squares besides.

use model::Measure;
use model::reply::Figure;

use super::lattice::Lattice;
use super::primary::{of_count, of_squares, of_sum};
use super::suppress::{Interval, Layer};
use crate::bundle::profile::{Empty, Profile};
use crate::findings::Counted;

/// The layers of a table. Margins are what their parts add up to, also where entities overlap: whoever has margins and
/// cells knows no more of cells than if margins were larger.
pub(super) fn layers(
    profile: &Profile,
    measures: &[Measure],
    lattice: &Lattice,
    cells: &[Counted],
    sensitive: &[bool],
) -> Vec<Layer> {
    let own = || cells.iter().take(lattice.own());
    // A row that is there holds a record, unless combinations that hold none stand there too.
    let least_of = |least: u64| if profile.zeros == Empty::Suppress { 0 } else { least };
    let count = |values: Vec<u64>, least: u64| {
        let (least, values) = (least_of(least), lattice.add_up(&values));
        let floors: Vec<u64> = values.iter().take(lattice.own()).map(|value| *value.min(&least)).collect();
        let floors = lattice.add_up(&floors);
        let intervals = of_sensitive(sensitive, |_| of_count(profile));
        Layer { counts: true, values, floors, intervals }
    };
    let sum = |at: usize, values: Vec<u64>| {
        let values = lattice.add_up(&values);
        let interval = |cell: usize| {
            let largest = cells.get(cell).and_then(|cell| cell.largest.get(at).copied().flatten());
            of_sum(profile, values.get(cell).copied().unwrap_or(0), largest)
        };
        let intervals = of_sensitive(sensitive, interval);
        Layer { counts: false, floors: vec![0; values.len()], intervals, values }
    };
    // In units in which the whole table stays below 2^52, so that no margin overflows: a unit is next to nothing of it.
    let squares = |at: usize| {
        let of = move |cell: &Counted| match cell.figures.get(at) {
            Some(Figure::Variance(spread)) => Some(*spread),
            _ => None,
        };
        let all = own().filter_map(of).fold(0_u128, |all, spread| all.saturating_add(spread.squares));
        let unit = (all >> 52) + 1;
        let scaled = |cell| {
            let squares = of(cell).map_or(0, |spread| spread.squares).div_ceil(unit);
            u64::try_from(squares).unwrap_or(u64::MAX)
        };
        let values = lattice.add_up(&own().map(scaled).collect::<Vec<_>>());
        let interval = |place: usize| {
            let cell = cells.get(place);
            let largest = cell.and_then(|cell| cell.largest.get(at).copied().flatten());
            let value = values.get(place).copied().unwrap_or(0);
            of_squares(profile, value, largest, cell.and_then(of), unit)
        };
        let intervals = of_sensitive(sensitive, interval);
        Layer { counts: false, floors: vec![0; values.len()], intervals, values }
    };
    let mut layers = vec![count(own().map(|cell| cell.entities).collect(), 1)];
    for (at, measure) in measures.iter().enumerate() {
        let figures = || own().filter_map(move |cell| cell.figures.get(at));
        match measure {
            Measure::Count | Measure::Distinct => layers.push(count(figures().map(counted).collect(), 1)),
            Measure::Sum(_) => layers.push(sum(at, figures().map(summed).collect())),
            Measure::Mean(_) => {
                layers.push(sum(at, figures().map(summed).collect()));
                layers.push(count(figures().map(counted).collect(), 0));
            }
            Measure::Variance(_) => {
                layers.push(sum(at, figures().map(summed).collect()));
                layers.push(squares(at));
                layers.push(count(figures().map(counted).collect(), 0));
            }
        }
    }
    let mut different: Vec<Layer> = Vec::new();
    for layer in layers {
        if !different.contains(&layer) {
            different.push(layer);
        }
    }
    different
}

fn of_sensitive(sensitive: &[bool], interval: impl Fn(usize) -> Interval) -> Vec<Interval> {
    let of =
        |(cell, &sensitive): (usize, &bool)| if sensitive { interval(cell) } else { Interval::default() };
    sensitive.iter().enumerate().map(of).collect()
}

fn counted(figure: &Figure) -> u64 {
    match figure {
        Figure::Count(count) | Figure::Mean { over: count, .. } => *count,
        Figure::Variance(spread) => spread.over,
        _ => 0,
    }
}

fn summed(figure: &Figure) -> u64 {
    match figure {
        Figure::Sum(sum) | Figure::Mean { sum, .. } => sum.unsigned_abs(),
        Figure::Variance(spread) => spread.sum.unsigned_abs(),
        _ => 0,
    }
}
