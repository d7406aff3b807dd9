//! Names follow traditions: given and family names are drawn together, so that both agreeing says less than the product
//! of their shares. A mixture of classes, each with its own names, is learned from pairs by expectation–maximisation.

use super::parts;
use crate::hash::KeyHasher;

/// Classes of the mixture. A tradition may take several, and small ones share one.
pub(super) const CLASSES: usize = 16;

/// Rounds of learning; more change little.
const ROUNDS: usize = 30;

/// Pairs learned from: of more, an even sample.
const PAIRS_MAX: usize = 500_000;

/// As if a name had been seen this often more, as evenly as all names: a name seen twice proves little.
const SEEN_BEFORE: f64 = 2.0;

/// Pairs are counted in so many parts side by side, and these added up: whatever the machine, the sums are the same.
const PARTS: usize = 2;

/// Pairs whose family names are read together.
const TOGETHER: usize = 32;

/// A weight or probability for each class, in one line of the processor's cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Classes([f32; CLASSES]);

/// The places of a given and a family name in their tables, and how often they stand together.
type Pair = (usize, usize, u32);

/// How the bearers of a name are spread over the classes, in parts of 255.
pub(super) type Spread = [u8; CLASSES];

/// Classes of given names and of family names, and how many records fall in each class.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Traditions {
    pub(super) given: Vec<Spread>,
    pub(super) family: Vec<Spread>,
    /// The share of records in each class, in parts of 255.
    pub(super) shares: Spread,
}

impl Traditions {
    /// Learns from pairs: the places of a given and a family name in their tables, and how often they stand together.
    pub(super) fn learn(givens: usize, families: usize, pairs: &[Pair]) -> Self {
        let step = pairs.len().div_ceil(PAIRS_MAX).max(1);
        let pairs: Vec<_> = pairs.iter().step_by(step).copied().collect();
        if pairs.is_empty() {
            return Self::default();
        }
        let mut model = Model::start(givens, families);
        let shared_out: Vec<_> = pairs.chunks(pairs.len().div_ceil(PARTS)).collect();
        // Room for the sums of each part, used again in every round.
        let mut sums = vec![model.clone(); shared_out.len()];
        for _ in 0..ROUNDS {
            model.improve(&shared_out, &mut sums);
        }
        let total: f32 = model.shares.0.iter().sum();
        let shares = model.shares.0.map(|share| f64::from(share / total));
        let spread = |names: &[Classes]| names.iter().map(|classes| spread(classes, &shares)).collect();
        Self {
            given: spread(&model.given),
            family: spread(&model.family),
            shares: shares.map(|share| parts(share).max(1)),
        }
    }

    /// How much more often the two names stand together than if they were drawn apart.
    pub(super) fn lift(&self, given: usize, family: usize) -> Option<f64> {
        Some(self.lift_between(self.given.get(given)?, self.family.get(family)?))
    }

    /// How much more often two given names stand beside each other than if they were drawn apart: those of one person follow one
    /// tradition.
    pub(super) fn lift_of_given(&self, first: usize, further: usize) -> Option<f64> {
        Some(self.lift_between(self.given.get(first)?, self.given.get(further)?))
    }

    fn lift_between(&self, a: &Spread, b: &Spread) -> f64 {
        let total = |spread: &Spread| spread.iter().map(|&part| f64::from(part)).sum::<f64>();
        let both: f64 = a
            .iter()
            .zip(b)
            .zip(&self.shares)
            .map(|((&a, &b), &share)| f64::from(a) * f64::from(b) / f64::from(share))
            .sum();
        both * total(&self.shares) / (total(a) * total(b))
    }
}

impl Traditions {
    /// How those who bear family names, each by its place and how many they are, are spread over the classes.
    pub(super) fn spread_of(&self, bearers: &[(usize, u32)]) -> Spread {
        let mut counts = Classes([0.0; CLASSES]);
        for &(family, times) in bearers {
            let Some(family) = self.family.get(family) else { continue };
            let total: f32 = family.iter().map(|&part| f32::from(part)).sum();
            for (count, &part) in counts.0.iter_mut().zip(family) {
                *count += times as f32 * f32::from(part) / total.max(1.0);
            }
        }
        let total: f64 = self.shares.iter().map(|&share| f64::from(share)).sum();
        spread(&counts, &self.shares.map(|share| f64::from(share) / total.max(1.0)))
    }

    /// How much more often those who are `spread` so bear this given and this family name than others do; nothing where
    /// neither name is known.
    pub(super) fn lift_of(&self, of: &Spread, given: Option<usize>, family: Option<usize>) -> Option<f64> {
        let given = given.and_then(|at| self.given.get(at));
        let family = family.and_then(|at| self.family.get(at));
        if given.is_none() && family.is_none() {
            return None;
        }
        let total = |spread: &Spread| spread.iter().map(|&part| f64::from(part)).sum::<f64>();
        let part = |spread: Option<&Spread>, class: usize| {
            spread.map(|spread| spread.get(class).copied().map_or(0.0, f64::from))
        };
        let (mut all, mut both) = (0.0, 0.0);
        for (class, (&share, &nationals)) in self.shares.iter().zip(of).enumerate() {
            // A class without records lifts nothing.
            let share = f64::from(share).max(1.0);
            let named = [part(given, class), part(family, class)].into_iter().flatten();
            let bearers = share * named.map(|part| part / share).product::<f64>();
            all += bearers;
            both += bearers * f64::from(nationals) / share;
        }
        let lift = both / all * total(&self.shares) / total(of);
        lift.is_finite().then_some(lift)
    }
}

/// The mixture while it is learned: expected counts.
#[derive(Clone)]
struct Model {
    given: Vec<Classes>,
    family: Vec<Classes>,
    shares: Classes,
}

impl Model {
    /// No two names alike, or no class would ever differ from another.
    fn start(givens: usize, families: usize) -> Self {
        let names = |tag: u8, length: usize| {
            (0..length).map(move |place| {
                let mut bits = KeyHasher::new(tag).bytes(place.to_le_bytes()).finish();
                Classes([(); CLASSES].map(|()| {
                    let part = bits & 0xf;
                    bits >>= 4;
                    1.0 + f32::from(u8::try_from(part).unwrap_or(0)) / 4.0
                }))
            })
        };
        Self {
            given: names(1, givens).collect(),
            family: names(2, families).collect(),
            shares: Classes([1.0; CLASSES]),
        }
    }

    /// One round: each pair is shared out over the classes as they are, then the classes are counted anew.
    fn improve(&mut self, parts: &[&[Pair]], sums: &mut [Self]) {
        let model = &*self;
        side_by_side(sums.iter_mut().zip(parts).map(|(sums, part)| move || sums.count(model, part)));
        let Some((first, others)) = sums.split_first() else { return };
        self.shares = others.iter().fold(first.shares, |sum, other| each(&sum, &other.shares, |a, b| a + b));
        let givens: Vec<&[Classes]> = others.iter().map(|sums| &*sums.given).collect();
        let families: Vec<&[Classes]> = others.iter().map(|sums| &*sums.family).collect();
        let given = pieces(&mut self.given, &first.given, &givens);
        let family = pieces(&mut self.family, &first.family, &families);
        side_by_side(given.zip(family).map(|(given, family)| {
            move || {
                given.add_up();
                family.add_up();
            }
        }));
    }

    /// Counts some of the pairs, shared out by `model`. Pairs of one given name stand together: its sums, and those of all, wait in
    /// registers.
    fn count(&mut self, model: &Self, pairs: &[Pair]) {
        self.given.fill(Classes([1e-6; CLASSES]));
        self.family.fill(Classes([1e-6; CLASSES]));
        let mut shares = Classes([1e-3; CLASSES]);
        for pairs in pairs.chunks(TOGETHER) {
            self.touch(model, pairs);
            for pairs in pairs.chunk_by(|a, b| a.0 == b.0) {
                let given = pairs.first().map_or(usize::MAX, |pair| pair.0);
                let (Some(a), Some(sums)) = (model.given.get(given), self.given.get_mut(given)) else {
                    continue;
                };
                let a = each(a, &model.shares, |a, b| a / b);
                let mut of_given = *sums;
                for &(_, family, times) in pairs {
                    let (Some(b), Some(sums)) = (model.family.get(family), self.family.get_mut(family))
                    else {
                        continue;
                    };
                    let parts = each(&a, b, |a, b| a * b);
                    let scale = times as f32 / sum(&parts).max(f32::MIN_POSITIVE);
                    let parts = Classes(parts.0.map(|part| part * scale));
                    of_given = each(&of_given, &parts, |sum, part| sum + part);
                    shares = each(&shares, &parts, |sum, part| sum + part);
                    *sums = each(sums, &parts, |sum, part| sum + part);
                }
                *sums = of_given;
            }
        }
        self.shares = shares;
    }

    /// Reads a little of what is known of each family name, so that memory is waited for together.
    fn touch(&self, model: &Self, pairs: &[Pair]) {
        let first = |names: &[Classes], family: usize| names.get(family).map_or(0.0, |classes| classes.0[0]);
        let read =
            pairs.iter().map(|&(_, family, _)| first(&model.family, family) + first(&self.family, family));
        std::hint::black_box(read.sum::<f32>());
    }
}

/// Does all of it at once, the last by this thread.
fn side_by_side(work: impl Iterator<Item: FnOnce() + Send>) {
    std::thread::scope(|scope| {
        let mut work = work.peekable();
        while let Some(some) = work.next() {
            if work.peek().is_none() {
                some();
            } else {
                scope.spawn(some);
            }
        }
    });
}

/// Some names, with what parts have counted of them.
struct Piece<'s> {
    sums: &'s mut [Classes],
    first: &'s [Classes],
    others: &'s [&'s [Classes]],
    /// The place of its first name.
    at: usize,
}

impl Piece<'_> {
    fn add_up(self) {
        for ((place, sum), first) in (self.at..).zip(self.sums).zip(self.first) {
            let others = self.others.iter().filter_map(|other| other.get(place));
            *sum = others.fold(*first, |sum, other| each(&sum, other, |a, b| a + b));
        }
    }
}

/// As many pieces as there are parts, the last ones empty where there are few names.
fn pieces<'s>(
    sums: &'s mut [Classes],
    first: &'s [Classes],
    others: &'s [&'s [Classes]],
) -> impl Iterator<Item = Piece<'s>> {
    let length = sums.len().div_ceil(PARTS).max(1);
    let mut sums = sums.chunks_mut(length);
    (0..PARTS).map(move |part| {
        let at = part * length;
        let first = first.get(at..).unwrap_or_default();
        Piece { sums: sums.next().unwrap_or_default(), first, others, at }
    })
}

/// Class by class.
fn each(a: &Classes, b: &Classes, with: impl Fn(f32, f32) -> f32) -> Classes {
    let mut out = [0.0; CLASSES];
    out.iter_mut().zip(a.0.iter().zip(b.0)).for_each(|(out, (&a, b))| *out = with(a, b));
    Classes(out)
}

/// Added up four by four, which a processor does at once.
fn sum(parts: &Classes) -> f32 {
    let (fours, _) = parts.0.as_chunks::<4>();
    let sums = fours.iter().fold([0.0_f32; 4], |mut sums, four| {
        sums.iter_mut().zip(four).for_each(|(sum, part)| *sum += part);
        sums
    });
    sums.iter().sum()
}

fn spread(counts: &Classes, shares: &[f64; CLASSES]) -> Spread {
    let seen: f64 = counts.0.iter().map(|&count| f64::from(count)).sum();
    let mut spread = [0; CLASSES];
    for (slot, (&count, share)) in spread.iter_mut().zip(counts.0.iter().zip(shares)) {
        *slot = parts((f64::from(count) + SEEN_BEFORE * share) / (seen + SEEN_BEFORE));
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::Traditions;

    #[test]
    fn names_of_one_tradition_are_tied_though_they_never_met() {
        // Four traditions of thirty given and sixty family names; a pair in three of each has been met.
        let name = |tradition: usize, place: usize, names: usize| tradition * names + place;
        let mut pairs = Vec::new();
        for tradition in 0..4 {
            for place in 0..30 * 60 {
                if place * 61 % 97 % 3 != 0 {
                    continue;
                }
                pairs.push((
                    name(tradition, place % 30, 30),
                    name(tradition, place / 30, 60),
                    1 + (place % 4) as u32,
                ));
            }
        }
        let traditions = Traditions::learn(120, 240, &pairs);
        let mean = |family: usize| {
            let lift = |place: usize| traditions.lift(name(1, place % 30, 30), name(family, place, 60));
            (0..60).filter_map(lift).sum::<f64>() / 60.0
        };
        let (within, across) = (mean(1), mean(3));
        assert!((2.0..6.0).contains(&within) && across < 0.5, "{within} {across}");
        assert!(Traditions::learn(0, 0, &[]) == Traditions::default());
    }
}
