//! Brings equal changes together: situations that differ in one respect only, and change alike, become one row that says
//! `any` there, or which. What a custodian reads is as short as the change, however many situations were tried.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Change, Direction, Subject};

/// Where a situation stands: force, unit, rank, vetting, purpose, circumstances, question.
pub(super) type Place = [String; 7];
/// In how many respects rows differ: the place, and the records.
const RESPECTS: usize = 8;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Same {
    subject: Subject,
    direction: Direction,
    before: String,
    after: String,
}

/// Changes, not yet brought together.
#[derive(Default)]
pub(super) struct Boxes {
    words: Words,
    changes: BTreeMap<Same, Vec<[u32; RESPECTS]>>,
    /// Everything that was tried in each respect of a place.
    tried: [BTreeSet<u32>; RESPECTS],
    /// The kinds of records that were weighed for each question.
    weighed: HashMap<u32, BTreeSet<u32>>,
}

/// The respects of a question and of the records.
const QUESTION: usize = RESPECTS - 2;
const RECORDS: usize = RESPECTS - 1;

impl Boxes {
    /// A kind of record was weighed here, changed or not.
    pub(super) fn meet(&mut self, place: &Place, records: &str) {
        self.point(place, Some(records));
    }

    /// Something changes here.
    pub(super) fn add(
        &mut self,
        subject: Subject,
        direction: Direction,
        place: &Place,
        records: Option<&str>,
        before: String,
        after: String,
    ) {
        let point = self.point(place, records);
        self.changes.entry(Same { subject, direction, before, after }).or_default().push(point);
    }

    fn point(&mut self, place: &Place, records: Option<&str>) -> [u32; RESPECTS] {
        let words = place.iter().map(String::as_str).chain([records.unwrap_or_default()]);
        let mut point = [0; RESPECTS];
        for ((at, word), tried) in point.iter_mut().zip(words).zip(&mut self.tried) {
            *at = self.words.number(word);
            tried.insert(*at);
        }
        if records.is_some() {
            let [.., question, kind] = point;
            self.weighed.entry(question).or_default().insert(kind);
        }
        point
    }

    /// The rows.
    pub(super) fn rows(self) -> Vec<Change> {
        let Self { words, changes, mut tried, weighed } = self;
        let mut rows = Vec::new();
        for (same, points) in changes {
            for (sets, situations) in gather(points) {
                // Which kinds of records there are depends on what is asked about.
                if let (Some(tried), Some(questions)) = (tried.get_mut(RECORDS), sets.get(QUESTION)) {
                    *tried = questions
                        .iter()
                        .filter_map(|question| weighed.get(question))
                        .flatten()
                        .copied()
                        .collect();
                }
                let mut told = sets.iter().zip(&tried).map(|(set, tried)| words.told(set, tried));
                let mut next = || told.next().unwrap_or_default();
                let [force, unit, rank, vetting, purpose, circumstances, question] =
                    [next(), next(), next(), next(), next(), next(), next()];
                let records = if same.subject == Subject::Records { next() } else { String::new() };
                rows.push(Change {
                    subject: same.subject,
                    direction: same.direction,
                    force,
                    unit,
                    rank,
                    vetting,
                    purpose,
                    circumstances,
                    question,
                    records,
                    before: same.before.clone(),
                    after: same.after.clone(),
                    situations,
                });
            }
        }
        rows
    }
}

/// Points brought together into boxes, each a set in every respect, with how many points it holds.
fn gather(points: Vec<[u32; RESPECTS]>) -> Vec<(Vec<BTreeSet<u32>>, usize)> {
    // Sets have numbers too, so that boxes are compared fast.
    let mut sets = Sets::default();
    let mut boxes: BTreeSet<[u32; RESPECTS]> =
        points.into_iter().map(|point| point.map(|word| sets.number([word].into()))).collect();
    loop {
        let before = boxes.len();
        // The records first: of these there are the most.
        for respect in (0..RESPECTS).rev() {
            let mut alike: BTreeMap<[u32; RESPECTS], BTreeSet<u32>> = BTreeMap::new();
            for found in boxes {
                let mut others = found;
                let mut own = 0;
                if let Some(at) = others.get_mut(respect) {
                    own = std::mem::replace(at, u32::MAX);
                }
                alike.entry(others).or_default().extend(sets.of(own));
            }
            boxes = alike
                .into_iter()
                .map(|(mut others, union)| {
                    if let Some(at) = others.get_mut(respect) {
                        *at = sets.number(union);
                    }
                    others
                })
                .collect();
        }
        if boxes.len() == before {
            break;
        }
    }
    let whole = |found: [u32; RESPECTS]| {
        let sets: Vec<BTreeSet<u32>> = found.iter().map(|&set| sets.of(set).clone()).collect();
        let situations = sets.iter().map(BTreeSet::len).product();
        (sets, situations)
    };
    boxes.into_iter().map(whole).collect()
}

/// Sets by number.
#[derive(Default)]
struct Sets {
    known: Vec<BTreeSet<u32>>,
    numbers: HashMap<BTreeSet<u32>, u32>,
}

static NONE: BTreeSet<u32> = BTreeSet::new();

impl Sets {
    fn number(&mut self, set: BTreeSet<u32>) -> u32 {
        if let Some(&known) = self.numbers.get(&set) {
            return known;
        }
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    fn of(&self, number: u32) -> &BTreeSet<u32> {
        usize::try_from(number).ok().and_then(|at| self.known.get(at)).unwrap_or(&NONE)
    }
}

/// Words by number, in the order in which they were met.
#[derive(Default)]
struct Words {
    known: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&known) = self.numbers.get(word) {
            return known;
        }
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }

    fn word(&self, number: u32) -> &str {
        usize::try_from(number).ok().and_then(|at| self.known.get(at)).map_or("", String::as_str)
    }

    /// A set in words: what it holds, or what it leaves out where that is shorter.
    fn told(&self, set: &BTreeSet<u32>, tried: &BTreeSet<u32>) -> String {
        let names = |set: &mut dyn Iterator<Item = &u32>| {
            let word =
                |&number: &u32| usize::try_from(number).ok().and_then(|at| self.known.get(at)).cloned();
            set.filter_map(word).collect::<Vec<_>>().join("; ")
        };
        // Questions come in two kinds, and what holds for one of them whole is said so.
        for (kind, all) in [("search ", "any search"), ("table ", "any table")] {
            let of_kind = |number: &&u32| self.word(**number).starts_with(kind);
            if set.len() > 1
                && set.iter().all(|number| of_kind(&number))
                && tried.iter().filter(of_kind).count() == set.len()
            {
                return all.to_owned();
            }
        }
        let left: BTreeSet<&u32> = tried.iter().filter(|word| !set.contains(word)).collect();
        if tried.len() > 1 && left.is_empty() {
            return "any".to_owned();
        }
        if left.len() < set.len() && set.len() > 2 {
            return format!("any but {}", names(&mut left.into_iter()));
        }
        names(&mut set.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::gather;

    /// Every combination of these numbers in the first three respects.
    fn block(one: &[u32], two: &[u32], three: &[u32]) -> Vec<[u32; 8]> {
        let mut points = Vec::new();
        for &one in one {
            for &two in two {
                points.extend(three.iter().map(|&three| [one, two, three, 0, 0, 0, 0, 0]));
            }
        }
        points
    }

    #[test]
    fn equal_changes_become_one_row_and_none_is_lost_or_added() {
        for (points, expected) in [
            (block(&[1, 2, 3], &[4, 5], &[6, 7, 8]), 1),
            ([block(&[1, 2], &[4], &[6]), block(&[1, 2], &[5], &[7])].concat(), 2),
            ([block(&[1, 2, 3], &[4, 5], &[6]), block(&[3], &[4, 5], &[7])].concat(), 2),
            (vec![[1; 8]], 1),
        ] {
            let boxes = gather(points.clone());
            assert_eq!(boxes.len(), expected, "{boxes:?}");
            let mut back: Vec<[u32; 8]> = Vec::new();
            for (sets, situations) in &boxes {
                let held: Vec<&[u32; 8]> = points
                    .iter()
                    .filter(|point| point.iter().zip(sets).all(|(at, set)| set.contains(at)))
                    .collect();
                assert_eq!(held.len(), *situations);
                back.extend(held);
            }
            back.sort_unstable();
            let mut points = points;
            points.sort_unstable();
            assert_eq!(back, points, "each stands in one box");
        }
    }
}
