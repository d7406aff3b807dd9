//! x
#![allow(clippy::unwrap_used, reason="x")]
#[test]
fn speed() {
    let n: u32 = std::env::var("N").unwrap().parse().unwrap();
    let spec = synth::Spec { persons: n, reports: n*3, events: n, ..Default::default() };
    let dir = std::path::PathBuf::from(std::env::var("OUT").unwrap());
    let start = std::time::Instant::now();
    let mut last = (String::new(), start);
    let s = synth::write(&spec, &dir, &mut |p| if p.done==p.total { let k=format!("{} {} {}", p.force, p.dataset, p.total); println!("{k} {:?}", last.1.elapsed()); last=(k, std::time::Instant::now()); }).unwrap();
    println!("{:?}\n{s:?}", start.elapsed());
}
