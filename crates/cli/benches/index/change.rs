//! The same records, of which every hundredth of each dataset was recorded a day later.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, Date32Array, RecordBatch};
use datafusion::arrow::datatypes::Date32Type;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Writes the changed records of `from` into the folder `to`, unless it is there.
pub(crate) fn every_hundredth(from: &Path, to: &Path) {
    if to.exists() {
        return;
    }
    let unfinished = to.with_extension("unfinished");
    std::fs::create_dir_all(&unfinished).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        change(&path, &unfinished.join(path.file_name().unwrap()));
    }
    std::fs::rename(unfinished, to).unwrap();
}

fn change(from: &Path, to: &Path) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(from).unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(to).unwrap(), reader.schema().clone(), None).unwrap();
    let mut before = 0;
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        writer.write(&changed(&batch, before)).unwrap();
        before += batch.num_rows();
    }
    writer.close().unwrap();
}

/// A batch that so many rows stand before.
fn changed(batch: &RecordBatch, before: usize) -> RecordBatch {
    let at = batch.schema().index_of("recorded_on").unwrap();
    let days = batch.column(at).as_primitive::<Date32Type>().iter().enumerate();
    let days: Date32Array =
        days.map(|(row, day)| day.map(|day| day + i32::from((before + row).is_multiple_of(100)))).collect();
    let mut columns = batch.columns().to_vec();
    columns[at] = Arc::new(days);
    RecordBatch::try_new(batch.schema(), columns).unwrap()
}
