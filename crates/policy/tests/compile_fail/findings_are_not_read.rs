//! What was found can't be read outside the policy.
fn leak(findings: &policy::Findings) {
    let _ = &findings.found;
}

fn main() {}
