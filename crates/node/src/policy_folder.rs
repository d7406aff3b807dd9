//! Reads a policy bundle's folder into memory, so that `policy` stays free of disk.

use std::collections::BTreeMap;
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
