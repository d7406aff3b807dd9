//! Commits: one action of JSON a line. A file that is cut short, or holds nothing, is told rather than passed over.

use std::fs;

use delta_kernel::engine_data::FilteredEngineData;
use delta_kernel::schema::SchemaRef;
use delta_kernel::{
    EngineData, FileDataReadResultIterator, FileMeta, FileSize, JsonHandler, KernelResult,
    KernelResultIterator, PredicateRef,
};
use serde_json::Value;
use url::Url;

use crate::engine::{Local, not_here};
use crate::error::DeltaError;
use crate::rows::{Rows, row};
use crate::storage::{disk, path_of};

const MEND: &str =
    "it was probably cut short or still being written: copy it again whole, or wait for its writer";

impl JsonHandler for Local {
    fn read_json_files(&self, files: &[FileMeta], schema: SchemaRef, _: Option<PredicateRef>) -> FileRows {
        let files = files.to_vec();
        Ok(Box::new(files.into_iter().map(move |file| {
            let rows: Box<dyn EngineData> = Box::new(Rows::new(schema.clone(), read(&file, &schema)?));
            Ok(rows)
        })))
    }

    fn parse_json(&self, _: Box<dyn EngineData>, _: SchemaRef) -> KernelResult<Box<dyn EngineData>> {
        not_here("JSON inside a row")
    }

    fn write_json_file(
        &self,
        _: &Url,
        _: KernelResultIterator<'_, FilteredEngineData>,
        _: bool,
    ) -> KernelResult<FileSize> {
        not_here("a commit to write")
    }
}

type FileRows = KernelResult<FileDataReadResultIterator>;

fn read(file: &FileMeta, schema: &SchemaRef) -> KernelResult<Vec<Value>> {
    let path = path_of(&file.location)?;
    let bytes = fs::read(&path).map_err(disk(&path))?;
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let damaged = |why: &str| DeltaError::file(&path, format!("line {number} {why}; {MEND}"));
        let action: Value = serde_json::from_slice(line).map_err(|_| damaged("is not JSON"))?;
        rows.push(
            row(action, schema, &file.location)
                .map_err(|why| damaged(&format!("is not an action: {why}")))?,
        );
    }
    if rows.is_empty() {
        return Err(DeltaError::file(&path, format!("there is no action in it; {MEND}")).into());
    }
    Ok(rows)
}
