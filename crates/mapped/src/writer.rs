//! Writes a column item by item, in memory that does not grow with it.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::ColumnError;
use crate::header::{HEADER_BYTES, Header, Item};

/// Bytes that are written at once. The kernel keeps what is written in one piece as one, and may map all of it where a single item
/// is read later: pieces are as small as those that it maps in any case.
const PIECE_BYTES: usize = 64 * 1024;
/// Items pushed one by one that wait to be written together.
const PENDING_MAX: usize = 4096;

/// A column being written. Without [`ColumnWriter::finish`] the file is no column.
pub struct ColumnWriter<T: Item> {
    path: PathBuf,
    file: BufWriter<File>,
    version: u64,
    count: u64,
    checksum: crc32fast::Hasher,
    pending: Vec<T>,
}

impl<T: Item> ColumnWriter<T> {
    /// Starts `file`, replacing what is there.
    pub fn create(path: &Path, version: u64) -> Result<Self, ColumnError> {
        let file = File::create(path).map_err(ColumnError::disk(path))?;
        let mut file = BufWriter::with_capacity(PIECE_BYTES, file);
        file.write_all(&[0; HEADER_BYTES]).map_err(ColumnError::disk(path))?;
        let checksum = crc32fast::Hasher::new();
        let pending = Vec::with_capacity(PENDING_MAX);
        Ok(Self { path: path.to_owned(), file, version, count: 0, checksum, pending })
    }

    /// Items written so far.
    pub fn len(&self) -> u64 {
        self.count + self.pending.len() as u64
    }

    /// Whether nothing is written yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one item.
    pub fn push(&mut self, item: T) -> Result<(), ColumnError> {
        self.pending.push(item);
        if self.pending.len() < PENDING_MAX { Ok(()) } else { self.write_pending() }
    }

    /// Adds items.
    pub fn extend(&mut self, items: &[T]) -> Result<(), ColumnError> {
        self.write_pending()?;
        self.write(items)
    }

    fn write_pending(&mut self) -> Result<(), ColumnError> {
        let mut pending = std::mem::take(&mut self.pending);
        let written = self.write(&pending);
        pending.clear();
        self.pending = pending;
        written
    }

    fn write(&mut self, items: &[T]) -> Result<(), ColumnError> {
        let bytes = bytemuck::cast_slice(items);
        self.checksum.update(bytes);
        self.count += items.len() as u64;
        // Less than the buffer holds: what is as large goes past it, in one piece.
        let mut pieces = bytes.chunks(PIECE_BYTES / 4);
        pieces.try_for_each(|piece| self.file.write_all(piece)).map_err(ColumnError::disk(&self.path))
    }

    /// Writes the header: the file is a column then, and safely on the disk once its folder is synced.
    pub fn finish(mut self) -> Result<(), ColumnError> {
        self.write_pending()?;
        let header = Header {
            version: self.version,
            width: u32::try_from(size_of::<T>()).unwrap_or_default(),
            count: self.count,
            checksum: self.checksum.finalize(),
        };
        let mut put = || {
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&header.to_bytes())?;
            self.file.flush()
        };
        put().map_err(ColumnError::disk(&self.path))
    }
}
