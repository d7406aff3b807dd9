//! Which rows of a table are sums of what was told by definition, whoever is there, and not as it happens: such a row tells nothing by
//! being told, and nothing by being kept back.

use super::bundled::Bundled;
use super::cells::Cells;
use super::differencing::New;
use super::span::Span;

/// What is a sum by definition of cells and bundles that are told: of tables over the same records, grouped by more or fewer of the
/// same dimensions, one's cells are sums of the other's whoever is there.
pub(super) struct Defined {
    /// Whether nobody stands in two of the table's rows.
    apart: bool,
    /// For each cell that was told before, whether its table is about the records of the new one.
    nests: Vec<bool>,
    /// Bundles that are told.
    told: Vec<u32>,
    /// Made when first asked for: hardly any table asks.
    sums: Option<Sums>,
}

impl Defined {
    pub(super) fn of(new: New<'_>, apart: bool) -> Self {
        let nests = new.earlier.told().iter().flat_map(|told| {
            let nests = told.meaning().nests(new.meaning);
            told.cells().iter().map(move |_| nests)
        });
        Self { apart, nests: nests.collect(), told: Vec::new(), sums: None }
    }

    /// Adds a bundle that is told.
    pub(super) fn told(&mut self, bundle: u32) {
        self.told.push(bundle);
    }

    /// Whether a bundle is a sum of what was told and of the bundles that are. Whether anybody stands in it and what the bundles are is asked
    /// where it matters.
    pub(super) fn holds<'c>(
        &mut self,
        bundle: u32,
        is_anybody: impl FnOnce() -> bool,
        cells: impl FnOnce() -> &'c Bundled,
    ) -> bool {
        let alone = self.apart || self.told.is_empty();
        if alone && self.sums.is_none() && !self.nests.contains(&true) {
            // Nobody is a sum of nothing, and only nobody one of others in whom nobody stands twice.
            return !is_anybody();
        }
        let sums = self.sums.get_or_insert_with(|| Sums::of(cells(), &self.nests));
        self.told.drain(..).for_each(|bundle| sums.tell(bundle));
        sums.hold(bundle)
    }
}

/// The sums of tables that nest with the new one, and of bundles that are told.
struct Sums {
    /// What is left of the cells of these tables, and then the bundles.
    span: Span,
    /// How many cells were told, and how many of these are left.
    earlier: u32,
    left: u32,
}

impl Sums {
    fn of(cells: &Bundled, nests: &[bool]) -> Self {
        let (earlier, nests) =
            (cells.earlier(), |cell: u32| nests.get(cell as usize).is_none_or(|nests| *nests));
        // Whether bundles are sums is asked, so no equation is solved for them. Nobody at all is in no class.
        let left = if (0..earlier).any(nests) {
            cells.left(1, earlier, nests)
        } else {
            (earlier..cells.number()).map(|bundle| (bundle, Vec::new())).collect()
        };
        let told = left.iter().take_while(|(cell, _)| *cell < earlier).count() as u32;
        let mut span = Span::new(Cells::of_sums(cells, &left), 1);
        (0..told).for_each(|cell| span.told(cell));
        Self { span, earlier, left: told }
    }

    fn tell(&mut self, bundle: u32) {
        self.span.told(bundle - self.earlier + self.left);
    }

    fn hold(&mut self, bundle: u32) -> bool {
        self.span.holds(bundle - self.earlier + self.left)
    }
}
