//! Reads CSV files. Works on csv's own core rather than its reader, which neither notices a quote that is still open
//! at the end of a file nor counts lines right where lines end in CR LF.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use arrow::datatypes::SchemaRef;
use csv_core::ReadRecordResult;

use super::batch::{FILE, LINE, TextBatch};
use super::error::{Damage, IngestError};
use super::file_source::Emit;
use super::files::SourceFile;

/// No real record is as long; an open quote makes one that is.
pub(super) const RECORD_BYTES_MAX: usize = 16 << 20;

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The column names of a file.
pub(super) fn header(file: &SourceFile) -> Result<Vec<String>, IngestError> {
    Ok(open(file)?.1)
}

/// Reads `file` into batches of `schema`, whose columns are found by name; those the file lacks are null.
pub(super) fn read(
    file: &SourceFile,
    schema: &SchemaRef,
    nulls: &[String],
    emit: Emit<'_>,
) -> Result<(), IngestError> {
    let (mut records, names) = open(file)?;
    let places: Vec<Option<usize>> =
        schema.fields().iter().map(|field| names.iter().position(|name| name == field.name())).collect();
    let mut batch = TextBatch::new(schema.clone(), &file.shown, nulls);
    let too_long = |_| IngestError::file(&file.shown, None, Damage::TooLong);
    while let Some(record) = records.next(file)? {
        let found = record.ends.len();
        if found != names.len() {
            let damage = match record.cut && found < names.len() {
                true => Damage::Torn,
                false => Damage::FieldCount { found, header: names.len() },
            };
            return Err(IngestError::file(&file.shown, record.line, damage));
        }
        for (index, place) in places.iter().enumerate() {
            batch.put(index, place.and_then(|place| record.cell(place)));
        }
        if batch.end_row(record.line) && emit(batch.take().map_err(too_long)?).is_break() {
            return Ok(());
        }
    }
    if !batch.is_empty() {
        let _ = emit(batch.take().map_err(too_long)?);
    }
    Ok(())
}

fn open(file: &SourceFile) -> Result<(Records<File>, Vec<String>), IngestError> {
    let opened = File::open(&file.path).map_err(IngestError::disk(&file.path, "opening"))?;
    let mut records = Records::new(opened);
    let input = records.input.fill_buf().map_err(IngestError::disk(&file.path, "reading"))?;
    if input.starts_with(BYTE_ORDER_MARK) {
        records.input.consume(BYTE_ORDER_MARK.len());
    }
    let Some(header) = records.next(file)? else {
        return Err(IngestError::file(&file.shown, None, Damage::Empty));
    };
    let line = header.line;
    let mut names: Vec<String> = Vec::with_capacity(header.ends.len());
    for place in 0..header.ends.len() {
        let name = match header.cell(place).unwrap_or_default().trim() {
            "" => format!("column_{}", place + 1),
            name => name.to_owned(),
        };
        let damage = match name.as_str() {
            FILE | LINE => Some(Damage::ReservedColumn(name.clone())),
            _ if names.contains(&name) => Some(Damage::DuplicateColumn(name.clone())),
            _ => None,
        };
        if let Some(damage) = damage {
            return Err(IngestError::file(&file.shown, line, damage));
        }
        names.push(name);
    }
    Ok((records, names))
}

/// One record: its cells end to end, and where each ends.
struct Record<'a> {
    line: u64,
    text: &'a str,
    ends: &'a [usize],
    /// The file ended with it, without a line end.
    cut: bool,
}

impl Record<'_> {
    fn cell(&self, place: usize) -> Option<&str> {
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(place)?)
    }
}

struct Records<R> {
    input: BufReader<R>,
    core: csv_core::Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
    /// The line that the next byte is on.
    line: u64,
}

impl<R: Read> Records<R> {
    fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(256 << 10, input),
            core: csv_core::Reader::new(),
            cells: vec![0; 4096],
            ends: vec![0; 64],
            line: 1,
        }
    }

    /// The next record; `None` at a clean end of the file.
    fn next(&mut self, file: &SourceFile) -> Result<Option<Record<'_>>, IngestError> {
        let mut started = None;
        let (mut filled, mut fields) = (0, 0);
        loop {
            let input = self.input.fill_buf().map_err(IngestError::disk(&file.path, "reading"))?;
            let at_end = input.is_empty();
            // At the end one line end is fed in: it closes a last record that lacks its own, and nothing inside an
            // open quote.
            let chunk: &[u8] = if at_end { b"\n" } else { input };
            let (result, used, out, ended) = self.core.read_record(
                chunk,
                self.cells.get_mut(filled..).unwrap_or_default(),
                self.ends.get_mut(fields..).unwrap_or_default(),
            );
            filled += out;
            fields += ended;
            if !at_end {
                let used_bytes = chunk.get(..used).unwrap_or_default();
                let blank = match started {
                    Some(_) => 0,
                    None => used_bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count(),
                };
                let (before, within) = used_bytes.split_at_checked(blank).unwrap_or_default();
                self.line += newlines(before);
                if started.is_none() && !within.is_empty() {
                    started = Some(self.line);
                }
                self.line += newlines(within);
                self.input.consume(used);
            }
            let line = started.unwrap_or(self.line);
            let fail = |damage| Err(IngestError::file(&file.shown, line, damage));
            match result {
                ReadRecordResult::InputEmpty if at_end && started.is_some() => {
                    return fail(Damage::OpenQuote);
                }
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if at_end => return Ok(None),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if filled >= RECORD_BYTES_MAX => return fail(Damage::TooLong),
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if fields >= RECORD_BYTES_MAX => {
                    return fail(Damage::TooLong);
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    let cells = self.cells.get(..filled).unwrap_or_default();
                    let ends = self.ends.get(..fields).unwrap_or_default();
                    return match std::str::from_utf8(cells) {
                        // Whole text can be UTF-8 where one cell is not: a character cut by a comma.
                        Ok(text) if ends.iter().all(|&end| text.is_char_boundary(end)) => {
                            Ok(Some(Record { line, text, ends, cut: at_end }))
                        }
                        _ => fail(Damage::NotUtf8),
                    };
                }
            }
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&b| u64::from(b == b'\n')).sum()
}
