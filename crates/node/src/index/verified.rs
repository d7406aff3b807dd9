//! Which files were verified when an index that is still in use was opened: an epoch that shares them need not read them again, so
//! that taking up a change costs what changed.

use std::collections::BTreeSet;

use mapped::{Column, FileId, Item};

use super::IndexError;

/// Files that were compared with their checksums, and are held.
#[derive(Debug, Default)]
pub(super) struct Verified(BTreeSet<FileId>);

impl Verified {
    /// The file of a column besides.
    pub(super) fn add<T: Item>(&mut self, column: &Column<T>) {
        self.0.extend(column.file_id());
    }

    /// Compares a column with its checksum, unless its file is known.
    pub(super) fn check<T: Item>(&self, column: &Column<T>) -> Result<(), IndexError> {
        let known = column.file_id().is_some_and(|file| self.0.contains(&file));
        if known { Ok(()) } else { column.verify().map_err(Into::into) }
    }
}

#[cfg(test)]
mod tests {
    use mapped::{Column, ColumnWriter};

    use super::Verified;

    #[test]
    fn only_files_that_are_held_are_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["shared", "own"] {
            let mut column = ColumnWriter::<u32>::create(&path(name), 1).unwrap();
            column.extend(&[7; 1000]).unwrap();
            column.finish().unwrap();
        }
        std::fs::hard_link(path("shared"), path("linked")).unwrap();
        let open = |name: &str| Column::<u32>::open(&path(name), 1).unwrap();
        let (held, mut known) = (open("shared"), Verified::default());
        known.check(&held).unwrap();
        known.add(&held);
        // Both are damaged now, which only those tell who read them.
        for name in ["shared", "own"] {
            let mut bytes = std::fs::read(path(name)).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            std::fs::write(path(name), bytes).unwrap();
        }
        assert!(known.check(&open("linked")).is_ok());
        assert!(known.check(&open("own")).is_err());
        assert!(Verified::default().check(&open("linked")).is_err());
    }
}
