//! The fields of a JSON object, read one by one.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::adapter::file::entries::Entries;

/// A JSON object whose values are kept as they are written.
pub(crate) type Fields = Entries<Box<RawValue>>;

/// The value of a field, if it is there and not null.
pub(crate) fn value(fields: &Fields, name: &str) -> Option<Value> {
    serde_json::from_str(fields.get(name)?.get()).ok().filter(|value: &Value| !value.is_null())
}

/// A finite number, also one in quotes.
pub(crate) fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

pub(crate) fn whole(value: &Value) -> Option<u64> {
    const EXACT: f64 = (1u64 << 53) as f64;
    number(value).filter(|number| number.fract() == 0.0 && (0.0..EXACT).contains(number)).map(|number| number as u64)
}
