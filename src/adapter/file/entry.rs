//! One entry of a header: what it says of a tensor.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;

use super::dtype::Dtype;
use crate::adapter::problem::Reason;

/// Longer than any valid entry of a tensor; bounds how many sides an entry can list.
const MOST_ENTRY_BYTES: usize = 4096;

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    dtype: Cow<'a, str>,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

pub(super) type Parts = (Dtype, Vec<u64>, Range<u64>);

/// What the header entry `text` says of a tensor, in a file whose data is in `begin..end`; or the kind of problem and its reason.
/// The range may end beyond the file, but does not overflow.
pub(super) fn entry(text: &str, begin: u64, end: u64) -> Result<Parts, (&'static str, Reason)> {
    const JSON: &str = "entries that are not the JSON that is expected";
    if text.len() > MOST_ENTRY_BYTES {
        return Err((JSON, Reason::Json(format!("an entry of {} bytes", text.len()))));
    }
    let Entry { dtype, shape, data_offsets: [first, last] } =
        serde_json::from_str(text).map_err(|error| (JSON, Reason::Json(error.to_string())))?;
    let outside = Reason::OutOfRange { begin: first, end: last, data: end - begin };
    let Some(range) = begin.checked_add(last).filter(|_| first <= last).map(|last| begin + first..last) else {
        return Err(("tensors whose data the header places outside the file", outside));
    };
    let dtype = Dtype::from(&*dtype);
    if let Some(size) = dtype.width() {
        // The smallest side first: with a side of 0, the product cannot overflow.
        let mut sides = shape.clone();
        sides.sort_unstable();
        let expected = sides.iter().try_fold(size as u64, |product, &side| product.checked_mul(side));
        if expected != Some(last - first) {
            let reason = if range.end > end { outside } else { Reason::Length { found: last - first, expected } };
            return Err(("tensors whose data does not fit shape and dtype", reason));
        }
    }
    Ok((dtype, shape, range))
}
