//! Only `Policy::authorise` makes a permit.
fn main() {
    let _ = policy::Permit { rung: None };
}
