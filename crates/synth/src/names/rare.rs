//! The long tail of British family names: place-like names put together from a beginning, a middle and an end.
//! Most exist nowhere; some thousands of forms, each seldom, as in a real register.

use crate::dice::Dice;

const BEGINNINGS: &[&str] = &[
    "Ash", "Bram", "Cold", "Dun", "Elm", "Fen", "Gar", "Hax", "Ing", "Kel", "Lang", "Mel", "Nor", "Ox",
    "Pem", "Raw", "Sel", "Thor", "Ulver", "Wad", "Alder", "Birk", "Cran", "Den", "Ever", "Flax", "Gold",
    "Hather", "Kirk", "Lind", "Mar", "Nether", "Oak", "Pend", "Rad", "Shel", "Tad", "Up", "Whit", "Yel",
    "Barn", "Chad", "Dray", "Eccle", "Fox", "Grim", "Hol", "Lut", "Mickle", "Pick", "Ravens", "Stan", "Tun",
    "Wether", "Wood", "Apple", "Bex", "Clap", "Hind", "Lever",
];

const MIDDLES: &[&str] = &["", "", "", "er", "en", "ing", "es", "a"];

const ENDS: &[&str] = &[
    "ley", "ton", "worth", "by", "thwaite", "combe", "stead", "hurst", "field", "ford", "well", "ham",
    "bourne", "shaw", "croft", "den", "dale", "bury", "church", "cliffe", "wood", "grave", "hill", "mere",
    "thorpe", "man",
];

/// A family name of the long tail.
pub(super) fn british(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.word(BEGINNINGS), dice.word(MIDDLES), dice.word(ENDS))
}
