//! Writes what is compared of the persons of a segment. Rows arrive in the order of their file and are laid down in that of their
//! labels at the end; until then they lie on the disk.

use std::path::{Path, PathBuf};

use linkage::name::NameMarks;
use linkage::person::{Facts, NameTable, PersonRecord};
use mapped::{Column, ColumnWriter};

use super::super::{IndexError, VERSION, file_error};
use super::WIDTH;

/// Persons made ready to be written, by any thread: their names by numbers of their own.
#[derive(Default)]
pub(in crate::index) struct Arriving {
    names: NameTable,
    persons: Vec<Arrived>,
    aliases: Vec<[u32; 2]>,
    /// Whether there was no room for a name, beyond four gigabytes of them.
    full: bool,
}

struct Arrived {
    facts: Facts,
    own: [u32; 2],
    aliases: u32,
}

impl Arriving {
    /// Adds a person.
    pub(in crate::index) fn add(&mut self, person: &PersonRecord) {
        let before = self.aliases.len();
        let mut forms = person.name_forms();
        let own = forms.next().map_or([""; 2], |form| [form.given, form.family]);
        let own = own.map(|name| self.number(name));
        for form in forms {
            let alias = [form.given, form.family].map(|name| self.number(name));
            self.aliases.push(alias);
        }
        let aliases = u32::try_from(self.aliases.len() - before).unwrap_or(0);
        self.persons.push(Arrived { facts: Facts::of(person.view()), own, aliases });
    }

    fn number(&mut self, name: &str) -> u32 {
        let number = self.names.number(name);
        self.full |= number.is_none();
        number.unwrap_or(u32::MAX)
    }
}

/// The persons of a segment on their way to the disk.
pub(in crate::index) struct PeopleBuilder {
    folder: PathBuf,
    names: NameTable,
    arrived: ColumnWriter<u64>,
    aliases: ColumnWriter<u32>,
}

impl PeopleBuilder {
    /// Starts in `folder`.
    pub(in crate::index) fn create(folder: &Path) -> Result<Self, IndexError> {
        Ok(Self {
            folder: folder.to_owned(),
            names: NameTable::new(),
            arrived: ColumnWriter::create(&file(folder, "arrived"), VERSION)?,
            aliases: ColumnWriter::create(&file(folder, "aliases"), VERSION)?,
        })
    }

    /// Adds persons. The same ones in the same order give the same bytes.
    pub(in crate::index) fn append(&mut self, arriving: &Arriving) -> Result<(), IndexError> {
        let full = || {
            file_error(
                &self.folder,
                "more names than an index can hold: split the records over several nodes",
            )
        };
        let names = (0..)
            .take(arriving.names.ends().len())
            .map(|number| self.names.number(arriving.names.name(number)));
        let numbers: Option<Vec<u32>> = names.collect();
        let numbers = numbers.filter(|_| !arriving.full).ok_or_else(full)?;
        let numbered = |name: u32| {
            usize::try_from(name).ok().and_then(|at| numbers.get(at)).copied().unwrap_or(u32::MAX)
        };
        let mut start = self.aliases.len() / 2;
        for &Arrived { facts, own, aliases } in &arriving.persons {
            let (facts, nationality) = facts.to_bits();
            let [given, family] = own.map(numbered);
            for number in [facts, pair(nationality, aliases), pair(given, family), start] {
                self.arrived.push(number)?;
            }
            start += u64::from(aliases);
        }
        for name in arriving.aliases.iter().flatten() {
            self.aliases.push(numbered(*name))?;
        }
        Ok(())
    }

    /// Lays the rows down: the one that arrived first at the first of `rows`, and so on.
    pub(in crate::index) fn finish(self, rows: &[u32]) -> Result<(), IndexError> {
        let Self { folder, names, arrived, aliases } = self;
        arrived.finish()?;
        aliases.finish()?;
        let path = file(&folder, "arrived");
        let arrived = Column::<u64>::open(&path, VERSION)?;
        let mut order = vec![0_usize; rows.len()];
        for (at, &row) in rows.iter().enumerate() {
            if let Some(slot) = usize::try_from(row).ok().and_then(|row| order.get_mut(row)) {
                *slot = at;
            }
        }
        let mut compared = ColumnWriter::<u64>::create(&file(&folder, "compared"), VERSION)?;
        for at in order {
            let numbers = arrived.as_chunks::<WIDTH>().0.get(at);
            let numbers = numbers.ok_or_else(|| file_error(&path, "a person was lost"))?;
            numbers.iter().try_for_each(|&number| compared.push(number))?;
        }
        compared.finish()?;
        let mut texts = ColumnWriter::<u8>::create(&file(&folder, "texts"), VERSION)?;
        texts.extend(names.texts().as_bytes())?;
        texts.finish()?;
        let mut ends = ColumnWriter::<u32>::create(&file(&folder, "ends"), VERSION)?;
        ends.extend(names.ends())?;
        ends.finish()?;
        let mut marks = ColumnWriter::<u64>::create(&file(&folder, "marks"), VERSION)?;
        for number in (0..).take(names.ends().len()) {
            marks.extend(&NameMarks::of(names.name(number)).to_bits())?;
        }
        marks.finish()?;
        drop(arrived);
        std::fs::remove_file(&path).map_err(|error| file_error(&path, &error.to_string()))
    }
}

fn file(folder: &Path, part: &str) -> PathBuf {
    folder.join(format!("persons.{part}"))
}

/// Two numbers in one, the first in its lower half.
fn pair(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}
