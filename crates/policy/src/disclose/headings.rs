//! The headings of a table. A word of a closed list or a period of the calendar says nothing by itself; free text that only a
//! few records share can name a person, a place or a source, even beside a suppressed figure. And where a profile keeps to
//! itself whether anybody falls into a group, which headings stand there must not depend on groups that may not be told.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use model::schema::ColumnType;
use model::tabulation::{TOTAL, WITHHELD};
use model::{Dimension, Grain, Tabulation};

use super::domain::{Key, can_be_null, closed};
use super::periods::Grid;
use super::possible::{may_hold, named};
use crate::findings::Counted;

/// For each dimension the keys that are told; none where all are.
pub(super) struct Headings(Vec<Option<BTreeSet<Key>>>);

impl Headings {
    /// What was found, but for free text that no group of `minimum` or more bears.
    pub(super) fn found(tabulation: &Tabulation, own: &[Counted], minimum: u64) -> Self {
        let told = |(place, dimension)| {
            let texts = is_text(tabulation, dimension).then(|| shared(tabulation, own, place, minimum));
            texts.map(|texts| texts.into_iter().map(Some).chain([None, withheld()]).collect())
        };
        Self(tabulation.by().iter().enumerate().map(told).collect())
    }

    /// What may be known whether or not anybody is there, in full, and what groups of `minimum` or more bear; none where these
    /// make more than `most` rows, of totals too where these are asked for.
    ///
    /// Words of closed lists, and periods between two ends, each end set by the filter or by the outermost period that
    /// may be told; free text as the filter names it or as it may be told. What lies elsewhere is withheld.
    pub(super) fn always(
        tabulation: &Tabulation,
        own: &[Counted],
        minimum: u64,
        most: usize,
    ) -> Option<Self> {
        let mut rows = 1_usize;
        let mut told = Vec::with_capacity(tabulation.by().len());
        for (place, dimension) in tabulation.by().iter().enumerate() {
            let keys = keys(tabulation, dimension, &|| shared(tabulation, own, place, minimum), most)?;
            rows = rows.checked_mul(keys.len() + usize::from(tabulation.totals()))?;
            told.push(Some(keys));
        }
        (rows <= most).then_some(Self(told))
    }

    /// The keys of each dimension, where all are known.
    pub(super) fn lists(&self) -> Option<Vec<Vec<Key>>> {
        self.0.iter().map(|keys| Some(keys.as_ref()?.iter().cloned().collect())).collect()
    }

    /// Puts a mark in the place of a group's keys that may not be told; says whether each has a heading then.
    pub(super) fn mark(&self, group: &mut Counted) -> bool {
        let together = &group.together;
        let dimensions = group.keys.iter_mut().zip(&self.0).enumerate();
        dimensions.filter(|(place, _)| !together.contains(place)).fold(true, |sound, (_, (key, told))| {
            let Some(told) = told.as_ref().filter(|told| !told.contains(key)) else { return sound };
            *key = withheld();
            sound && told.contains(key)
        })
    }
}

/// The keys of one dimension that stand there whether or not anybody does. `shared` are those that may be told; of more than
/// `most` none is given.
fn keys(
    tabulation: &Tabulation,
    dimension: &Dimension,
    shared: &dyn Fn() -> BTreeSet<String>,
    most: usize,
) -> Option<BTreeSet<Key>> {
    let column = dimension.column.as_str();
    let may = |held: Option<&str>| tabulation.filter().is_none_or(|filter| may_hold(filter, column, held));
    if let Some(words) = closed(tabulation.dataset(), dimension) {
        return Some(words.into_iter().filter(|word| may(word.as_deref())).collect());
    }
    let null = (can_be_null(tabulation.dataset(), dimension) && may(None)).then_some(None);
    let (texts, all): (Vec<String>, bool) = match Grid::of(dimension.grain) {
        Some(grid) => {
            let ends = tabulation.filter().map_or([None, None], |filter| grid.ends(filter, column));
            let numbers = between(ends, shared().iter().filter_map(|key| grid.number(key)));
            let many = numbers.as_ref().map_or(0, |numbers| numbers.end().saturating_sub(*numbers.start()));
            if usize::try_from(many).is_ok_and(|many| many >= most) {
                return None;
            }
            let keys = numbers.into_iter().flatten().map(|number| grid.key(number));
            (keys.collect(), ends.iter().all(Option::is_some))
        }
        None => match tabulation.filter().and_then(|filter| beginnings(dimension, named(filter, column)?)) {
            Some(named) => {
                let (marks, texts): (Vec<_>, Vec<_>) = named.into_iter().partition(|text| is_mark(text));
                (texts, marks.is_empty())
            }
            None => (shared().into_iter().collect(), false),
        },
    };
    let texts = texts.into_iter().map(Some);
    Some(texts.chain(null).chain((!all).then(withheld)).collect())
}

/// Texts as a dimension tells them; none where it tells more of them than is named.
fn beginnings(dimension: &Dimension, named: BTreeSet<String>) -> Option<BTreeSet<String>> {
    let Grain::Prefix(letters) = dimension.grain else { return Some(named) };
    let letters = usize::from(letters);
    let beginning = |text: String| {
        (text.chars().count() >= letters).then(|| text.chars().take(letters).collect::<String>())
    };
    named.into_iter().map(beginning).collect()
}

/// The numbers between two ends, each as it is set or else as the outermost of those `told`.
fn between(ends: [Option<i64>; 2], told: impl Iterator<Item = i64> + Clone) -> Option<RangeInclusive<i64>> {
    let [first, last] = ends;
    Some(first.or_else(|| told.clone().min())?..=last.or_else(|| told.max())?)
}

/// The texts of a dimension that some group of `minimum` or more bears.
fn shared(tabulation: &Tabulation, own: &[Counted], place: usize, minimum: u64) -> BTreeSet<String> {
    let large = own.iter().filter(|group| group.fewest(tabulation.path()) >= minimum);
    // Many groups bear the same text.
    let texts: HashSet<&String> = large.filter_map(|group| group.keys.get(place)?.as_ref()).collect();
    // A value in the form of a mark would be taken for the mark.
    texts.into_iter().filter(|text| !is_mark(text)).cloned().collect()
}

fn is_text(tabulation: &Tabulation, dimension: &Dimension) -> bool {
    tabulation.column(&dimension.column).is_some_and(|column| column.holds == ColumnType::Text)
}

fn is_mark(text: &str) -> bool {
    [TOTAL, WITHHELD].contains(&text)
}

fn withheld() -> Key {
    Some(WITHHELD.to_owned())
}
