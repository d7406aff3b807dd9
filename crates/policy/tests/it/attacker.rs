//! Somebody who combines what was released with margins of the exact table.
//! Knows linear algebra; does not reckon with counts being whole numbers and never negative.

use std::collections::{BTreeMap, BTreeSet};

/// What somebody knows who has the release and margins of the exact table.
pub(crate) struct Attacker {
    cells: usize,
    /// Margins, as the cells that each adds up.
    pub(crate) lines: Vec<Vec<usize>>,
}

impl Attacker {
    /// Knows every margin, or every one that reaches `least`. Those below it are told together, as the difference
    /// of the whole to the others.
    pub(crate) fn with_margins(cells: &[(Vec<usize>, u64)], least: u64) -> Self {
        let dimensions = cells.first().map_or(0, |(codes, _)| codes.len());
        let mut lines = Vec::new();
        for kept in 0..(1_usize << dimensions).saturating_sub(1) {
            let mut gathered: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
            for (at, (codes, _)) in cells.iter().enumerate() {
                let key =
                    codes.iter().enumerate().filter(|(d, _)| kept >> d & 1 == 1).map(|(_, c)| *c).collect();
                gathered.entry(key).or_default().push(at);
            }
            lines.extend(gathered.into_values());
        }
        lines.retain(|line| line.iter().map(|&at| cells[at].1).sum::<u64>() >= least);
        Self { cells: cells.len(), lines }
    }

    /// The unknown cells that linear algebra determines: those that stand alone in a row of the reduced system.
    pub(crate) fn computes(&self, unknown: &BTreeSet<usize>) -> BTreeSet<usize> {
        const PRIME: i64 = 1_000_003;
        let place: BTreeMap<usize, usize> =
            unknown.iter().enumerate().map(|(column, &at)| (at, column)).collect();
        let mut system: Vec<Vec<i64>> = self
            .lines
            .iter()
            .map(|line| {
                let mut row = vec![0; unknown.len()];
                line.iter().filter_map(|at| place.get(at)).for_each(|&column| row[column] = 1);
                row
            })
            .collect();
        let mut done = 0;
        for column in 0..unknown.len() {
            let Some(pivot) = (done..system.len()).find(|&row| system[row][column] != 0) else { continue };
            system.swap(done, pivot);
            let scale = inverse(system[done][column], PRIME);
            system[done].iter_mut().for_each(|x| *x = *x * scale % PRIME);
            let reduced = system[done].clone();
            for (at, row) in system.iter_mut().enumerate() {
                let factor = row[column];
                if at != done && factor != 0 {
                    row.iter_mut().zip(&reduced).for_each(|(x, r)| *x = (*x - factor * r).rem_euclid(PRIME));
                }
            }
            done += 1;
        }
        let cells: Vec<usize> = unknown.iter().copied().collect();
        system
            .iter()
            .filter(|row| row.iter().filter(|&&x| x != 0).count() == 1)
            .map(|row| cells[row.iter().position(|&x| x != 0).unwrap()])
            .collect()
    }

    /// The unknown cells that fall to subtraction along one line after another.
    pub(crate) fn peels(&self, unknown: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut left = unknown.clone();
        while let Some(at) = self.lines.iter().find_map(|line| {
            let mut dark = line.iter().filter(|at| left.contains(at));
            dark.next().filter(|_| dark.next().is_none()).copied()
        }) {
            left.remove(&at);
        }
        unknown.difference(&left).copied().collect()
    }

    pub(crate) fn everything(&self) -> BTreeSet<usize> {
        (0..self.cells).collect()
    }
}

fn inverse(x: i64, prime: i64) -> i64 {
    let (mut base, mut power, mut result) = (x.rem_euclid(prime), prime - 2, 1);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        power >>= 1;
    }
    result
}
