//! Only `Policy::authorise` and `Policy::authorise_batch` make a permit.
fn main() {
    let _ = policy::Permit { cells_max: 1 };
}
