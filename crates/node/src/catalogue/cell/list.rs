//! Lists of texts: given as a list, or as one text whose parts stand between `|` or `;`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListBuilder, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::super::batch::text_list;
use super::{as_text, trimmed};

pub(super) fn read(given: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let mut builder = ListBuilder::new(StringBuilder::new());
    if matches!(given.data_type(), DataType::List(_) | DataType::LargeList(_)) {
        let lists = cast(given, &text_list())?;
        for list in lists.as_list::<i32>().iter() {
            match list {
                Some(list) => append(&mut builder, trimmed(&as_text(&list)?).flatten()),
                None => builder.append_null(),
            }
        }
    } else {
        for text in trimmed(&as_text(given)?) {
            match text {
                Some(text) => append(
                    &mut builder,
                    text.split(['|', ';']).map(str::trim).filter(|part| !part.is_empty()),
                ),
                None => builder.append_null(),
            }
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// One row; a list without a text in it is null.
fn append<'a>(builder: &mut ListBuilder<StringBuilder>, texts: impl Iterator<Item = &'a str>) {
    let mut texts = texts.peekable();
    let any = texts.peek().is_some();
    for text in texts {
        builder.values().append_value(text);
    }
    builder.append(any);
}
