//! The figures of a table by their kinds, as an attacker would set up equations for them: entities, and every measure with
//! other figures; a mean is a sum and a count, a variance a sum of squares besides.

use model::Measure;
use model::reply::Figure;

use super::lattice::{Codes, Lattice, only};
use super::primary::{of_count, of_squares, of_sum, up_to_squares, up_to_sum};
use super::suppress::{Interval, Layer};
use crate::bundle::profile::{Empty, Profile};
use crate::findings::Counted;

/// Beyond every figure.
const FIGURE_MAX: u64 = 1 << 52;

/// The layers of a table. Margins are what their parts add up to, also where entities overlap: whoever has margins and
/// cells knows no more of cells than if margins were larger.
///
/// Where it is kept back whether anybody falls into a group, nothing of a sensitive cell is seen but that it is one: what is
/// suppressed for its protection, of cells that may be told, must not tell nobody from a few.
pub(super) fn layers(
    profile: &Profile,
    measures: &[Measure],
    lattice: &Lattice,
    cells: &[Counted],
    sensitive: &[bool],
) -> Vec<Layer> {
    let own = || cells.iter().take(lattice.own());
    let unseen = profile.zeros == Empty::Suppress;
    let count = |values: Vec<u64>, least: u64| {
        // A row that is there holds a record, unless combinations that hold none stand there too.
        let floors: Vec<u64> =
            values.iter().map(|value| if unseen { 0 } else { *value.min(&least) }).collect();
        let (values, floors) = (lattice.add_up(&values), lattice.add_up(&floors));
        let intervals = of_sensitive(sensitive, |_| of_count(profile));
        Layer { counts: true, unseen, values: seen(profile, &values, sensitive), floors, intervals }.settled()
    };
    let sum = |at: usize, values: Vec<u64>| {
        let values = lattice.add_up(&values);
        let most = unseen.then(|| ceilings(lattice, &values, sensitive));
        let interval = |cell: usize| {
            let of = |list: &[u64]| list.get(cell).copied().unwrap_or(0);
            let largest = cells.get(cell).and_then(|cell| cell.largest.get(at).copied().flatten());
            most.as_ref()
                .map_or_else(|| of_sum(profile, of(&values), largest), |most| up_to_sum(profile, of(most)))
        };
        let intervals = of_sensitive(sensitive, interval);
        let (values, floors) = (seen(profile, &values, sensitive), vec![0; values.len()]);
        Layer { counts: false, unseen, values, floors, intervals }.settled()
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
        let most = unseen.then(|| ceilings(lattice, &values, sensitive));
        let interval = |place: usize| {
            let of_place = |list: &[u64]| list.get(place).copied().unwrap_or(0);
            if let Some(most) = &most {
                return up_to_squares(profile, of_place(most));
            }
            let cell = cells.get(place);
            let largest = cell.and_then(|cell| cell.largest.get(at).copied().flatten());
            of_squares(profile, of_place(&values), largest, cell.and_then(of), unit)
        };
        let intervals = of_sensitive(sensitive, interval);
        let (values, floors) = (seen(profile, &values, sensitive), vec![0; values.len()]);
        Layer { counts: false, unseen, values, floors, intervals }.settled()
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

/// What is seen of these figures of all cells.
pub(super) fn seen(profile: &Profile, values: &[u64], sensitive: &[bool]) -> Vec<u64> {
    let unseen = profile.zeros == Empty::Suppress;
    values.iter().zip(sensitive).map(|(&value, &hidden)| if unseen && hidden { 0 } else { value }).collect()
}

/// For each sensitive cell the most that anybody can think it to be who knows all cells that may be told: what is left of the
/// smallest margin over it. A bound beyond all figures where no margin over it may be told.
fn ceilings(lattice: &Lattice, values: &[u64], sensitive: &[bool]) -> Vec<u64> {
    let at = |list: &[u64], node: usize| list.get(node).copied().unwrap_or(0);
    let is_sensitive = |node: usize| sensitive.get(node).copied().unwrap_or(true);
    let told: Vec<u64> =
        (0..lattice.own()).map(|node| if is_sensitive(node) { 0 } else { at(values, node) }).collect();
    let told = lattice.add_up(&told);
    let ceiling = |(node, codes): (usize, &Codes)| {
        let keyed = lattice.keyed(node);
        let over =
            (0..keyed).filter(|kept| kept & !keyed == 0).filter_map(|kept| lattice.at(&only(*codes, kept)));
        let left = over.filter(|&margin| !is_sensitive(margin));
        left.map(|margin| at(values, margin).saturating_sub(at(&told, margin))).min().unwrap_or(FIGURE_MAX)
    };
    lattice
        .nodes
        .iter()
        .enumerate()
        .map(|cell| if is_sensitive(cell.0) { ceiling(cell) } else { 0 })
        .collect()
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
