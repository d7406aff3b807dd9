//! What is compared of the persons of a segment, as columns that are read in place: for each row a few numbers that lie together,
//! and every name once, under a number. A record is compared without decoding it, and a name once for each search, however many
//! records bear it.

use std::path::Path;

use linkage::name::NameMarks;
use linkage::person::{Borne, Facts, NameCounts, NameForm, PersonRecord};
use mapped::Column;

use super::verified::Verified;
use super::{IndexError, VERSION, file_error};

mod builder;

pub(super) use builder::{Arriving, PeopleBuilder};

/// Numbers of a row: facts; nationality and how many aliases; given and family name; where its aliases start.
const WIDTH: usize = 4;

/// The persons of one segment, row by row.
#[derive(Debug)]
struct People {
    rows: Column<u64>,
    /// Given and family name of every alias.
    aliases: Column<u32>,
    /// All names, one behind the other, and where each ends.
    texts: Column<u8>,
    ends: Column<u32>,
    /// What tells most names apart without reading them.
    marks: Column<u64>,
}

impl People {
    fn open(folder: &Path) -> Result<Self, IndexError> {
        let file = |part: &str| folder.join(format!("persons.{part}"));
        let people = Self {
            rows: Column::open(&file("compared"), VERSION)?,
            aliases: Column::open(&file("aliases"), VERSION)?,
            texts: Column::open(&file("texts"), VERSION)?,
            ends: Column::open(&file("ends"), VERSION)?,
            marks: Column::open(&file("marks"), VERSION)?,
        };
        let whole = people.rows.len().is_multiple_of(WIDTH)
            && people.aliases.len().is_multiple_of(2)
            && people.marks.len() == 2 * people.ends.len();
        let last = people.ends.last().map_or(0, |&end| end);
        if !whole || usize::try_from(last) != Ok(people.texts.len()) {
            return Err(file_error(folder, "the persons of the index do not have the expected shape"));
        }
        Ok(people)
    }

    fn row(&self, row: u32) -> Option<&[u64; WIDTH]> {
        self.rows.as_chunks().0.get(usize::try_from(row).ok()?)
    }

    fn text(&self, number: u32) -> &str {
        let find = || {
            let at = usize::try_from(number).ok()?;
            let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
            let span = usize::try_from(start).ok()?..usize::try_from(*self.ends.get(at)?).ok()?;
            std::str::from_utf8(self.texts.get(span)?).ok()
        };
        find().unwrap_or_default()
    }

    fn columns(&self) -> ([&Column<u64>; 2], [&Column<u32>; 2], &Column<u8>) {
        ([&self.rows, &self.marks], [&self.aliases, &self.ends], &self.texts)
    }
}

/// The persons of every segment, one upon the other: rows and names are numbered through, as in a [`super::stack::Stack`].
#[derive(Debug)]
pub(super) struct Crowd {
    /// Each with the numbers of its first row and of its first name.
    segments: Vec<(u32, u32, People)>,
}

impl Crowd {
    /// Opens those of the segments in `folders`.
    pub(super) fn open<'p>(folders: impl IntoIterator<Item = &'p Path>) -> Result<Self, IndexError> {
        let (mut first_row, mut first_name, mut segments) = (0_u32, 0_u32, Vec::new());
        for folder in folders {
            let people = People::open(folder)?;
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let next = (number(people.rows.len() / WIDTH), number(people.ends.len()));
            segments.push((first_row, first_name, people));
            first_row = first_row.saturating_add(next.0);
            first_name = first_name.saturating_add(next.1);
        }
        Ok(Self { segments })
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.segments.iter().map(|(_, _, people)| people.rows.len() / WIDTH).sum()
    }

    /// What is compared of a row.
    pub(super) fn person(&self, row: u32) -> Option<Compared<'_>> {
        let (first, first_name, people) = self.segments.iter().rev().find(|(first, _, _)| *first <= row)?;
        let numbers = *people.row(row - first)?;
        Some(Compared { numbers, first_name: *first_name, aliases: &people.aliases })
    }

    /// Each of `rows` with what is compared of it: all are read before any is compared.
    pub(super) fn persons(&self, rows: &[u32]) -> Vec<(u32, Compared<'_>)> {
        rows.iter().filter_map(|&row| Some((row, self.person(row)?))).collect()
    }

    /// The segment that has a name, and the name's number there.
    fn named(&self, number: u32) -> Option<(&People, u32)> {
        let (_, first, people) = self.segments.iter().rev().find(|(_, first, _)| *first <= number)?;
        Some((people, number - first))
    }

    /// The record of a row.
    pub(super) fn record(&self, row: u32) -> Option<PersonRecord> {
        let person = self.person(row)?;
        let forms = person
            .forms()
            .map(|form| form.map(|name| self.name(name)))
            .map(|[given, family]| NameForm { given, family });
        let named = forms.filter(|form| !form.given.is_empty() || !form.family.is_empty());
        Some(PersonRecord::stored(named, person.facts()))
    }

    /// Reads everything once and compares it with its checksums, but for files that are `known`.
    pub(super) fn verify(&self, known: &Verified) -> Result<(), IndexError> {
        for (_, _, people) in &self.segments {
            let (rows, numbers, texts) = people.columns();
            rows.into_iter().try_for_each(|column| known.check(column))?;
            known.check(texts)?;
            numbers.into_iter().try_for_each(|column| known.check(column))?;
        }
        Ok(())
    }

    /// Notes the files that were verified.
    pub(super) fn note(&self, known: &mut Verified) {
        for (_, _, people) in &self.segments {
            let (rows, numbers, texts) = people.columns();
            rows.into_iter().for_each(|column| known.add(column));
            known.add(texts);
            numbers.into_iter().for_each(|column| known.add(column));
        }
    }

    /// Lets the kernel read all rows, and the names: most of them will be looked at.
    pub(super) fn expect_all(&self) {
        for (_, _, people) in &self.segments {
            people.rows.expect_all();
            people.texts.expect_all();
            people.ends.expect_all();
        }
    }

    /// Gives the memory back that one part of so many of each column takes.
    pub(super) fn release(&self, part: usize, parts: usize) {
        for (_, _, people) in &self.segments {
            let (rows, numbers, texts) = people.columns();
            rows.into_iter().for_each(|column| column.release_part(part, parts));
            texts.release_part(part, parts);
            numbers.into_iter().for_each(|column| column.release_part(part, parts));
        }
    }
}

impl Crowd {
    /// The name that has a number.
    pub(super) fn name(&self, number: u32) -> &str {
        self.named(number).map_or("", |(people, number)| people.text(number))
    }

    /// How many persons bear each name, by its number, found out by so many threads. Found out for all before the first question: a
    /// name that was asked for before takes as long as one that never was.
    pub(super) fn borne(&self, counts: &NameCounts, threads: usize) -> Vec<Borne> {
        for (_, _, people) in &self.segments {
            people.texts.expect_all();
            people.ends.expect_all();
        }
        let names: usize = self.segments.iter().map(|(_, _, people)| people.ends.len()).sum();
        let mut borne = vec![Borne::default(); names];
        let part = names.div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            for (first, part) in (0_usize..).step_by(part).zip(borne.chunks_mut(part)) {
                scope.spawn(move || {
                    let numbers = u32::try_from(first).unwrap_or(u32::MAX)..;
                    numbers.zip(part).for_each(|(number, slot)| *slot = counts.borne(self.name(number)));
                });
            }
        });
        borne
    }

    /// What tells it apart from most others.
    pub(super) fn marks(&self, number: u32) -> NameMarks {
        let marks = self.named(number).and_then(|(people, number)| {
            people.marks.as_chunks().0.get(usize::try_from(number).ok()?).copied()
        });
        marks.map(NameMarks::from_bits).unwrap_or_default()
    }
}

/// What is compared of one person.
#[derive(Clone, Copy)]
pub(super) struct Compared<'a> {
    numbers: [u64; WIDTH],
    first_name: u32,
    aliases: &'a [u32],
}

impl<'a> Compared<'a> {
    /// All but the names.
    pub(super) fn facts(self) -> Facts {
        let [facts, rest, ..] = self.numbers;
        Facts::from_bits((facts, low(rest)))
    }

    /// Given and family name of the record's own, by number.
    pub(super) fn own(self) -> [u32; 2] {
        let [_, _, own, _] = self.numbers;
        [low(own), low(own >> 32)].map(|name| name.saturating_add(self.first_name))
    }

    /// The ways in which the person is named, each a given and a family name by number, the record's own first.
    pub(super) fn forms(self) -> impl Iterator<Item = [u32; 2]> + 'a {
        let [_, rest, _, start] = self.numbers;
        let (start, count) =
            (usize::try_from(start).unwrap_or(usize::MAX), usize::try_from(rest >> 32).unwrap_or(0));
        let aliases = self.aliases.as_chunks::<2>().0.get(start..).unwrap_or_default();
        let aliases = aliases.get(..count).unwrap_or_default();
        let first = self.first_name;
        let numbered = move |alias: &[u32; 2]| alias.map(|name| name.saturating_add(first));
        std::iter::once(self.own()).chain(aliases.iter().map(numbered))
    }
}

/// The lower half of two numbers that lie in one.
fn low(pair: u64) -> u32 {
    u32::try_from(pair & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}
