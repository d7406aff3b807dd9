//! Nothing is found without a permit.
fn main() {
    let _ = policy::Findings::for_search();
}
