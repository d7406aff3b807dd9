//! Local files, listed and read for the kernel.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use delta_kernel::{
    FileMeta, FileSlice, KernelError, KernelResult, KernelResultIteratorStatic, StorageHandler,
};
use url::Url;

use crate::engine::{Local, not_here};
use crate::error::DeltaError;

/// Where on the disk `url` is.
pub(crate) fn path_of(url: &Url) -> KernelResult<PathBuf> {
    let local = (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten();
    local.ok_or_else(|| {
        let why = "the log names it, and it is not on a local disk; copy the table here whole";
        DeltaError::file(Path::new(url.as_str()), why).into()
    })
}

/// Size and time of change of a file, as a listing tells them.
pub(crate) fn about(url: &Url) -> KernelResult<FileMeta> {
    let path = path_of(url)?;
    let about = fs::metadata(&path).map_err(disk(&path))?;
    let modified = about.modified().map_err(disk(&path))?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(modified.as_millis()).unwrap_or(i64::MAX);
    Ok(FileMeta::new(url.clone(), millis, about.len()))
}

/// For `map_err` on an operation of the file system.
pub(crate) fn disk(path: &Path) -> impl Fn(io::Error) -> KernelError {
    move |cause| match cause.kind() {
        io::ErrorKind::NotFound => KernelError::file_not_found(path.display()),
        _ => DeltaError::file(path, cause.to_string()).into(),
    }
}

impl StorageHandler for Local {
    fn list_from(&self, url: &Url) -> KernelResult<KernelResultIteratorStatic<FileMeta>> {
        let path = path_of(url)?;
        let folder = if url.path().ends_with('/') { path.as_path() } else { path.parent().unwrap_or(&path) };
        let mut found = Vec::new();
        let mut ahead = vec![folder.to_owned()];
        while let Some(folder) = ahead.pop() {
            for entry in fs::read_dir(&folder).map_err(disk(&folder))? {
                let entry = entry.map_err(disk(&folder))?;
                if entry.file_type().map_err(disk(&folder))?.is_dir() {
                    ahead.push(entry.path());
                } else {
                    found.push(FileMeta::try_from(entry)?);
                }
            }
        }
        found.retain(|file| file.location.as_str() > url.as_str());
        found.sort();
        Ok(Box::new(found.into_iter().map(Ok)))
    }

    fn read_files(&self, files: Vec<FileSlice>) -> KernelResult<KernelResultIteratorStatic<Bytes>> {
        Ok(Box::new(files.into_iter().map(|(url, part)| {
            let path = path_of(&url)?;
            let read = || match part {
                None => fs::read(&path),
                Some(part) => {
                    let mut file = File::open(&path)?;
                    file.seek(SeekFrom::Start(part.start))?;
                    let mut bytes = Vec::new();
                    file.take(part.end.saturating_sub(part.start)).read_to_end(&mut bytes)?;
                    Ok(bytes)
                }
            };
            read().map(Bytes::from).map_err(disk(&path))
        })))
    }

    fn head(&self, url: &Url) -> KernelResult<FileMeta> {
        about(url)
    }

    fn copy_atomic(&self, _: &Url, _: &Url) -> KernelResult<()> {
        not_here("a copy")
    }

    fn put(&self, _: &Url, _: Bytes, _: bool) -> KernelResult<()> {
        not_here("a file to write")
    }

    fn delete(&self, _: &Url) -> KernelResult<()> {
        not_here("a file to delete")
    }
}
