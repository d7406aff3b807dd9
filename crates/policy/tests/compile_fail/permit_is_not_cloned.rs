//! One permit, one release.
fn twice(permit: &policy::Permit) -> policy::Permit {
    permit.clone()
}

fn main() {}
