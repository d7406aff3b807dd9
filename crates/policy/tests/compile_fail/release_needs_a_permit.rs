//! A question that was only asked is not answered.
fn leak(
    policy: &policy::Policy,
    question: model::Question,
    findings: policy::Findings,
    noise: &mut dyn policy::Noise,
) {
    let _ = policy.release(question, findings, &policy::History::empty(), jiff::Timestamp::UNIX_EPOCH, noise);
}

fn main() {}
