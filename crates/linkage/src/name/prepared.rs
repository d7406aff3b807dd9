//! A name made ready to be compared with many: tokens with their phones and nickname groups, worked out once.
//! The other side of a comparison stays plain text, so a candidate costs no allocation.

mod joined;

use super::family::{Beginning, bare, rest, same_stem};
use super::nickname::{FAMILY, GIVEN, KinMarks, share_a_group};
use super::slip::is_one_letter_apart;
use super::{Heard, Likeness, is_particle};
use crate::score::Level;

/// A normal name, ready for comparison.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Prepared {
    text: String,
    tokens: Vec<Token>,
    /// All letters without spaces, where there are several tokens.
    joined: Option<Token>,
}

/// One token with what comparing it needs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    heard: Heard,
    /// Groups of given names, and of family names, that it stands in.
    given: &'static [u16],
    family: &'static [u16],
    /// What tells most names apart from those of the groups.
    given_kin: KinMarks,
    family_kin: KinMarks,
    is_particle: bool,
    /// Whether it tells one person from another as a further given name.
    tells: bool,
}

impl Token {
    fn new(text: String) -> Self {
        Self {
            heard: Heard::of(&text),
            given: GIVEN.of(&text),
            family: FAMILY.of(&text),
            given_kin: KinMarks::of(&GIVEN, &text),
            family_kin: KinMarks::of(&FAMILY, &text),
            is_particle: is_particle(&text),
            tells: tells(&text),
            text,
        }
    }

    fn likeness(&self, other: &str) -> Likeness {
        Likeness::of(&self.text, &self.heard, other)
    }

    fn is_nickname_of(&self, other: &str) -> bool {
        !self.given.is_empty() && self.given_kin.may_hold(other) && share_a_group(self.given, GIVEN.of(other))
    }

    /// Whether the two are listed as spellings of one family name.
    fn is_spelling_of(&self, other: &str) -> bool {
        !self.family.is_empty()
            && self.family_kin.may_hold(other)
            && share_a_group(self.family, FAMILY.of(other))
    }

    fn is_initial(&self) -> bool {
        self.text.len() == 1
    }

    fn into_word(self) -> (String, KinMarks) {
        (self.text, self.given_kin.with(self.family_kin))
    }
}

impl Prepared {
    /// Makes a name in its normal form ready.
    pub(crate) fn new(text: String) -> Self {
        let tokens: Vec<Token> = tokens_of(&text).map(|token| Token::new(token.to_owned())).collect();
        let joined = (tokens.len() > 1).then(|| Token::new(text.replace(' ', "")));
        Self { text, tokens, joined }
    }

    /// The normal text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no name.
    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The tokens in order.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Tokens that carry the name: all but particles, or all when there is nothing else.
    pub(crate) fn core(&self) -> impl Iterator<Item = &Token> {
        let only_particles = self.tokens.iter().all(|token| token.is_particle);
        self.tokens.iter().filter(move |token| only_particles || !token.is_particle)
    }

    /// The whole name as one token.
    pub(crate) fn whole(&self) -> Option<&Token> {
        self.joined.as_ref().or(self.tokens.first())
    }

    /// Every word by which the name is compared, with the marks of its kin: tokens, the whole, and these without what stands
    /// in front of a family name.
    pub(super) fn words(&self) -> impl Iterator<Item = (String, KinMarks)> {
        let tokens = self.tokens.iter().chain(&self.joined);
        tokens.flat_map(|token| {
            let behind = rest(&token.text).map(|rest| Token::new(rest.to_owned()).into_word());
            std::iter::once(token.clone().into_word()).chain(behind)
        })
    }

    /// The first part of a family name of several that stands in both.
    pub(crate) fn shared_part<'b>(&self, other: &'b str) -> Option<&'b str> {
        core_of(other).find(|b| b.len() > 2 && self.core().any(|a| a.text == *b))
    }

    /// Compares as family names: spacing and particles do not matter, one part of a double name is worth something.
    pub(crate) fn family_level(&self, other: &str) -> Level {
        let Some(whole) = self.whole().filter(|_| !other.is_empty()) else { return Level::Missing };
        let several = self.tokens.len() > 1 || has_space(other);
        if same_letters(&whole.text, other) || (several && self.same_core(other)) {
            return Level::Exact;
        }
        let whole_level = joined(other, |other| family_likeness(whole, other));
        if !several {
            return whole_level;
        }
        // Particles aside, one name on either side: `al Khalifa` is `Khalifah`.
        let alone = (alone(self.core()), alone(core_of(other)));
        let whole_level = match alone {
            (Some(a), Some(b)) => stronger(whole_level, family_likeness(a, b)),
            _ => whole_level,
        };
        // `Smith-Jones` is in part `Smith`, also when that is misspelt; yet one slip in the whole says more.
        let long = |text: &str| text.len() > 2;
        let parts = self.core().filter(|a| long(&a.text)).flat_map(|a| {
            let others = core_of(other).filter(|b| long(b));
            others.map(|b| family_likeness(a, b))
        });
        match (whole_level, parts.fold(Level::Differ, stronger)) {
            (_, Level::Exact) => Level::Part,
            (Level::Close | Level::Differ, Level::Typo | Level::Phonetic) => Level::Close,
            (level, _) => level,
        }
    }

    /// Compares as given names: the first of each, and what the others add.
    pub(crate) fn given_levels(&self, other: &str) -> GivenLevels {
        let mut others = tokens_of(other);
        let (Some(first), Some(other_first)) = (self.tokens.first(), others.next()) else {
            return GivenLevels { first: Level::Missing, rest: Level::Missing };
        };
        let goes_on = (self.has_further(), further_of(others.clone()).next().is_some());
        let whole = self.whole().filter(|whole| !whole.is_initial());
        if whole.is_some_and(|whole| same_letters(&whole.text, other)) {
            // `J R` has the letters of `JR`, and no more than letters.
            let level =
                if first.is_initial() || other_first.len() == 1 { Level::Initial } else { Level::Exact };
            let rest = match goes_on {
                (true, true) => level,
                (false, false) => Level::Neither,
                // One side writes apart what the other joins.
                _ => Level::Missing,
            };
            return GivenLevels { first: level, rest };
        }
        // `Abdul` is no name by itself: `Abdul Hamid` is another than `Abdul Majid`.
        if is_servant(&first.text)
            && is_servant(other_first)
            && let (Some(second), Some(other_second)) = (self.tokens.get(1), others.clone().next())
        {
            return GivenLevels { first: first_level(second, other_second), rest: Level::Missing };
        }
        let level = first_level(first, other_first);
        if matches!(level, Level::Initial | Level::Phonetic | Level::Close | Level::Differ) {
            // Known by a middle name: the first of one stands further back in the other.
            let back = others.clone().any(|b| is_same_name(first, b))
                || self.tokens.iter().skip(1).any(|a| is_same_name(a, other_first));
            if back {
                return GivenLevels { first: Level::Part, rest: Level::Missing };
            }
            // Written apart on one side: `Abdul Rahman`, `Abdurrahman`.
            let apart = self.tokens.len() > 1 || has_space(other);
            // Initials alone are no name to be misspelt: `A K`, `A C`.
            let is_name = |whole: &&Token| whole.text.len().min(letters_of(other)) > INITIALS_MAX;
            if apart && let Some(whole) = whole.filter(is_name) {
                let joined = joined(other, |other| given_likeness(whole, other));
                if let level @ (Level::Nickname | Level::Typo) = joined {
                    return GivenLevels { first: level, rest: Level::Missing };
                }
            }
        }
        let rest = match goes_on {
            (true, true) => self.rest_level(others),
            _ if level == Level::Differ => Level::Missing,
            (false, false) => Level::Neither,
            _ => Level::OneSided,
        };
        GivenLevels { first: level, rest }
    }

    /// Whether further given names agree in any pair.
    fn rest_level<'a>(&self, others: impl Iterator<Item = &'a str> + Clone) -> Level {
        let others = further_of(others);
        let any =
            |agree: fn(&Token, &str) -> bool| self.further().any(|a| others.clone().any(|b| agree(a, b)));
        if any(|a, b| a.text == b && b.len() > 1) {
            Level::Exact
        } else if any(|a, b| a.is_nickname_of(b) || a.likeness(b) < Likeness::Close) {
            Level::Close
        } else if any(|a, b| is_initial(&a.text, b)) {
            Level::Initial
        } else {
            Level::Differ
        }
    }

    /// Whether there are given names after the first that tell people apart.
    pub(crate) fn has_further(&self) -> bool {
        self.further().next().is_some()
    }

    /// Given names after the first that tell people apart.
    fn further(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().skip(1).filter(|token| token.tells)
    }

    /// A further given name that both have.
    pub(crate) fn shared_further<'b>(&self, other: &'b str) -> Option<&'b str> {
        further_of(tokens_of(other).skip(1)).find(|b| b.len() > 1 && self.further().any(|a| a.text == *b))
    }

    /// The first letter of a further given name of which one side has no more than that.
    pub(crate) fn shared_further_initial(&self, other: &str) -> Option<u8> {
        let mut others = further_of(tokens_of(other).skip(1));
        let shared = others.find(|b| self.further().any(|a| is_initial(&a.text, b)));
        shared.and_then(|word| word.bytes().next())
    }

    /// Whether both have the same parts, in whatever order.
    fn same_core(&self, other: &str) -> bool {
        let all = self.core().all(|a| core_of(other).any(|b| a.text == b));
        all && core_of(other).all(|b| self.core().any(|a| a.text == b))
    }
}

/// How given names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenLevels {
    pub(crate) first: Level,
    pub(crate) rest: Level,
}

fn first_level(a: &Token, b: &str) -> Level {
    if a.text == b && b.len() > 1 {
        Level::Exact
    } else if a.is_initial() || b.len() == 1 {
        if is_initial(&a.text, b) { Level::Initial } else { Level::Differ }
    } else {
        given_likeness(a, b)
    }
}

/// Whether a further given name tells one person from another: no particle, and no name that most bearers of a faith or a language add,
/// so that sharing one says nothing.
#[rustfmt::skip]
fn tells(word: &str) -> bool {
    let is_courtesy = matches!(
        word.as_bytes(),
        b"singh" | b"kaur" | b"kour" | b"begum" | b"begom" | b"bibi" | b"khatun" | b"khatoon" | b"devi" | b"kumar" | b"kumari"
            | b"bano" | b"banu" | b"bai" | b"ben" | b"bhai" | b"lal" | b"khanum" | b"khanom" | b"hanim" | b"van" | b"thi"
    );
    !is_courtesy && !is_particle(word)
}

/// Whether a normal name has words after the first that tell people apart.
pub(crate) fn has_further(given: &str) -> bool {
    further_of(tokens_of(given).skip(1)).next().is_some()
}

fn further_of<'a>(words: impl Iterator<Item = &'a str> + Clone) -> impl Iterator<Item = &'a str> + Clone {
    words.filter(|word| tells(word))
}

/// Whether a word only makes a name together with the next one.
pub(crate) fn is_servant(word: &str) -> bool {
    matches!(word, "abd" | "abdul" | "abdel" | "abdal" | "abdur" | "abdus" | "abdol" | "abdoul" | "abed")
}

fn given_likeness(a: &Token, b: &str) -> Level {
    if a.is_nickname_of(b) || is_short_form(&a.text, b) || is_short_form(b, &a.text) {
        return if a.is_nickname_of(b) || !both_are_known(a, b) { Level::Nickname } else { Level::Close };
    }
    match a.likeness(b) {
        // Two names of their own that lie one slip apart: Amir and Samir.
        Likeness::Typo | Likeness::Phonetic if both_are_known(a, b) => Level::Close,
        Likeness::Exact => Level::Exact,
        // Amir and Amira, Mario and Maria: one letter makes it a name of the other sex.
        Likeness::Spelling | Likeness::Typo | Likeness::Phonetic | Likeness::Close
            if one_is_hers(&a.text, b) =>
        {
            Level::Close
        }
        Likeness::Spelling => Level::Nickname,
        Likeness::Typo => Level::Typo,
        Likeness::Phonetic => Level::Phonetic,
        Likeness::Close => Level::Close,
        Likeness::Differ if !both_are_known(a, b) && is_one_letter_apart(&a.text, b) => Level::Close,
        Likeness::Differ => Level::Differ,
    }
}

fn family_likeness(a: &Token, b: &str) -> Level {
    match plain_likeness(a, b) {
        level @ (Level::Close | Level::Differ) => match (bare(&a.text), bare(b)) {
            (None, None) => level,
            (mine, others) => stronger(level, bare_likeness(a, mine, b, others)),
        },
        level => level,
    }
}

/// Compares what stands behind articles, or behind what says whose son somebody is: `Alhussein` is `Husayn`, `McDonald` is
/// `MacDonald`, and `Donald` is neither for certain.
fn bare_likeness(
    a: &Token,
    mine: Option<(Beginning, &str)>,
    b: &str,
    others: Option<(Beginning, &str)>,
) -> Level {
    let level = |mine: &str, other: &str| match plain_likeness(&Token::new(mine.to_owned()), other) {
        Level::Exact | Level::Phonetic => Level::Phonetic,
        Level::Typo => Level::Close,
        _ => Level::Differ,
    };
    match (mine, others) {
        (Some((begins, mine)), Some((other_begins, other))) if begins == other_begins => level(mine, other),
        (Some((Beginning::Article, mine)), None) => level(mine, b),
        (None, Some((Beginning::Article, other))) => level(&a.text, other),
        (Some((Beginning::Son, mine)), None) if mine == b => Level::Close,
        (None, Some((Beginning::Son, other))) if other == a.text => Level::Close,
        _ => Level::Differ,
    }
}

/// The one item that there is.
fn alone<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// The level at which names are more alike.
fn stronger(a: Level, b: Level) -> Level {
    const ORDER: [Level; 5] = [Level::Exact, Level::Typo, Level::Phonetic, Level::Close, Level::Differ];
    let place = |level| ORDER.iter().position(|&of| of == level);
    if place(b) < place(a) { b } else { a }
}

fn plain_likeness(a: &Token, b: &str) -> Level {
    match a.likeness(b) {
        Likeness::Exact => Level::Exact,
        Likeness::Spelling | Likeness::Phonetic => Level::Phonetic,
        _ if same_stem(&a.text, b) || a.is_spelling_of(b) => Level::Phonetic,
        Likeness::Typo => Level::Typo,
        Likeness::Close => Level::Close,
        Likeness::Differ if is_one_letter_apart(&a.text, b) => Level::Close,
        Likeness::Differ => Level::Differ,
    }
}

/// Whether a letter that slipped may be all that tells two given names apart: not where the lists know both, nor where they know neither
/// and it makes the one of them hers. Where they know one, how many bear the other tells: Emm is a slip of Emma.
pub(crate) fn may_have_slipped(a: &str, b: &str) -> bool {
    let known = |name| !GIVEN.of(name).is_empty();
    is_one_letter_apart(a, b) && !(known(a) && known(b)) && (known(a) || known(b) || !one_is_hers(a, b))
}

/// Whether both are names that the lists know, without a group that holds both.
fn both_are_known(a: &Token, b: &str) -> bool {
    !a.given.is_empty() && !GIVEN.of(b).is_empty()
}

/// Whether `short` is the beginning of `long` as names are cut short: a syllable closed by a consonant, with much left out.
fn is_short_form(short: &str, long: &str) -> bool {
    short.len() >= 3
        && long.len() >= short.len() + 3
        && long.starts_with(short)
        && short.bytes().last().is_some_and(|letter| !b"aeiouyh".contains(&letter))
}

/// Whether two names are one to all purposes, though perhaps misspelt.
fn is_same_name(a: &Token, b: &str) -> bool {
    !a.is_initial()
        && b.len() > 1
        && matches!(given_likeness(a, b), Level::Exact | Level::Nickname | Level::Typo)
}

/// Whether an ending for women is all that makes one name of the other: Amir and Amira, Mario and Maria, Simon and
/// Simone, Daniel and Danielle, George and Georgia.
fn one_is_hers(a: &str, b: &str) -> bool {
    let hers = |name: &str, other: &str| {
        if let Some(stem) = name.strip_suffix('a') {
            return other == stem
                || other.strip_suffix('o') == Some(stem)
                || stem.strip_suffix('i').is_some_and(|stem| other.strip_suffix('e') == Some(stem))
                || (!other.ends_with('a') && !other.ends_with('h'));
        }
        let Some(stem) = name.strip_suffix('e') else { return false };
        match other.as_bytes() {
            [.., b'l'] => stem.strip_suffix('l') == Some(other),
            [.., before, b'n' | b's'] => stem == other && matches!(before, b'i' | b'o'),
            _ => false,
        }
    };
    hers(a, b) || hers(b, a)
}

/// Whether one of the two is only the first letter of the other.
fn is_initial(a: &str, b: &str) -> bool {
    (a.len() == 1 || b.len() == 1) && a.bytes().next() == b.bytes().next()
}

/// Letters of initials, joined, at most.
const INITIALS_MAX: usize = 3;

/// How many letters `text` has without its spaces.
fn letters_of(text: &str) -> usize {
    text.bytes().filter(|&byte| byte != b' ').count()
}

/// Letters of a name that are joined without asking for memory: those of all but a few names.
const JOINED_MAX: usize = 64;

/// What `with` makes of a name written without its spaces.
fn joined<R>(text: &str, with: impl FnOnce(&str) -> R) -> R {
    if !has_space(text) {
        return with(text);
    }
    let mut letters = [0; JOINED_MAX];
    if text.len() > JOINED_MAX {
        return with(&text.replace(' ', ""));
    }
    let mut length = 0;
    for (place, byte) in letters.iter_mut().zip(text.bytes().filter(|&byte| byte != b' ')) {
        *place = byte;
        length += 1;
    }
    with(letters.get(..length).and_then(|letters| str::from_utf8(letters).ok()).unwrap_or_default())
}

/// Names are short: looking at each byte is quicker than a search made for long texts.
fn has_space(text: &str) -> bool {
    text.bytes().any(|byte| byte == b' ')
}

/// Whether `letters`, which has no spaces, spells `text` once its spaces are left out.
pub(crate) fn same_letters(letters: &str, text: &str) -> bool {
    letters.len() <= text.len() && letters.bytes().eq(text.bytes().filter(|&b| b != b' '))
}

fn tokens_of(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (token, after) = match rest.bytes().position(|byte| byte == b' ') {
                Some(space) => (rest.get(..space)?, rest.get(space + 1..)?),
                None => (rest, ""),
            };
            rest = after;
            if !token.is_empty() {
                return Some(token);
            }
            if rest.is_empty() {
                return None;
            }
        }
    })
}

fn core_of(text: &str) -> impl Iterator<Item = &str> + Clone {
    let only_particles = tokens_of(text).all(is_particle);
    tokens_of(text).filter(move |token| only_particles || !is_particle(token))
}
