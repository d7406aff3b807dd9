//! A column file mapped into memory and read as a slice.
//! The only unsafe calls of the workspace are here, each with its reason.

use std::fs::File;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::ColumnError;
use crate::header::{HEADER_BYTES, Header, Item};

/// Bytes that are looked at before they are given back, while the next ones are read.
const PIECE_BYTES: usize = 4 << 20;

/// A column of numbers, read in place. Cheap to share behind an `Arc`; unmapped when dropped.
pub struct Column<T: Item> {
    file: PathBuf,
    map: Mmap,
    header: Header,
    id: Option<FileId>,
    items: PhantomData<T>,
}

/// Which file a column lies in, whatever it is called. As long as one column holds it, no other file has its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    /// Nothing where the system does not tell.
    fn of(file: &File) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let about = file.metadata().ok()?;
            Some(Self { device: about.dev(), number: about.ino() })
        }
        #[cfg(not(unix))]
        {
            let _ = file;
            None
        }
    }
}

impl<T: Item> Column<T> {
    /// Maps the column in `file`, whose items must have the meaning `version`. Checks the header and the length, not the
    /// items.
    pub fn open(file: &Path, version: u64) -> Result<Self, ColumnError> {
        let unfit = |what| ColumnError::unfit(file, what);
        let opened = File::open(file).map_err(ColumnError::disk(file))?;
        let map = map(&opened).map_err(ColumnError::disk(file))?;
        let header = Header::from_bytes(map.get(..HEADER_BYTES).unwrap_or_default()).map_err(unfit)?;
        if header.version != version {
            return Err(unfit("it is of another version"));
        }
        if usize::try_from(header.width) != Ok(size_of::<T>()) {
            return Err(unfit("its items are of another width"));
        }
        let bytes = header.count.checked_mul(u64::from(header.width)).map(usize::try_from);
        if bytes != Some(Ok(map.len().saturating_sub(HEADER_BYTES))) {
            return Err(unfit("its length is not what its header says"));
        }
        // Look-ups jump about: reading ahead would fill memory with what nobody asked for.
        #[cfg(unix)]
        map.advise(memmap2::Advice::Random).map_err(ColumnError::disk(file))?;
        // For one item the kernel would map two mebibytes at once, of a file that it has in such large pieces: memory would be full
        // before anybody could give some back. Advice only: a kernel without such pieces doesn't know it.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::NoHugePage);
        let id = FileId::of(&opened);
        let column = Self { file: file.to_owned(), map, header, id, items: PhantomData };
        if bytemuck::try_cast_slice::<u8, T>(column.bytes()).is_err() {
            return Err(unfit("its items do not lie where they can be read"));
        }
        Ok(column)
    }

    /// Reads every item and compares with the checksum that was written. The memory that this takes is given back as it goes,
    /// and what comes next is asked for beforehand: page by page, the disk would be waited for as often as there are pages.
    pub fn verify(&self) -> Result<(), ColumnError> {
        self.check(|read| {
            // Advice only: where it is not known, the pages stay and nothing else changes.
            #[cfg(unix)]
            let _ = release(&self.map, read);
            #[cfg(not(unix))]
            let _ = read;
        })
    }

    /// As [`Self::verify`], of what is read next from end to end: the memory that holds it is not given back.
    pub fn verify_to_read(&self) -> Result<(), ColumnError> {
        self.check(|_| {})
    }

    fn check(&self, done: impl Fn(Range<usize>)) -> Result<(), ColumnError> {
        let mut checksum = crc32fast::Hasher::new();
        self.ahead(0..PIECE_BYTES);
        for (piece, start) in self.bytes().chunks(PIECE_BYTES).zip((HEADER_BYTES..).step_by(PIECE_BYTES)) {
            let end = start.saturating_add(piece.len());
            self.ahead(end..end.saturating_add(PIECE_BYTES));
            checksum.update(piece);
            done(start..end);
        }
        if checksum.finalize() == self.header.checksum {
            Ok(())
        } else {
            Err(ColumnError::unfit(&self.file, "its items are damaged"))
        }
    }

    /// Says that most of it is about to be read, so that the kernel fetches it in large pieces, and not page by page.
    pub fn read_ahead(&self) {
        // Advice only: where it is not known, reading is slower and nothing else changes.
        #[cfg(unix)]
        for advice in [memmap2::Advice::Normal, memmap2::Advice::WillNeed] {
            let _ = self.map.advise(advice);
        }
    }

    /// Which file it lies in.
    pub fn file_id(&self) -> Option<FileId> {
        self.id
    }

    /// As [`Self::read_ahead`], of a file in which look-ups jump about before and after.
    pub fn expect_all(&self) {
        self.ahead(0..self.map.len());
    }

    /// Gives the memory that holds this column back to the kernel; what is asked for next is read from the file again.
    pub fn release(&self) {
        self.release_part(0, 1);
    }

    /// The same of one part, counted from 0, of so many equal ones.
    pub fn release_part(&self, part: usize, parts: usize) {
        let size = self.map.len().div_ceil(parts.max(1));
        let start = size.saturating_mul(part).min(self.map.len());
        let end = start.saturating_add(size).min(self.map.len());
        // Advice only: where it is not known, the pages stay and nothing else changes.
        #[cfg(unix)]
        let _ = release(&self.map, start..end);
    }

    /// Lets the kernel read some of the file's bytes.
    fn ahead(&self, bytes: Range<usize>) {
        let end = bytes.end.min(self.map.len());
        let length = end.saturating_sub(bytes.start);
        // Advice only, as above.
        #[cfg(unix)]
        if length > 0 {
            let _ = self.map.advise_range(memmap2::Advice::WillNeed, bytes.start, length);
        }
    }

    fn bytes(&self) -> &[u8] {
        self.map.get(HEADER_BYTES..).unwrap_or_default()
    }
}

impl<T: Item> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        bytemuck::try_cast_slice(self.bytes()).unwrap_or_default()
    }
}

impl<T: Item> std::fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column({} items)", self.header.count)
    }
}

#[expect(unsafe_code, reason = "mapping a file is unsafe: another process could change it while it is read")]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: column files are written whole, synced and renamed into place before they are opened, in a folder that only
    // the node's own user may write, and nothing here ever changes one. Should an operator truncate one under a running
    // node, reads beyond its end stop the process: no answer, rather than a wrong one. Items are plain numbers, for which
    // every bit pattern is valid, so that changed bytes are wrong numbers and never undefined values.
    unsafe { Mmap::map(file) }
}

#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "this advice loses what was written to a mapping that is not backed by its file"
)]
fn release(map: &Mmap, bytes: Range<usize>) -> std::io::Result<()> {
    // SAFETY: the mapping is shared and read-only, so nothing was ever written to it; a page given up is read from the file
    // again when it is touched, with the bytes it had.
    unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, bytes.start, bytes.len()) }
}
