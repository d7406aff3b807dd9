//! Only `Policy::release` makes a release.
fn leak(reply: model::Reply, home: policy::HomeRecord, summary: policy::ReleaseSummary) -> policy::Release {
    policy::Release::new(reply, home, summary)
}

fn main() {}
