//! Weights are learned and read back, scores are explained at home, and quality is measured.

use crate::world::World;

const SYNTH: [&str; 12] = [
    "--forces",
    "mps,colp",
    "--persons",
    "200",
    "--reports",
    "10",
    "--events",
    "0",
    "--probes",
    "200",
    "--seed",
    "3",
];

const NODE: &str = r#"
force = "mps"
listen = "127.0.0.1:0"
bundle = "federation.toml"
policy = "policy"
data = "data"
audit = "audit.log"
[credentials]
certificate = "node.pem"
key = "node.key"
[linkage]
weights = "weights.toml"
[source.persons]
format = "parquet"
paths = ["made/mps/person.parquet"]
[[view]]
dataset = "person"
sql = "select * from persons"
"#;

#[test]
fn weights_are_learned_read_back_and_explained() {
    let world = World::new();
    world.run(&[&["synth", "--out", "made"][..], &SYNTH].concat()).out();
    let persons = "made/mps/person.parquet";
    let train = |out: &str| world.run(&["linkage", "train", "--records", persons, "--out", out]);
    assert!(train("weights.toml").err.contains("learning from 2"));
    train("again.toml").out();
    let weights = world.read("weights.toml");
    assert_eq!(weights, world.read("again.toml"), "the same records give the same weights");
    train("weights.toml").failed(2, &["weights.toml", "is there already"]);

    let measure = |weights: &str| {
        let files = ["--records", "made", "--probes", "made/probes.csv", "--truth", "made/truth.csv"];
        world.run(
            &[&["linkage", "evaluate"][..], &files, &["--weights", weights, "--format", "json"]].concat(),
        )
    };
    let report: serde_json::Value = serde_json::from_str(&measure("weights.toml").out()).unwrap();
    assert!(report["recall"].is_object(), "{report}");

    world.write("node.toml", NODE);
    let explain =
        ["linkage", "explain", "--config", "node.toml", "--given", "Zebedee", "--family", "Thistlewick"];
    let told = world.run(&explain).out();
    for part in ["record ", "prior", "family", "posterior"] {
        assert!(told.contains(part), "{part:?} is missing from {told}");
    }
    assert!(!told.to_lowercase().contains("thistlewick"), "values are not shown: {told}");
    // The node's own, prepared records give weights of the same shape.
    world.run(&["linkage", "train", "--config", "node.toml", "--out", "own.toml"]).out();
    assert_eq!(world.read("own.toml").lines().count(), weights.lines().count());

    world.write("weights.toml", &weights.replacen("exact", "exat", 1));
    for ran in [measure("weights.toml"), world.run(&explain)] {
        ran.failed(1, &["weights.toml", "line", "exat"]);
    }
}
