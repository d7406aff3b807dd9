//! The memory that one question may use on a worker, whichever of its plans take it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryPool};

/// The memory of each question under way.
#[derive(Debug)]
pub(super) struct Pools {
    bytes: usize,
    held: Mutex<HashMap<String, Weak<GreedyMemoryPool>>>,
}

impl Pools {
    /// So many bytes for each question.
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, held: Mutex::default() }
    }

    /// The memory of this question, which ends with the last of its plans.
    pub(super) fn of(&self, question: &str) -> Arc<dyn MemoryPool> {
        let fresh = || Arc::new(GreedyMemoryPool::new(self.bytes));
        let Ok(mut held) = self.held.lock() else { return fresh() };
        held.retain(|_, pool| pool.strong_count() > 0);
        let pool = held.get(question).and_then(Weak::upgrade).unwrap_or_else(fresh);
        held.insert(question.to_owned(), Arc::downgrade(&pool));
        pool
    }

    /// How many questions are under way.
    #[cfg(test)]
    pub(super) fn questions(&self) -> usize {
        self.held.lock().unwrap().values().filter(|pool| pool.strong_count() > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::execution::memory_pool::MemoryConsumer;

    use super::Pools;

    #[test]
    fn the_plans_of_a_question_share_its_memory_and_give_it_back() {
        let pools = Pools::new(100);
        let (one, same, other) = (pools.of("1"), pools.of("1"), pools.of("2"));
        let take = |pool, bytes| {
            let reservation = MemoryConsumer::new("plan").register(pool);
            reservation.try_grow(bytes).map(|()| reservation)
        };
        let _held = take(&one, 60).unwrap();
        assert!(take(&same, 60).is_err() && take(&other, 60).is_ok());
        assert_eq!(pools.questions(), 2);
        drop((other, one, same));
        assert_eq!(pools.questions(), 1, "what is reserved holds its pool");
    }
}
