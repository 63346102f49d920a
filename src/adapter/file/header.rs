//! [`Header`]: the table of contents of a safetensors file, tensor by tensor.
//!
//! The crate `safetensors` rejects a whole header for one broken entry, and its offsets have only 32 bits in a browser. Here a
//! broken entry is reported and the others are kept, and a file of 5 GB can be read.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::value::RawValue;

use super::counted::Counted;
use super::entries::Entries;
use super::entry::entry;
use super::foreign::Foreign;
use super::layout::Layout;
use super::read::{ReadBytes, read};
use super::tensor::Tensor;
use crate::adapter::problem::{Location, Problem, Reason};

/// The limit of the reference implementation. It bounds the memory that a hostile file can claim.
const MOST_BYTES: u64 = 100_000_000;

/// The tensors of a safetensors file, and the problems of its invalid entries.
///
/// [`Header::read`] reads it from a synchronous source. For an asynchronous one, read [`Header::PREFIX`], then [`Header::range`],
/// and pass the text to [`Header::parse`]. If one of them fails, [`Header::explained`] says what the file is.
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
    /// The names of the tensors that were set aside.
    lost: BTreeSet<String>,
    cut: Option<Reason>,
}

/// The entries of `__metadata__`. A value that is not a text is kept as its JSON; the reference implementation refuses the file.
fn texts(entries: Entries<&RawValue>, problems: &mut Counted) -> Entries<String> {
    let text = |(key, value): (String, &RawValue)| {
        let text = serde_json::from_str(value.get()).unwrap_or_else(|error| {
            let location = Location::Metadata(key.clone());
            problems.push("metadata that are not texts", || Problem::new(location, Reason::Json(error.to_string())));
            value.get().to_owned()
        });
        (key, text)
    };
    Entries(entries.0.into_iter().map(text).collect())
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
        let end = file_bytes.max(begin);
        let entries: Entries<&RawValue> =
            serde_json::from_slice(text).map_err(|error| Problem::file(Reason::Json(error.to_string())))?;
        let mut layout = Layout::new();
        let mut metadata = None;
        for (name, value) in entries.0 {
            if name == "__metadata__" {
                match serde_json::from_str::<Entries<&RawValue>>(value.get()) {
                    Ok(found) => metadata = Some(texts(found, &mut layout.problems)),
                    Err(error) => layout.problems.push("metadata that are not an object", || {
                        Problem::tensor(&name, Reason::Json(error.to_string()))
                    }),
                }
                continue;
            }
            match entry(value.get(), begin, end) {
                Ok((dtype, shape, range)) => layout.tensors.push(Tensor { name, dtype, shape, range }),
                Err((kind, reason)) => layout.lose(name, kind, reason),
            }
        }
        layout.arrange(begin, end);
        let Layout { tensors, lost, problems, whole } = layout;
        let cut = whole.map(|expected| Reason::CutOff { found: file_bytes, expected });
        let problems = cut.clone().map(Problem::file).into_iter().chain(problems.finish()).collect();
        Ok(Self { tensors, metadata, problems, lost, cut })
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
    /// assert_eq!(error.to_string().split(';').next(), Some("the file: it is a text that says “no safetensors”"));
    /// ```
    pub fn read(source: &mut impl ReadBytes, file_bytes: u64) -> Result<Self, Problem> {
        Self::read_own(source, file_bytes).or_else(|problem| {
            if matches!(problem.reason, Reason::Read { .. } | Reason::Incomplete { .. }) {
                return Err(problem);
            }
            let first = read(source, Self::first(file_bytes), Location::File)?;
            Err(Self::explained(problem, &first, file_bytes))
        })
    }

    fn read_own(source: &mut impl ReadBytes, file_bytes: u64) -> Result<Self, Problem> {
        if file_bytes < 8 {
            return Err(Problem::file(Reason::TooShort { bytes: file_bytes }));
        }
        let prefix = read(source, Self::PREFIX, Location::File)?;
        let text = read(source, Self::range(&prefix, file_bytes)?, Location::File)?;
        Self::parse(&text, file_bytes)
    }

    /// The bytes at the beginning of a file of `file_bytes` that [`explained`](Self::explained) needs: at most 16 KB.
    pub fn first(file_bytes: u64) -> Range<u64> {
        0..file_bytes.min(16 << 10)
    }

    /// The problem of a file without a header that can be read, from its [first](Self::first) bytes: that it is cut off, or
    /// [what it is](Foreign) instead of a safetensors file. `problem` itself if they do not tell.
    ///
    /// [`read`](Self::read) returns this; it is for asynchronous sources.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Header;
    /// let page = b"<!DOCTYPE html><title>Sign in</title>";
    /// let problem = Header::range(&page[..8], page.len() as u64).unwrap_err();
    /// let problem = Header::explained(problem, page, page.len() as u64);
    /// assert!(problem.to_string().starts_with("the file: it is an HTML page that says “Sign in”; perhaps a server's answer"));
    /// ```
    pub fn explained(problem: Problem, first: &[u8], file_bytes: u64) -> Problem {
        if let (Some(length), Some(b'{')) = (first.first_chunk(), first.get(8)) {
            let header = u64::from_le_bytes(*length);
            if header <= MOST_BYTES && header > file_bytes.saturating_sub(8) {
                return Problem::file(Reason::CutOffInHeader { found: file_bytes, least: 8 + header });
            }
        }
        Foreign::of(first, file_bytes).map_or(problem, |foreign| Problem::file(Reason::Foreign(foreign)))
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

    /// The entries that were set aside, and bytes that belong to no tensor. Of each kind, three are named and the others counted.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the file ends before the data of its last tensors. Those before are read, but nothing is written from it.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Header, sample};
    /// # let bytes = sample().file;
    /// let header = Header::read(&mut &bytes[..300_000], 300_000)?;
    /// assert!(header.is_cut_off() && (20..40).contains(&header.tensors().len()), "of 56 tensors");
    /// let text = header.problems()[0].to_string();
    /// assert!(text.starts_with("the file is cut off: 300,000 of 515,160 bytes"), "{text}");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn is_cut_off(&self) -> bool {
        self.cut.is_some()
    }

    /// Refuses a file that is cut off, before something is written from it.
    pub(crate) fn check_whole(&self) -> Result<(), Problem> {
        self.cut.clone().map_or(Ok(()), |cut| Err(Problem::file(cut)))
    }

    /// The names of the tensors that are in the header but cannot be read, in alphabetical order.
    pub(crate) fn lost(&self) -> &BTreeSet<String> {
        &self.lost
    }
}
