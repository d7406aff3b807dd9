//! A policy bundle's folder, read into memory and written from it, so that `policy` stays free of disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use policy::BundleFiles;

use crate::error::NodeError;

/// Largest file of a bundle, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Most files in a bundle.
const FILES_MAX: usize = 1_000;

/// Every file under `folder`, by its path relative to it. Hidden files are left out.
pub fn read(folder: &Path) -> Result<BundleFiles, NodeError> {
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut files)?;
    if files.is_empty() {
        return Err(NodeError::policy_folder(folder, "holds no policy bundle"));
    }
    Ok(BundleFiles { files })
}

/// Writes a bundle into the new folder `folder`. On the disk, with its names, when this returns.
pub fn write(folder: &Path, files: &BundleFiles) -> Result<(), NodeError> {
    std::fs::create_dir_all(folder).map_err(|e| NodeError::folder(folder, e))?;
    for (name, text) in &files.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| NodeError::folder(parent, e))?;
        }
        let put = || {
            let mut file = File::create_new(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        put().map_err(|e| NodeError::folder(&path, e))?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| NodeError::folder(folder, e))
}

fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), NodeError> {
    for entry in std::fs::read_dir(folder).map_err(|e| NodeError::folder(folder, e))? {
        let path = entry.map_err(|e| NodeError::folder(folder, e))?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        let size = path.metadata().map_err(|e| NodeError::folder(&path, e))?.len();
        if size > FILE_BYTES_MAX || files.len() >= FILES_MAX {
            return Err(NodeError::policy_folder(&path, "is too large for a policy bundle"));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| NodeError::folder(&path, e))?;
        files.insert(name, text);
    }
    Ok(())
}
