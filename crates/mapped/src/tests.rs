//! Columns come back as they were written, and damage is an error, never a panic.

use std::fs;

use proptest::prelude::*;

use super::{Column, ColumnWriter, Item};

const VERSION: u64 = 7;

fn written<T: Item>(items: &[T]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("items");
    let mut writer = ColumnWriter::create(&path, VERSION).unwrap();
    let (one_by_one, together) = items.split_at(items.len() / 2);
    one_by_one.iter().for_each(|item| writer.push(*item).unwrap());
    writer.extend(together).unwrap();
    assert_eq!(writer.len(), items.len() as u64);
    writer.finish().unwrap();
    (folder, path)
}

fn check<T: Item + PartialEq + std::fmt::Debug>(items: &[T]) {
    let (_folder, path) = written(items);
    let column = Column::<T>::open(&path, VERSION).unwrap();
    assert_eq!(&*column, items);
    column.verify().unwrap();
    column.read_ahead();
    assert_eq!(&*column, items);
    column.release();
    assert_eq!(&*column, items);
    (0..5).for_each(|part| column.release_part(part, 3));
    assert_eq!(&*column, items);
}

proptest! {
    #[test]
    fn columns_come_back_as_written(wide: Vec<u64>, bytes: Vec<u8>) {
        check(&wide);
        check(&wide.iter().map(|&item| item as u32).collect::<Vec<u32>>());
        check(&wide.iter().map(|&item| item as u16).collect::<Vec<u16>>());
        check(&bytes);
    }

    #[test]
    fn any_changed_byte_is_found(items in prop::collection::vec(any::<u32>(), 1..50), at: prop::sample::Index, flip in 1..=255_u8) {
        let (_folder, path) = written(&items);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        *bytes.get_mut(at).unwrap() ^= flip;
        fs::write(&path, bytes).unwrap();
        prop_assert!(Column::<u32>::open(&path, VERSION).and_then(|column| column.verify()).is_err());
    }
}

#[test]
fn damage_is_found_wherever_it_lies_in_a_large_column() {
    let items: Vec<u32> = (0..2_500_000).collect();
    let (_folder, path) = written(&items);
    let column = Column::<u32>::open(&path, VERSION).unwrap();
    column.expect_all();
    column.verify().unwrap();
    column.verify_to_read().unwrap();
    assert!(*column == *items, "what was given back is read again");
    let whole = fs::read(&path).unwrap();
    for at in [32, (4 << 20) - 1, 4 << 20, (4 << 20) + 31, (4 << 20) + 32, (8 << 20) + 32, whole.len() - 1] {
        let mut bytes = whole.clone();
        *bytes.get_mut(at).unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        let damaged = Column::<u32>::open(&path, VERSION).unwrap();
        assert!(damaged.verify().is_err() && damaged.verify_to_read().is_err(), "{at}");
    }
}

#[test]
fn what_is_not_the_column_asked_for_is_refused_with_the_reason() {
    let (_folder, path) = written::<u32>(&[1, 2, 3]);
    let whole = fs::read(&path).unwrap();
    let cut = |to: usize| whole.get(..to).unwrap().to_vec();
    let longer = [&whole[..], &[0; 4]].concat();
    for (bytes, why) in [
        (cut(0), "cut short"),
        (cut(31), "cut short"),
        (cut(32), "length"),
        (cut(whole.len() - 1), "length"),
        (longer, "length"),
        ([b"PAR1", &whole[4..]].concat(), "not a column"),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = Column::<u32>::open(&path, VERSION).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("items"), "{error}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(Column::<u32>::open(&path, 8).unwrap_err().to_string().contains("version"));
    assert!(Column::<u64>::open(&path, VERSION).unwrap_err().to_string().contains("width"));
    let gone = Column::<u32>::open(&path.with_extension("gone"), VERSION).unwrap_err();
    assert!(matches!(gone, super::ColumnError::Disk { .. }), "{gone}");
}
