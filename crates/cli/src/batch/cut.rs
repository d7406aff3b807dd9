//! Cuts the subjects of a list into questions: as many in each as were asked for, fewer where they would not fit one
//! question's bytes. The same subjects are always cut in the same places, so that a run can be taken up again.

use std::ops::Range;

use api::batch::{SUBJECTS_BYTES_MAX, subject_bytes};
use model::Search;

/// The places in `subjects` of each question's, at most `most` in each and at least one.
pub(crate) fn cut(subjects: &[Search], most: usize) -> Vec<Range<usize>> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0_usize;
    for (at, subject) in subjects.iter().enumerate() {
        let own = subject_bytes(subject);
        match cuts.last_mut() {
            Some(cut) if cut.len() < most && bytes.saturating_add(own) <= SUBJECTS_BYTES_MAX => {
                cut.end = at + 1;
                bytes = bytes.saturating_add(own);
            }
            _ => {
                cuts.push(at..at + 1);
                bytes = own;
            }
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use model::probe::PersonProbe;
    use model::{Granularity, Probe, Search};

    use super::cut;

    #[test]
    fn a_list_is_cut_by_number_and_by_bytes() {
        let named = |letters: usize| {
            let probe = PersonProbe { family_name: "x".repeat(letters), ..PersonProbe::default() };
            Search { probe: Probe::Person(probe), granularity: Granularity::Hit }
        };
        for (subjects, letters, most, expected) in [
            (0, 10, 2, &[][..]),
            (1, 10, 2, &[1]),
            (5, 10, 2, &[2, 2, 1]),
            (4, 10, 200, &[4]),
            (3, 200_000, 200, &[1, 1, 1]),
            (4, 120_000, 200, &[2, 2]),
        ] {
            let cuts = cut(&vec![named(letters); subjects], most);
            let sizes: Vec<usize> = cuts.iter().map(ExactSizeIterator::len).collect();
            assert_eq!(sizes, expected, "{subjects} of {letters}");
            let places: Vec<usize> = cuts.into_iter().flatten().collect();
            assert_eq!(places, (0..subjects).collect::<Vec<_>>(), "each subject once, in its place");
        }
    }
}
