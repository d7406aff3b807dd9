//! Writes an epoch's index: from that of an earlier epoch where little changed, else anew. It grows in a folder of its own
//! and is renamed when whole, so that a killed build leaves nothing that could be taken for an index.

use std::panic::resume_unwind;
use std::path::Path;

use mapped::{Column, ColumnWriter, sync_folder};
use model::LabelTable;

use super::build::{Source, build};
use super::difference::Difference;
use super::segment::{Origins, segment_dir, write_gone};
use super::summary::Counted;
use super::{BuildLimits, Built, IndexError, VERSION, file_error, summary};
use crate::catalogue::Snapshot;

/// The file that tells how many segments an index has.
const SEGMENTS: &str = "segments";

/// Writes the index of `snapshot` where it belongs, from an earlier one if `may_build_upon` one.
pub(super) fn write(
    snapshot: &Snapshot,
    may_build_upon: bool,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let folder = snapshot.index_dir();
    let building = folder.with_extension("building");
    for leftover in [&folder, &building] {
        remove(leftover)?;
    }
    let written = grow(snapshot, &building, may_build_upon, limits, progress).and_then(|()| {
        let failed = |error: std::io::Error| file_error(&building, &error.to_string());
        sync_folder(&building)?;
        std::fs::rename(&building, &folder).map_err(failed)?;
        std::fs::File::open(snapshot.dir()).and_then(|folder| folder.sync_all()).map_err(failed)
    });
    if written.is_err() {
        // What could not be finished, perhaps for want of space, takes none. That it can't be removed is no news then.
        let _ = remove(&building);
    }
    written
}

/// Makes the index of `snapshot` in the folder `building`, which is not there yet.
fn grow(
    snapshot: &Snapshot,
    building: &Path,
    may_build_upon: bool,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let mut updated = None;
    let earlier = if may_build_upon { snapshot.indexed_beside() } else { Vec::new() };
    for earlier in earlier {
        make(building)?;
        match update(snapshot, &earlier, building, limits, progress) {
            Ok(Some(counted)) => {
                updated = Some(counted);
                break;
            }
            Ok(None) => {}
            // An earlier index is a help, never a need.
            Err(error) => tracing::warn!(%error, "the earlier search index can't be built upon"),
        }
        remove(building)?;
    }
    if updated.is_none() {
        make(building)?;
        build(Source { snapshot, chosen: None, limits }, &segment_dir(building, 0), progress)?;
        write_gone(building, 0, [])?;
        write_segments(building, 1)?;
    }
    summary::write(building, snapshot.labels(), limits.threads, updated.unwrap_or_default())
}

/// How many segments the index in `folder` has.
pub(super) fn segments(folder: &Path) -> Result<usize, IndexError> {
    let column = Column::<u64>::open(&folder.join(SEGMENTS), VERSION)?;
    column.verify()?;
    let count = column.first().and_then(|&count| usize::try_from(count).ok());
    count.ok_or_else(|| file_error(folder, "the index does not tell its segments"))
}

fn write_segments(folder: &Path, count: usize) -> Result<(), IndexError> {
    let mut column = ColumnWriter::<u64>::create(&folder.join(SEGMENTS), VERSION)?;
    column.push(count as u64)?;
    column.finish().map_err(Into::into)
}

/// Makes the index of `snapshot` from that of an earlier one: segments that still hold are linked, what changed becomes a
/// new one. Gives the names of those that still hold; nothing where so much changed that building anew costs little more.
fn update(
    snapshot: &Snapshot,
    earlier: &Snapshot,
    building: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<Option<Counted>, IndexError> {
    let labels = snapshot.labels();
    if !begins_with(labels, earlier.labels()) {
        return Ok(None);
    }
    let from = earlier.index_dir();
    let origins: Vec<Origins> =
        (0..segments(&from)?).map(|number| Origins::open(&from, number)).collect::<Result<_, _>>()?;
    origins.iter().try_for_each(Origins::verify)?;
    let difference = Difference::of(snapshot, &origins, limits.threads)?;
    // Their fingerprints take memory that building may want.
    drop(origins);
    let kept = difference.kept();
    if kept == 0 {
        return Ok(None);
    }
    for number in 0..kept {
        link(&segment_dir(&from, number), &segment_dir(building, number))?;
        write_gone(building, number, difference.gone(number))?;
    }
    let chosen = difference.chosen(kept);
    let rows: usize = chosen.iter().map(|chosen| chosen.places.len()).sum();
    let changed = usize::from(rows > 0);
    // Neither keeps all threads at work by itself.
    let (built, counted) = std::thread::scope(|scope| {
        let counting = scope.spawn(|| Counted::of(building, kept, labels, limits.threads));
        let built = (changed > 0).then(|| {
            let source = Source { snapshot, chosen: Some(&chosen), limits };
            build(source, &segment_dir(building, kept), progress)
        });
        (built, counting.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    if let Some(built) = built {
        built?;
        write_gone(building, kept, [])?;
    }
    tracing::info!(rows, segments = kept + changed, "the search index takes up what changed");
    write_segments(building, kept + changed)?;
    counted.map(Some)
}

/// Labels are stored by their numbers: those of the earlier epoch must have kept theirs.
fn begins_with(labels: &LabelTable, earlier: &LabelTable) -> bool {
    labels.len() >= earlier.len() && labels.iter().zip(earlier.iter()).all(|(a, b)| a == b)
}

/// Puts the files of a segment into another folder as well, without copying them where that can be. They outlast the folder
/// that they come from.
fn link(from: &Path, to: &Path) -> Result<(), IndexError> {
    make(to)?;
    let failed = |error: std::io::Error| file_error(from, &error.to_string());
    for file in std::fs::read_dir(from).map_err(failed)? {
        let file = file.map_err(failed)?;
        let target = to.join(file.file_name());
        std::fs::hard_link(file.path(), &target)
            .or_else(|_| {
                std::fs::copy(file.path(), &target).and_then(|_| std::fs::File::open(&target)?.sync_all())
            })
            .map_err(failed)?;
    }
    std::fs::File::open(to).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn make(dir: &Path) -> Result<(), IndexError> {
    std::fs::create_dir(dir).map_err(|error| file_error(dir, &error.to_string()))
}

fn remove(dir: &Path) -> Result<(), IndexError> {
    let gone = if dir.exists() { std::fs::remove_dir_all(dir) } else { Ok(()) };
    gone.map_err(|error| file_error(dir, &error.to_string()))
}
