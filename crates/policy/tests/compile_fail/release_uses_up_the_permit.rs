//! A permit is spent on its release.
fn twice(
    policy: &policy::Policy,
    permit: policy::Permit,
    first: policy::Findings,
    second: policy::Findings,
    noise: &mut dyn policy::Noise,
) {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let _ = policy.release(permit, first, &policy::History::empty(), now, noise);
    let _ = policy.release(permit, second, &policy::History::empty(), now, noise);
}

fn main() {}
