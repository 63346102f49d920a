//! Writes the header of a safetensors file.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::dtype::Dtype;
use super::entries::Entries;
use crate::adapter::problem::{Problem, Reason};

/// A tensor of the new file. Rows are in the order of the data.
pub(crate) struct Row<'a> {
    pub(crate) name: &'a str,
    pub(crate) dtype: &'a Dtype,
    pub(crate) shape: &'a [u64],
    pub(crate) bytes: u64,
}

#[derive(Serialize)]
struct Entry<'a> {
    dtype: String,
    shape: &'a [u64],
    data_offsets: [u64; 2],
}

/// The bytes before the data, and the length of the whole file.
pub(crate) fn header<'a>(
    metadata: Option<&Entries<String>>,
    rows: impl Iterator<Item = Row<'a>>,
) -> Result<(Vec<u8>, u64), Problem> {
    let mut entries = Entries(Vec::new());
    if let Some(metadata) = metadata {
        entries.0.push(("__metadata__".to_owned(), raw(metadata)?));
    }
    let mut end = 0;
    for row in rows {
        let data_offsets = [end, end + row.bytes];
        let entry = Entry { dtype: row.dtype.to_string(), shape: row.shape, data_offsets };
        entries.0.push((row.name.to_owned(), raw(&entry)?));
        end += row.bytes;
    }
    let mut bytes = vec![0; 8];
    serde_json::to_writer(&mut bytes, &entries).map_err(json)?;
    // The data begins at a multiple of eight bytes, as in the reference implementation.
    bytes.resize(bytes.len().next_multiple_of(8), b' ');
    let text = bytes.len() as u64 - 8;
    bytes[..8].copy_from_slice(&text.to_le_bytes());
    Ok((bytes, 8 + text + end))
}

pub(crate) fn raw(value: &impl Serialize) -> Result<Box<RawValue>, Problem> {
    to_raw_value(value).map_err(json)
}

pub(crate) fn json(error: serde_json::Error) -> Problem {
    Problem::file(Reason::Write(error.to_string()))
}
