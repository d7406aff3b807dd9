//! Records that share a feature are of one person, nearly always.

use evaluate::same_pairs;
use model::SameBy;

use crate::counts::world;

#[test]
fn an_answer_that_two_forces_hold_the_same_person_is_almost_never_wrong() {
    let options = world();
    let counted = same_pairs(&options.records, &options.truth).unwrap();
    assert_eq!(counted.iter().map(|(by, _)| *by).collect::<Vec<_>>(), SameBy::ALL);
    let held = counted[0].1.held;
    for (by, pairs) in counted {
        assert!(pairs.right <= pairs.tied && pairs.right <= held && pairs.held == held, "{by:?} {pairs:?}");
        assert!(pairs.right * 100 >= pairs.tied * 95, "{by:?} {pairs:?}");
    }
    let right: u64 = same_pairs(&options.records, &options.truth).unwrap().iter().map(|(_, p)| p.right).sum();
    assert!(right * 3 > held, "{right} of {held}");
}
