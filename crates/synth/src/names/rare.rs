//! The long tail of family names: names put together from parts, each rank of the tail its own name.
//! Most exist nowhere. Ranks are frequent as ranks of a register are, so that rarity is of all degrees.

use super::ranked::Ranks;
use crate::dice::Dice;

/// British place-like beginnings.
const BEGINNINGS: &str = "Ash Bram Cold Dun Elm Fen Gar Hax Ing Kel Lang Mel Nor Ox Pem Raw Sel Thor Ulver Wad Alder \
    Birk Cran Den Ever Flax Gold Hather Kirk Lind Mar Nether Oak Pend Rad Shel Tad Up Whit Yel Barn Chad Dray Eccle \
    Fox Grim Hol Lut Mickle Pick Ravens Stan Tun Wether Wood Apple Bex Clap Hind Lever Ack Bad Bles Brin Cald Cleg \
    Cock Cul Dal Dew Ebb Ed Fal Far Fitz Gal Gart Gres Hal Harg Heb Hes Hep Hut Ick Kep Kim Lam Leck Lod Mac Mal Mid \
    Mun New Nuth Orm Osb Pad Pil Pul Rams Red Rib Rom Sal Scar Sed Ship Sil Slo Snod Sper Spof Sut Swin Tar Thir Tim \
    Tol Trel Twin Wal Wark Wel Wig Win Wyl";

const LINKS: &[&str] = &["", "", "", "er", "en", "ing", "es", "a", "ol", "i"];

const ENDS: &str = "ley ton worth by thwaite combe stead hurst field ford well ham bourne shaw croft den dale bury church \
    cliffe wood grave hill mere thorpe man land son ridge gate holm wick sey ett kin ling stock";

/// Scottish, Irish and Norman names: a particle before a stem.
const PARTICLES: &[&str] = &["Mc", "Mac", "O'", "Fitz", "de ", "van ", "St "];

const STEMS: &str = "Allis Ardle Auley Brae Cabe Cann Clure Corry Crae Dade Dermid Dowd Eachern Ewan Fadden Farla Gann \
    Garvie Gillan Gowan Grath Guinn Hale Haffie Inerny Keever Kell Kenna Lachan Laren Lennan Lysaght Mara Manus Murrow \
    Nair Nabb Nelis Paul Phail Quaid Quillan Rory Ruddy Shane Sorley Swiney Taggart Tighe Vicar Vey Whirter Beck Haan \
    Silva Costa Rosa Leur Vries Boer Clair Maur Leger";

/// A tail of composed names.
pub(super) struct Tail {
    beginnings: Vec<&'static str>,
    links: &'static [&'static str],
    ends: Vec<&'static str>,
    ranks: Ranks,
}

impl Tail {
    /// The British tail: tens of thousands of names.
    pub(super) fn british() -> Self {
        Self::new(BEGINNINGS, LINKS, ENDS)
    }

    /// A tail of names composed of a beginning, a link and an end.
    pub(super) fn new(beginnings: &'static str, links: &'static [&'static str], ends: &'static str) -> Self {
        let beginnings: Vec<_> = beginnings.split_whitespace().collect();
        let ends: Vec<_> = ends.split_whitespace().collect();
        let ranks = Ranks::new(beginnings.len() * links.len() * ends.len());
        Self { beginnings, links, ends, ranks }
    }

    /// A name of the tail.
    pub(super) fn draw(&self, dice: &mut Dice) -> String {
        // A rank's parts are the digits of its number, so neighbours in rank have little in common.
        let rank = self.ranks.draw(dice);
        let (rest, beginning) = (rank / self.beginnings.len().max(1), rank % self.beginnings.len().max(1));
        let (link, end) = (rest / self.ends.len().max(1), rest % self.ends.len().max(1));
        let part = |list: &[&'static str], at: usize| list.get(at).copied().unwrap_or_default();
        [part(&self.beginnings, beginning), part(self.links, link), part(&self.ends, end)].concat()
    }
}

/// Names with a particle.
pub(super) struct WithParticle {
    stems: Vec<&'static str>,
    ranks: Ranks,
}

impl WithParticle {
    /// The British ones.
    pub(super) fn british() -> Self {
        let stems: Vec<_> = STEMS.split_whitespace().collect();
        let ranks = Ranks::new(stems.len() * PARTICLES.len());
        Self { stems, ranks }
    }

    /// One of them.
    pub(super) fn draw(&self, dice: &mut Dice) -> String {
        let rank = self.ranks.draw(dice);
        let particle = PARTICLES.get(rank % PARTICLES.len());
        let stem = self.stems.get(rank / PARTICLES.len());
        [particle.copied().unwrap_or_default(), stem.copied().unwrap_or_default()].concat()
    }
}
