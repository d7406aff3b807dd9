//! Which rows of a table may not be told: the small ones, and others so that the small ones can't be recomputed.
//! Secondary suppression works as though every margin of the table were public.

use super::lines::Lines;
use super::rings::Slices;

/// What suppression weighs of a row. Rows come sorted by their keys, so that the outcome can't depend on the order
/// in which an engine found them.
pub(super) struct Body<'a> {
    /// The group.
    pub(super) keys: &'a [Option<String>],
    /// Distinct entities behind the row.
    pub(super) entities: u64,
    /// How many values stand behind each mean. None at all tells nobody's value.
    pub(super) values: Vec<u64>,
}

impl Body<'_> {
    fn is_small(&self, minimum: u64) -> bool {
        self.entities < minimum || self.values.iter().any(|&over| (1..minimum).contains(&over))
    }
}

/// Rounds after which everything is suppressed instead: each takes milliseconds, and tables settle in a handful.
const ROUNDS_MAX: usize = 100;

/// For each row, whether it is suppressed.
///
/// Two controls take turns until neither finds anything to do. Lines see to it that no margin leaves one row or too
/// few entities in the dark; rings, that margins combined don't either. Both only ever suppress more.
pub(super) fn suppress(rows: &[Body<'_>], minimum: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = rows.iter().map(|row| row.is_small(minimum)).collect();
    if !hidden.contains(&true) {
        return hidden;
    }
    let codes = Codes::of(rows);
    let lines = Lines::of(rows, &codes, minimum);
    let slices = Slices::of(rows, &codes, minimum);
    for _ in 0..ROUNDS_MAX {
        let by_lines = lines.suppress(rows, minimum, &mut hidden);
        let by_rings = slices.suppress(&mut hidden);
        if !by_lines && !by_rings {
            return hidden;
        }
    }
    vec![true; rows.len()]
}

/// The rows' keys as small numbers, one list for each dimension.
pub(super) struct Codes {
    by_dimension: Vec<Vec<usize>>,
}

impl Codes {
    fn of(rows: &[Body<'_>]) -> Self {
        let dimensions = rows.first().map_or(0, |row| row.keys.len());
        let by_dimension = (0..dimensions)
            .map(|dimension| {
                let mut seen = std::collections::BTreeMap::new();
                rows.iter()
                    .map(|row| {
                        let next = seen.len();
                        *seen.entry(row.keys.get(dimension)).or_insert(next)
                    })
                    .collect()
            })
            .collect();
        Self { by_dimension }
    }

    pub(super) fn dimensions(&self) -> usize {
        self.by_dimension.len()
    }

    /// The code of `row` in `dimension`.
    pub(super) fn code(&self, dimension: usize, row: usize) -> usize {
        self.by_dimension.get(dimension).and_then(|codes| codes.get(row)).copied().unwrap_or(0)
    }

    /// The rows gathered by their codes in the dimensions that `keep` picks; each gathering in the order of rows.
    pub(super) fn gather(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let kept: Vec<&Vec<usize>> =
            self.by_dimension.iter().enumerate().filter(|(d, _)| keep(*d)).map(|(_, codes)| codes).collect();
        let mut gathered = std::collections::BTreeMap::<Vec<usize>, Vec<usize>>::new();
        for row in 0..self.by_dimension.first().map_or(0, Vec::len) {
            let key = kept.iter().filter_map(|codes| codes.get(row).copied()).collect();
            gathered.entry(key).or_default().push(row);
        }
        gathered.into_values().collect()
    }
}
