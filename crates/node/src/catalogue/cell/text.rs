//! Free text: trimmed, and null where nothing is left. Text that tables group by is stored as a dictionary.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, StringDictionaryBuilder};
use arrow::datatypes::Int32Type;

use super::trimmed;

pub(super) fn read(text: &StringArray, dictionary: bool) -> ArrayRef {
    if dictionary {
        let mut builder = StringDictionaryBuilder::<Int32Type>::new();
        builder.extend(trimmed(text));
        Arc::new(builder.finish())
    } else {
        Arc::new(trimmed(text).collect::<StringArray>())
    }
}
