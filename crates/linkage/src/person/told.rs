//! Those candidates of one search that may be told, weighed. Most can't be told, nor make another less likely: they are known by
//! what they weigh at most, and their names are never compared.

use super::compare::{Bounds, ByNames, Glimpses};
use super::{Borne, Facts, NumberedName, PersonSubject, Weigher};
use crate::name::NameMarks;

/// How far a probability may depart from what it would be if every candidate were weighed.
pub const MAY_DIFFER: f64 = 0.001;

/// The candidates of one search, as they are stored.
pub trait Candidates {
    /// How many there are.
    fn count(&self) -> usize;

    /// All but the names of one.
    fn facts(&self, at: usize) -> Facts;

    /// The ways in which one is named, each a given and a family name by number, its own first. The same number always stands
    /// for the same name.
    fn forms(&self, at: usize) -> impl Iterator<Item = [u32; 2]>;

    /// The name that has a number.
    fn name(&self, number: u32) -> &str;

    /// Its marks. Those that say nothing are always true, and make the name be read.
    fn marks(&self, number: u32) -> NameMarks;

    /// How many records bear it: as [`super::NameCounts::borne`] tells, or by whatever remembers that.
    fn borne(&self, number: u32) -> Borne;
}

/// Candidates of which any may be as likely as `least`, each with its [`crate::Score::weight_bits`] and its place, the best
/// first; nothing where none is. The probabilities that follow from these weights alone depart by no more than [`MAY_DIFFER`] from
/// those that follow from all. Neither depends on the order of candidates.
pub fn told(subject: &PersonSubject, candidates: &impl Candidates, least: f64) -> Vec<(f64, usize)> {
    let confidence = subject.confidence();
    let hopeful = confidence.least_bits(least);
    let mut sieve = Sieve::of(subject, candidates);
    sieve.look_at_names(hopeful);
    sieve.weigh(hopeful);
    if sieve.weighed.iter().all(|(bits, _)| *bits < hopeful) {
        return Vec::new();
    }
    loop {
        let bits: Vec<f64> = sieve.weighed.iter().map(|(bits, _)| *bits).collect();
        let room = confidence.room(&bits, hopeful, MAY_DIFFER);
        while let Some(cut) = sieve.cut(room)
            && sieve.look_at_names(cut)
        {}
        match sieve.cut(room) {
            Some(cut) => sieve.weigh(cut),
            None => break,
        }
    }
    sieve.weighed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    sieve.weighed
}

/// A candidate that is not weighed.
#[derive(Clone, Copy)]
struct Waiting {
    /// What it weighs at most.
    most: f64,
    /// The same of all but its names.
    facts: ByNames,
    at: usize,
    /// Whether marks of its names have told what they can.
    looked_at: bool,
}

struct Sieve<'s, C> {
    candidates: &'s C,
    bounds: Bounds<'s>,
    weigher: Weigher<'s>,
    glimpses: Glimpses,
    waiting: Vec<Waiting>,
    weighed: Vec<(f64, usize)>,
    records: f64,
}

/// Candidates are told apart by steps of a quarter of a bit.
const STEPS_A_BIT: f64 = 4.0;

/// Steps from the least weight to the most: 64 bits either way.
const STEPS: usize = 512;

/// Fits are summed as whole numbers of so many parts of one, so that their order is all the same.
const PARTS: f64 = (1_u64 << 50) as f64;

impl<'s, C: Candidates> Sieve<'s, C> {
    fn of(subject: &'s PersonSubject, candidates: &'s C) -> Self {
        let (bounds, weigher) = (Bounds::of(subject), Weigher::new(subject));
        let waiting = |at| {
            let facts = bounds.of_facts(&weigher, candidates.facts(at));
            Waiting { most: bounds.by_facts(&facts), facts, at, looked_at: false }
        };
        Self {
            candidates,
            waiting: (0..candidates.count()).map(waiting).collect(),
            bounds,
            weigher,
            glimpses: Glimpses::default(),
            weighed: Vec::new(),
            records: subject.confidence().records().max(1) as f64,
        }
    }

    /// Looks at the marks of names of those that may weigh so much. Whether there were any.
    fn look_at_names(&mut self, least: f64) -> bool {
        let Self { candidates, bounds, weigher, glimpses, waiting, .. } = self;
        let (mut noted, mut any) = (Vec::with_capacity(waiting.len()), false);
        for one in waiting.iter().filter(|one| one.most >= least && !one.looked_at) {
            noted.extend(candidates.forms(one.at).map(|names| (one.at, glimpses.note(names))));
            any = true;
        }
        glimpses.look(
            |number| (candidates.marks(number), candidates.borne(number)),
            |number, (marks, borne), place| {
                bounds.placed(weigher, NumberedName { number, marks }, borne, place)
            },
        );
        let mut noted = noted.into_iter().peekable();
        for one in waiting.iter_mut().filter(|one| one.most >= least && !one.looked_at) {
            one.looked_at = true;
            let mut most = None;
            while let Some((_, slots)) = noted.next_if(|(at, _)| *at == one.at) {
                let Some(names) = glimpses.of(slots) else { continue };
                let bits = bounds.by_names(weigher, &one.facts, names, &|number| candidates.name(number));
                most = Some(most.map_or(bits, |most: f64| most.max(bits)));
            }
            // One without a name is as good as any.
            one.most = most.map_or(one.most, |most| one.most.min(most));
        }
        any
    }

    /// Weighs those that may weigh so much.
    fn weigh(&mut self, least: f64) {
        let Self { candidates, weigher, glimpses, waiting, weighed, .. } = self;
        waiting.retain(|one| {
            let wait = one.most < least;
            if !wait {
                let (forms, facts) = (candidates.forms(one.at), candidates.facts(one.at));
                let text = |number| candidates.name(number);
                weighed.push((weigher.weigh_glimpsed(forms, facts, text, glimpses), one.at));
            }
            wait
        });
    }

    /// The weight below which those that wait fit into `room` together; nothing where all do.
    fn cut(&self, room: f64) -> Option<f64> {
        let middle = STEPS / 2;
        let mut sums = [0_u64; STEPS];
        for one in &self.waiting {
            // Whole numbers by construction; the least is rounded up to one part.
            let step = (one.most * STEPS_A_BIT).floor() + middle as f64;
            let place = step.clamp(0.0, (STEPS - 1) as f64) as usize;
            let parts = (one.most.exp2() / self.records * PARTS).ceil() as u64;
            if let Some(sum) = sums.get_mut(place) {
                *sum = sum.saturating_add(parts);
            }
        }
        let room = (room * PARTS) as u64;
        let mut all = 0_u64;
        let over = sums.iter().position(|sum| {
            all = all.saturating_add(*sum);
            all > room
        });
        over.map(|place| match place {
            0 => f64::NEG_INFINITY,
            _ => (place as f64 - middle as f64) / STEPS_A_BIT,
        })
    }
}
