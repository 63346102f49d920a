//! [`Header`]: the table of contents of a safetensors file, tensor by tensor.
//!
//! The crate `safetensors` rejects a whole header for one broken entry, and its offsets have only 32 bits in a browser. Here a
//! broken entry is reported and the others are kept, and a file of 5 GB can be read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::dtype::Dtype;
use super::entries::Entries;
use super::read::{ReadBytes, read};
use super::tensor::Tensor;
use crate::adapter::problem::{Location, Problem, Reason};

/// The limit of the reference implementation. It bounds the memory that a hostile file can claim.
const MOST_BYTES: u64 = 100_000_000;

/// Longer than any valid entry of a tensor; bounds how many sides an entry can list.
const MOST_ENTRY_BYTES: usize = 4096;

/// The tensors of a safetensors file, and the problems of its invalid entries.
///
/// [`Header::read`] reads it from a synchronous source. For an asynchronous one, read [`Header::PREFIX`], then [`Header::range`],
/// and pass the text to [`Header::parse`].
///
/// ```
/// use lora_rank_explorer::adapter::{Header, sample};
///
/// let bytes = sample().file;
/// let range = Header::range(&bytes[..8], bytes.len() as u64)?;
/// let header = Header::parse(&bytes[range.start as usize..range.end as usize], bytes.len() as u64)?;
/// assert!(header.tensors().len() > 10 && header.problems().is_empty());
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Header {
    tensors: Vec<Tensor>,
    pub(crate) metadata: Option<Entries<String>>,
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    dtype: Cow<'a, str>,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

impl Header {
    /// The bytes that say how long the header is.
    pub const PREFIX: Range<u64> = 0..8;

    /// The range of the header in a file of `file_bytes`, from the bytes in [`PREFIX`](Self::PREFIX).
    ///
    /// # Errors
    /// [`Problem`] when there are fewer than eight bytes, or the header would be longer than the file or than 100 MB.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Header;
    /// assert_eq!(Header::range(&[16, 0, 0, 0, 0, 0, 0, 0], 1000), Ok(8..24));
    /// assert!(Header::range(&[0, 0, 0, 0, 0, 0, 0, 0x80], 1000).is_err(), "2⁶³ bytes");
    /// ```
    pub fn range(prefix: &[u8], file_bytes: u64) -> Result<Range<u64>, Problem> {
        let Some(length) = prefix.first_chunk() else {
            return Err(Problem::file(Reason::TooShort { bytes: prefix.len() as u64 }));
        };
        let header = u64::from_le_bytes(*length);
        let most = file_bytes.saturating_sub(8).min(MOST_BYTES);
        if header > most {
            return Err(Problem::file(Reason::HeaderTooLong { header, most }));
        }
        Ok(8..8 + header)
    }

    /// The header whose JSON is `text`: the bytes in [`range`](Self::range).
    ///
    /// # Errors
    /// [`Problem`] when `text` is not a JSON object. Invalid entries are reported in [`problems`](Self::problems) instead. Never
    /// panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Header;
    /// let text = br#"{"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "v": 7}"#;
    /// let header = Header::parse(text, 8 + text.len() as u64 + 24)?;
    /// assert_eq!(header.tensors()[0].shape(), [2, 3]);
    /// assert!(header.problems()[0].to_string().starts_with("tensor `v`: not the JSON that is expected"));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn parse(text: &[u8], file_bytes: u64) -> Result<Self, Problem> {
        let begin = 8 + text.len() as u64;
        let data = file_bytes.saturating_sub(begin);
        let entries: Entries<&RawValue> =
            serde_json::from_slice(text).map_err(|error| Problem::file(Reason::Json(error.to_string())))?;
        let mut header = Self { tensors: Vec::with_capacity(entries.0.len()), metadata: None, problems: Vec::new() };
        for (name, value) in entries.0 {
            if name == "__metadata__" {
                match serde_json::from_str(value.get()) {
                    Ok(metadata) => header.metadata = Some(metadata),
                    Err(error) => header.problems.push(Problem::tensor(&name, Reason::Json(error.to_string()))),
                }
                continue;
            }
            match tensor(name, value.get(), begin, data) {
                Ok(tensor) => header.tensors.push(tensor),
                Err(problem) => header.problems.push(problem),
            }
        }
        header.tensors.sort_by_key(|tensor| (tensor.range.start, tensor.range.end));
        header.set_duplicates_aside();
        header.set_overlaps_aside(begin, begin + data);
        Ok(header)
    }

    /// Reads the header of a file of `file_bytes` from `source`.
    ///
    /// # Errors
    /// [`Problem`] as for [`range`](Self::range) and [`parse`](Self::parse), and when a read fails or returns the wrong number of
    /// bytes.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Header;
    /// let error = Header::read(&mut &b"no safetensors"[..], 14).unwrap_err();
    /// assert!(error.to_string().starts_with("the file: not a safetensors file"));
    /// ```
    pub fn read(source: &mut impl ReadBytes, file_bytes: u64) -> Result<Self, Problem> {
        if file_bytes < 8 {
            return Err(Problem::file(Reason::TooShort { bytes: file_bytes }));
        }
        let prefix = read(source, Self::PREFIX, Location::File)?;
        let text = read(source, Self::range(&prefix, file_bytes)?, Location::File)?;
        Self::parse(&text, file_bytes)
    }

    /// The tensors that can be located, in the order of their data.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The value of `key` in the `__metadata__` of the file.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Header, sample};
    /// # let bytes = sample().file;
    /// let header = Header::read(&mut &bytes[..], bytes.len() as u64)?;
    /// assert_eq!(header.metadata("format"), Some("pt"));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(key).map(String::as_str)
    }

    /// The entries that were set aside, and bytes that belong to no tensor.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn set_duplicates_aside(&mut self) {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for tensor in &self.tensors {
            *count.entry(&tensor.name).or_default() += 1;
        }
        let twice = self.tensors.iter().map(|tensor| count[tensor.name.as_str()] > 1).collect();
        self.set_aside(twice, |_| Reason::Duplicate);
    }

    /// Sets aside every tensor that shares a byte with another, since either may be the wrong one, and reports bytes of no
    /// tensor.
    fn set_overlaps_aside(&mut self, begin: u64, file_end: u64) {
        let mut others: Vec<Option<usize>> = vec![None; self.tensors.len()];
        let (mut end, mut last) = (begin, None);
        for (i, tensor) in self.tensors.iter().enumerate() {
            if tensor.range.start > end {
                self.problems.push(Problem::file(Reason::Hole(end - begin..tensor.range.start - begin)));
            }
            if let Some(last) = last.filter(|_| tensor.range.start < end && !tensor.range.is_empty()) {
                others[i] = Some(last);
                others[last].get_or_insert(i);
            }
            if tensor.range.end > end {
                (end, last) = (tensor.range.end, Some(i));
            }
        }
        if file_end > end {
            self.problems.push(Problem::file(Reason::Hole(end - begin..file_end - begin)));
        }
        let names: Vec<Option<String>> =
            others.iter().map(|other| other.map(|other| self.tensors[other].name.clone())).collect();
        let overlaps = names.iter().map(Option::is_some).collect();
        self.set_aside(overlaps, |i| Reason::Overlap(names[i].clone().unwrap_or_default()));
    }

    fn set_aside(&mut self, bad: Vec<bool>, reason: impl Fn(usize) -> Reason) {
        if !bad.contains(&true) {
            return;
        }
        for (i, tensor) in std::mem::take(&mut self.tensors).into_iter().enumerate() {
            match bad[i] {
                true => self.problems.push(tensor.problem(reason(i))),
                false => self.tensors.push(tensor),
            }
        }
    }
}

/// The tensor that the header entry `text` describes, in a file with `data` bytes from `begin` on.
fn tensor(name: String, text: &str, begin: u64, data: u64) -> Result<Tensor, Problem> {
    if text.len() > MOST_ENTRY_BYTES {
        return Err(Problem::tensor(&name, Reason::Json(format!("an entry of {} bytes", text.len()))));
    }
    let Entry { dtype, shape, data_offsets: [first, end] } =
        serde_json::from_str(text).map_err(|error| Problem::tensor(&name, Reason::Json(error.to_string())))?;
    if first > end || end > data {
        return Err(Problem::tensor(&name, Reason::OutOfRange { begin: first, end, data }));
    }
    let tensor = Tensor { name, dtype: Dtype::from(&*dtype), shape, range: begin + first..begin + end };
    if let Some(size) = tensor.dtype.bytes() {
        // The smallest side first: with a side of 0, the product cannot overflow.
        let mut sides = tensor.shape.clone();
        sides.sort_unstable();
        let expected = sides.iter().try_fold(size as u64, |product, &side| product.checked_mul(side));
        if expected != Some(end - first) {
            return Err(tensor.problem(Reason::Length { found: end - first, expected }));
        }
    }
    Ok(tensor)
}
