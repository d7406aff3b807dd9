//! The bodies of the fuzz targets in the ordinary suite: over the committed seeds, over nasty texts put together, and over
//! random bytes.

use std::path::Path;

use proptest::prelude::*;

use crate::fuzzed;

type Body = fn(&[u8]);

const BODIES: [(&str, Body); 6] = [
    ("names", fuzzed::names),
    ("identifiers", fuzzed::identifiers),
    ("partials", fuzzed::partials),
    ("addresses", fuzzed::addresses),
    ("organisations", fuzzed::organisations),
    ("postcodes", fuzzed::postcodes),
];

/// Pieces that readers have stumbled over somewhere: of these, texts are put together.
const PIECES: &[&str] = &[
    "",
    "\n",
    " ",
    "\t",
    "\0",
    "'",
    "''",
    "`",
    "\u{2019}",
    "-",
    "\u{2013}",
    ".",
    ",",
    "/",
    "\\",
    ":",
    "@",
    "+",
    "(0)",
    "(",
    "?",
    "*",
    "%",
    "^",
    "$",
    "[a-z]+",
    "\u{200d}",
    "\u{200b}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{ad}",
    "\u{301}",
    "\u{fe0f}",
    "\u{1f600}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\u{1f1ec}\u{1f1e7}",
    "\u{20ac}",
    "\u{2116}",
    "\u{bd}",
    "\u{df}",
    "\u{130}",
    "\u{131}",
    "\u{fb03}",
    "\u{ff21}",
    "\u{1e9e}",
    "\u{3a3}",
    "\u{fdfa}",
    "\u{645}\u{62d}\u{645}\u{62f}",
    "\u{418}\u{432}\u{430}\u{43d}",
    "\u{738b}",
    "\u{92e}\u{94d}",
    "mr",
    "dr",
    "haji",
    "jr",
    "nee",
    "o",
    "mc",
    "mac",
    "van",
    "der",
    "al",
    "st",
    "the",
    "ltd",
    "t/a",
    "sp. z o.o.",
    "flat",
    "12",
    "12-14",
    "3a",
    "rd",
    "sw1a",
    "1aa",
    "bfpo",
    "gir",
    "0aa",
    "a",
    "z",
    "ab12",
    "cde",
    "f:",
    "iban",
    "gb82",
    "west",
    "0044",
    "44",
    "7700",
    "900123",
    "ext",
    "sf39/",
    "01/",
    "171310",
    "w",
    "0x",
    "bc1",
    "https://",
    "mailto:",
    "e1",
    "6an",
    "zz99",
    "1",
    "0",
    "9",
    "99999",
];

#[test]
fn seeds_are_read_without_harm() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for (name, body) in BODIES {
        let mut read = 0;
        for entry in std::fs::read_dir(seeds.join(name)).unwrap() {
            body(&std::fs::read(entry.unwrap().path()).unwrap());
            read += 1;
        }
        assert!(read > 5, "the seeds of {name} are missing");
    }
}

#[test]
fn long_and_lonely_texts_are_read_without_harm() {
    for (_, body) in BODIES {
        for piece in PIECES {
            body(piece.as_bytes());
            body(format!("{piece}\n{piece}").as_bytes());
            body(piece.repeat(10_000).as_bytes());
            body(format!("{}\n{}", piece.repeat(3_000), piece.repeat(3_000)).as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nasty_texts_are_read_without_harm(
        kind: u8, pieces in prop::collection::vec(prop::sample::select(PIECES), 0..9), divider in "[ \n]?"
    ) {
        let text = [&[kind][..], pieces.join(&divider).as_bytes()].concat();
        for (_, body) in BODIES {
            body(&text);
        }
    }

    #[test]
    fn random_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for (_, body) in BODIES {
            body(&bytes);
        }
    }
}
