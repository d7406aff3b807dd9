//! Only `Policy::authorise` makes a permit.
fn main() {
    let _ = policy::Permit { cells_max: 1 };
}
