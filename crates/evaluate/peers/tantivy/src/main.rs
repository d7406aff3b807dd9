//! The keys of one force's persons in tantivy, and in two sorted columns: what it takes to bring candidates up.
//! Nothing is compared here: both sides are asked under the same keys, and must bring up the same rows.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linkage::person::{PersonSubject, ProbeKey, followed, ranked_keys, record_keys};
use model::probe::PersonProbe;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema};
use tantivy::{DocSet, Index, IndexWriter, Searcher, TERMINATED, TantivyDocument, Term};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let usage = "usage: tantivy-peer RECORDS, a folder that `bluelamp synth --probes` wrote";
    let folder = PathBuf::from(std::env::args().nth(1).ok_or(usage)?);
    let records = evaluate::person_records(&folder.join("mps/person.parquet"))?;
    let keyed = (0_u32..).zip(&records).map(|(row, record)| (row, record_keys(record)));
    let keyed: Vec<(u32, Vec<u64>)> = keyed.collect();
    let subjects = subjects(&folder.join("probes.csv"))?;

    let began = Instant::now();
    let store = folder.join("tantivy");
    let tantivy = Tantivy::build(&store, &keyed)?;
    let built = began.elapsed();
    println!("{} persons, {} keys", keyed.len(), keyed.iter().map(|(_, keys)| keys.len()).sum::<usize>());
    println!("tantivy: built in {:.1} s, {} MiB on the disk", built.as_secs_f64(), bytes(&store)? >> 20);

    let began = Instant::now();
    let columns = Columns::new(&keyed);
    // The node's index keeps half of a key beside its row, and finds the other half by the place.
    let size = columns.pairs.len() * (4 + 4);
    println!(
        "columns: built in {:.1} s, {} MiB at eight bytes each",
        began.elapsed().as_secs_f64(),
        size >> 20
    );

    let (mut slow, mut fast, mut brought) = (Vec::new(), Vec::new(), 0);
    for subject in &subjects {
        let asked = ranked_keys(subject);
        // Taken in turns, so that a busy machine is busy for both.
        let began = Instant::now();
        let theirs = tantivy.rows(&asked)?;
        slow.push(began.elapsed());
        let began = Instant::now();
        let ours = columns.rows(&asked);
        fast.push(began.elapsed());
        assert_eq!(theirs, ours, "both bring up the same rows");
        brought += ours.len();
    }
    println!("{} probes, {} candidates each", subjects.len(), brought / subjects.len().max(1));
    for (name, times) in [("tantivy", &mut slow), ("columns", &mut fast)] {
        times.sort();
        let at = |share: f64| ms(times[((times.len() - 1) as f64 * share) as usize]);
        println!("{name}: p50 {:.3} ms, p99 {:.3} ms to bring candidates up", at(0.5), at(0.99));
    }
    Ok(())
}

/// An index of tantivy, merged into one segment.
struct Tantivy {
    searcher: Searcher,
    key: Field,
}

impl Tantivy {
    fn build(folder: &Path, keyed: &[(u32, Vec<u64>)]) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let mut schema = Schema::builder();
        let key = schema.add_u64_field("key", INDEXED);
        let row = schema.add_u64_field("row", FAST);
        let index = Index::create_in_dir(folder, schema.build())?;
        let mut writer: IndexWriter = index.writer(512 << 20)?;
        for (number, keys) in keyed {
            let mut document = TantivyDocument::default();
            document.add_u64(row, u64::from(*number));
            keys.iter().for_each(|&one| document.add_u64(key, one));
            writer.add_document(document)?;
        }
        writer.commit()?;
        let segments = index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.wait_merging_threads()?;
        Ok(Self { searcher: index.reader()?.searcher(), key })
    }

    /// The rows under those keys that are worth following.
    fn rows(&self, asked: &[ProbeKey]) -> Result<Vec<u32>> {
        let term = |asked: &ProbeKey| Term::from_field_u64(self.key, asked.key);
        let mut rows = Vec::new();
        let mut counts = vec![0; asked.len()];
        let mut lists = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.key)?;
            let held: tantivy::Result<Vec<_>> =
                asked.iter().map(|one| Ok(inverted.get_term_info(&term(one))?)).collect();
            let held = held?;
            for (count, info) in counts.iter_mut().zip(&held) {
                *count += info.as_ref().map_or(0, |info| info.doc_freq as usize);
            }
            lists.push((segment, inverted, held));
        }
        for at in followed(asked, counts.into_iter()) {
            for (segment, inverted, held) in &lists {
                let Some(info) = &held[at] else { continue };
                let numbers = segment.fast_fields().u64("row")?;
                let mut postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while postings.doc() != TERMINATED {
                    rows.extend(numbers.first(postings.doc()).map(|row| row as u32));
                    postings.advance();
                }
            }
        }
        Ok(in_order(rows))
    }
}

/// Keys and rows, sorted: the layout of the node's index without its compression.
struct Columns {
    pairs: Vec<(u64, u32)>,
}

impl Columns {
    fn new(keyed: &[(u32, Vec<u64>)]) -> Self {
        let mut pairs: Vec<_> =
            keyed.iter().flat_map(|(row, keys)| keys.iter().map(|&key| (key, *row))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { pairs }
    }

    fn held(&self, key: u64) -> &[(u64, u32)] {
        let from = self.pairs.partition_point(|pair| pair.0 < key);
        let rest = &self.pairs[from..];
        let many = rest.iter().take_while(|pair| pair.0 == key).count();
        &rest[..many]
    }

    fn rows(&self, asked: &[ProbeKey]) -> Vec<u32> {
        let held: Vec<_> = asked.iter().map(|asked| self.held(asked.key)).collect();
        let followed = followed(asked, held.iter().map(|held| held.len()));
        in_order(followed.flat_map(|at| held[at]).map(|pair| pair.1).collect())
    }
}

fn in_order(mut rows: Vec<u32>) -> Vec<u32> {
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn subjects(file: &Path) -> Result<Vec<PersonSubject>> {
    let mut reader = csv::Reader::from_path(file)?;
    let headers = reader.headers()?.clone();
    let mut subjects = Vec::new();
    for line in reader.records() {
        let line = line?;
        let of = |name: &str| {
            headers.iter().zip(&line).find(|(header, _)| *header == name).map_or("", |(_, text)| text)
        };
        let probe = PersonProbe {
            given_names: of("given_names").to_owned(),
            family_name: of("family_name").to_owned(),
            dob: of("dob").parse().ok(),
            postcode: Some(of("postcode").to_owned()).filter(|postcode| !postcode.is_empty()),
            ..PersonProbe::default()
        };
        // What the matcher refuses is asked of neither.
        subjects.extend(PersonSubject::try_from(&probe).ok());
    }
    Ok(subjects)
}

fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        sum += entry?.metadata()?.len();
    }
    Ok(sum)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
