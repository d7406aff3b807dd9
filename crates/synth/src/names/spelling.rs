//! How a tradition's names are spelt in more ways than one: other schemes of transliteration, diacritics, and what
//! they are written out as. Rules of letters, for names that no list holds.

use crate::corrupt::Rules;

/// The spellings of one tradition.
#[derive(Clone, Copy)]
pub(crate) struct Spelling {
    /// Other letters for the same sounds.
    pub(crate) respelled: Rules,
    /// Diacritics that its own writing has, and the letters that stand for them.
    pub(crate) diacritics: Rules,
    /// How a father's name is added.
    pub(crate) patronymic: Patronymic,
}

/// How a father's name is added to somebody's given names.
#[derive(Clone, Copy)]
pub(crate) enum Patronymic {
    /// It is not.
    None,
    /// As it is, after a word: `bin Ahmed`, or after none: `Abdi`.
    After(&'static str),
    /// With an ending, by the sex of the child: `Ivanovich`, `Ivanovna`.
    Ending(&'static str, &'static str),
}

const MUSLIM: Rules = &[
    ("ou", "u"),
    ("u", "ou"),
    ("ee", "i"),
    ("i", "ee"),
    ("kh", "k"),
    ("q", "k"),
    ("k", "q"),
    ("dh", "d"),
    ("ss", "s"),
    ("aa", "a"),
    ("ah", "a"),
    ("y", "i"),
    ("ai", "ei"),
    ("ei", "ai"),
    ("ul", "al"),
    ("ud", "ad"),
    ("j", "g"),
    ("w", "v"),
    ("sh", "ch"),
    ("mm", "m"),
    ("z", "s"),
    ("e", "a"),
    ("o", "u"),
];

pub(super) const SOUTH_ASIAN_MUSLIM: Spelling =
    Spelling { respelled: MUSLIM, diacritics: LONG_VOWELS, patronymic: Patronymic::None };

pub(super) const ARAB: Spelling =
    Spelling { respelled: MUSLIM, diacritics: LONG_VOWELS, patronymic: Patronymic::After("bin ") };

const LONG_VOWELS: Rules = &[("a", "ā"), ("i", "ī"), ("u", "ū"), ("h", "ḥ"), ("s", "ṣ"), ("d", "ḍ")];

pub(super) const SOUTH_ASIAN: Spelling = Spelling {
    respelled: &[
        ("th", "t"),
        ("t", "th"),
        ("dh", "d"),
        ("d", "dh"),
        ("v", "w"),
        ("w", "v"),
        ("ee", "i"),
        ("i", "ee"),
        ("oo", "u"),
        ("u", "oo"),
        ("sh", "s"),
        ("s", "sh"),
        ("ksh", "x"),
        ("aa", "a"),
        ("a", "aa"),
        ("ur", "oor"),
        ("preet", "prit"),
        ("jit", "jeet"),
        ("inder", "ender"),
        ("z", "j"),
        ("b", "v"),
        ("swamy", "sami"),
        ("moorthy", "murti"),
    ],
    diacritics: &[("a", "ā"), ("i", "ī"), ("u", "ū"), ("sh", "ś"), ("n", "ṇ")],
    patronymic: Patronymic::After("s/o "),
};

pub(super) const WEST_AFRICAN: Spelling = Spelling {
    respelled: &[
        ("chukwu", "cukwu"),
        ("u", "oo"),
        ("oy", "oi"),
        ("sh", "s"),
        ("s", "sh"),
        ("ye", "ie"),
        ("kw", "qu"),
        ("kwu", "ku"),
        ("nw", "nu"),
        ("w", "u"),
        ("ei", "ey"),
        ("gy", "dj"),
        ("dj", "j"),
        ("ow", "o"),
        ("oa", "oo"),
        ("ts", "tch"),
    ],
    diacritics: &[
        ("o", "ọ"),
        ("e", "ẹ"),
        ("s", "ṣ"),
        ("a", "á"),
        ("o", "ó"),
        ("u", "ụ"),
        ("i", "ị"),
        ("e", "ɛ"),
        ("o", "ɔ"),
        ("n", "ṅ"),
    ],
    patronymic: Patronymic::None,
};

pub(super) const HORN: Spelling = Spelling {
    respelled: &[
        ("x", "h"),
        ("h", "x"),
        ("ah", "a"),
        ("a", "aa"),
        ("i", "ii"),
        ("u", "uu"),
        ("sh", "ch"),
        ("kh", "k"),
        ("q", "k"),
        ("gebre", "ghebre"),
        ("e", "i"),
        ("ae", "ai"),
        ("w", "u"),
        ("f", "ff"),
        ("d", "dh"),
    ],
    diacritics: &[("e", "ë"), ("a", "ä"), ("e", "é")],
    patronymic: Patronymic::After(""),
};

pub(super) const EAST_EUROPEAN: Spelling = Spelling {
    respelled: &[
        ("w", "v"),
        ("ski", "sky"),
        ("ski", "skiy"),
        ("cki", "tsky"),
        ("sz", "sh"),
        ("cz", "ch"),
        ("rz", "zh"),
        ("iy", "y"),
        ("y", "i"),
        ("ov", "off"),
        ("ev", "eff"),
        ("kh", "h"),
        ("zh", "j"),
        ("ks", "x"),
        ("iu", "yu"),
        ("ia", "ya"),
        ("ei", "ey"),
        ("c", "k"),
        ("ko", "co"),
        ("j", "y"),
        ("ch", "tch"),
        ("sh", "sch"),
        ("enko", "yenko"),
        ("h", "g"),
    ],
    diacritics: &[
        ("l", "ł"),
        ("o", "ó"),
        ("s", "ś"),
        ("s", "ș"),
        ("s", "š"),
        ("t", "ț"),
        ("a", "ą"),
        ("a", "ă"),
        ("e", "ę"),
        ("z", "ż"),
        ("z", "ž"),
        ("n", "ń"),
        ("c", "ć"),
        ("c", "č"),
        ("i", "î"),
    ],
    patronymic: Patronymic::Ending("ovich", "ovna"),
};

pub(super) const ALBANIAN: Spelling = Spelling {
    respelled: &[
        ("xh", "j"),
        ("q", "ch"),
        ("gj", "j"),
        ("c", "k"),
        ("dh", "d"),
        ("ll", "l"),
        ("j", "i"),
        ("x", "dz"),
        ("q", "k"),
    ],
    diacritics: &[("e", "ë"), ("c", "ç")],
    patronymic: Patronymic::None,
};

pub(super) const TURKISH: Spelling = Spelling {
    respelled: &[
        ("c", "j"),
        ("s", "sh"),
        ("c", "ch"),
        ("g", "gh"),
        ("o", "oe"),
        ("u", "ue"),
        ("y", "i"),
        ("v", "w"),
        ("oglu", "oglou"),
        ("h", ""),
    ],
    diacritics: &[
        ("i", "ı"),
        ("s", "ş"),
        ("c", "ç"),
        ("g", "ğ"),
        ("o", "ö"),
        ("u", "ü"),
        ("oglu", "oğlu"),
        ("o", "oe"),
        ("u", "ue"),
    ],
    patronymic: Patronymic::None,
};

pub(super) const CHINESE: Spelling = Spelling {
    respelled: &[
        ("x", "hs"),
        ("zh", "ch"),
        ("q", "ch"),
        ("j", "ch"),
        ("b", "p"),
        ("d", "t"),
        ("g", "k"),
        ("z", "ts"),
        ("ui", "wei"),
        ("ong", "ung"),
        ("ao", "au"),
        ("eung", "iang"),
        ("ou", "ow"),
        ("ian", "ien"),
    ],
    diacritics: &[
        ("a", "á"),
        ("a", "ǎ"),
        ("u", "ü"),
        ("e", "ễ"),
        ("i", "í"),
        ("u", "ư"),
        ("o", "ō"),
        ("e", "é"),
        ("a", "ầ"),
    ],
    patronymic: Patronymic::None,
};
