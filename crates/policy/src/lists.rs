//! Lists of numbers, one behind the other in one piece of memory: many are short, and each by itself would take longer to make than to
//! read.
#![expect(
    clippy::indexing_slicing,
    reason = "lists are numbered and every list here is made with their number"
)]

/// Lists of numbers.
pub(crate) struct Lists {
    /// Where each list ends, and before them where the first begins.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { ends: vec![0], numbers: Vec::new() }
    }
}

impl Lists {
    /// Sorts pairs of a list and a number into so many lists, each in the order of the pairs.
    pub(crate) fn of(lists: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; lists + 1];
        pairs.clone().for_each(|(list, _)| ends[list as usize + 1] += 1);
        (0..lists).for_each(|list| ends[list + 1] += ends[list]);
        let (mut next, mut numbers) = (ends.clone(), vec![0; ends[lists] as usize]);
        for (list, number) in pairs {
            numbers[next[list as usize] as usize] = number;
            next[list as usize] += 1;
        }
        Self { ends, numbers }
    }

    /// The numbers of a list.
    pub(crate) fn list(&self, at: u32) -> &[u32] {
        &self.numbers[self.ends[at as usize] as usize..self.ends[at as usize + 1] as usize]
    }

    /// How many lists there are.
    pub(crate) fn number(&self) -> usize {
        self.ends.len() - 1
    }

    /// Adds a list.
    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.numbers.extend(list);
        self.ends.push(self.numbers.len() as u32);
    }
}
