//! Linear programming in exact integers: the largest value that a sum of unknowns can take when other sums of them are known
//! and none is below zero. Simplex by Bland's rule over a tableau with one denominator (Edmonds), so nothing is rounded.

/// A feasible system of equations over unknowns that are not below zero.
pub(crate) struct System {
    /// One row for each basic unknown, the right-hand side last; all over `denominator`.
    rows: Vec<Vec<i128>>,
    basis: Vec<usize>,
    denominator: i128,
    unknowns: usize,
}

impl System {
    /// Equations, each the unknowns that it adds up and their sum. They must have a solution.
    pub(crate) fn new(unknowns: usize, equations: &[(Vec<usize>, u64)]) -> Self {
        let width = unknowns + equations.len();
        let rows = equations.iter().enumerate().map(|(at, (added, sum))| {
            let mut row = vec![0_i128; width + 1];
            added.iter().for_each(|&unknown| row[unknown] += 1);
            row[unknowns + at] = 1;
            row[width] = i128::from(*sum);
            row
        });
        let basis = (unknowns..width).collect();
        let mut system = Self { rows: rows.collect(), basis, denominator: 1, unknowns: width };
        let aims: Vec<i128> = (0..width).map(|at| if at < unknowns { 0 } else { -1 }).collect();
        let left = system.maximise(&aims).expect("artificial unknowns are bounded");
        assert_eq!(left.0, 0, "the equations have a solution");
        // An artificial unknown that is left stands at zero: another takes its place, or its equation says nothing.
        for at in (0..system.rows.len()).rev() {
            if system.basis[at] < unknowns {
                continue;
            }
            match (0..unknowns).find(|&column| system.rows[at][column] != 0) {
                Some(column) => system.pivot(at, column),
                None => {
                    system.rows.remove(at);
                    system.basis.remove(at);
                }
            }
        }
        for row in &mut system.rows {
            row.drain(unknowns..width);
        }
        system.unknowns = unknowns;
        system
    }

    /// The least and the largest that these unknowns can add up to, rounded inwards; none where there is no largest.
    pub(crate) fn range(&mut self, added: &[usize]) -> (u64, Option<u64>) {
        let mut aims = vec![0; self.unknowns];
        added.iter().for_each(|&unknown| aims[unknown] += 1);
        let most = self.maximise(&aims).map(|(top, bottom)| u64::try_from(top.div_euclid(bottom)).unwrap());
        aims.iter_mut().for_each(|aim| *aim = -*aim);
        let (top, bottom) = self.maximise(&aims).expect("sums of unknowns are not below zero");
        (u64::try_from(-top.div_euclid(bottom)).unwrap(), most)
    }

    /// The largest value of the aims, as a fraction; none where there is none.
    fn maximise(&mut self, aims: &[i128]) -> Option<(i128, i128)> {
        let right = self.unknowns;
        loop {
            let basic = |at: usize| aims[self.basis[at]];
            let gain = |column: usize| {
                let spent: i128 = (0..self.rows.len()).map(|at| basic(at) * self.rows[at][column]).sum();
                aims[column] * self.denominator - spent
            };
            let Some(column) = (0..right).find(|&column| !self.basis.contains(&column) && gain(column) > 0)
            else {
                let value = (0..self.rows.len()).map(|at| basic(at) * self.rows[at][right]).sum();
                return Some((value, self.denominator));
            };
            let mut leaving: Option<usize> = None;
            for at in (0..self.rows.len()).filter(|&at| self.rows[at][column] > 0) {
                let better = leaving.is_none_or(|best| {
                    let one = self.rows[at][right] * self.rows[best][column];
                    let other = self.rows[best][right] * self.rows[at][column];
                    one < other || (one == other && self.basis[at] < self.basis[best])
                });
                if better {
                    leaving = Some(at);
                }
            }
            self.pivot(leaving?, column);
        }
    }

    fn pivot(&mut self, at: usize, column: usize) {
        if self.rows[at][column] < 0 {
            self.rows[at].iter_mut().for_each(|x| *x = -*x);
        }
        let by = self.rows[at][column];
        let pivot = self.rows[at].clone();
        for (other, row) in self.rows.iter_mut().enumerate() {
            let factor = row[column];
            if other != at {
                row.iter_mut().zip(&pivot).for_each(|(x, p)| *x = (*x * by - factor * p) / self.denominator);
            }
        }
        self.denominator = by;
        self.basis[at] = column;
    }
}

#[test]
fn ranges_of_small_systems_are_known() {
    // a + b = 10, b + c = 4.
    let mut system = System::new(3, &[(vec![0, 1], 10), (vec![1, 2], 4), (vec![0, 1], 10)]);
    assert_eq!(system.range(&[0]), (6, Some(10)));
    assert_eq!(system.range(&[1]), (0, Some(4)));
    assert_eq!(system.range(&[0, 1]), (10, Some(10)));
    assert_eq!(system.range(&[0, 2]), (6, Some(14)));
    // Every two of three add up to 3: each is one and a half, which no whole number is.
    let mut system = System::new(4, &[(vec![0, 1], 3), (vec![1, 2], 3), (vec![0, 2], 3)]);
    assert_eq!(system.range(&[0]), (2, Some(1)));
    assert_eq!(system.range(&[3]), (0, None));
}
