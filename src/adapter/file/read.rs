//! [`ReadBytes`]: a source of bytes, read a range at a time.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::adapter::problem::{Location, Problem, Reason};

/// A source that gives the bytes of a range: a file, a slice, a browser's `Blob`.
///
/// An asynchronous source (`Blob.slice` on a page) need not implement this: [`Header`](crate::adapter::Header),
/// [`Outline`](crate::adapter::Outline), [`Layer`](crate::adapter::Layer) and [`FilePart`](crate::adapter::FilePart) state which
/// ranges they need and take the bytes once they have been read.
///
/// ```
/// use lora_rank_explorer::adapter::ReadBytes;
///
/// assert_eq!((&b"safetensors"[..]).read_bytes(4..11), Ok(b"tensors".to_vec()));
/// assert!((&b"safe"[..]).read_bytes(4..11).is_err());
/// ```
pub trait ReadBytes {
    /// The bytes of `range`, all of them.
    ///
    /// # Errors
    /// What went wrong, in words: for example that the file was deleted, has changed or is shorter.
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String>;
}

impl ReadBytes for &[u8] {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let bytes = self.get(within(range.start)..within(range.end));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| format!("there are only {} bytes", self.len()))
    }
}

impl ReadBytes for std::fs::File {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        let length = usize::try_from(range.end - range.start).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|error| error.to_string())?;
        bytes.resize(length, 0);
        self.seek(SeekFrom::Start(range.start)).map_err(|error| error.to_string())?;
        self.read_exact(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// Reads `range` and checks that all of it was read. Errors name `location`.
pub(crate) fn read(source: &mut impl ReadBytes, range: Range<u64>, location: Location) -> Result<Vec<u8>, Problem> {
    let expected = range.end - range.start;
    let reason = match source.read_bytes(range.clone()) {
        Ok(bytes) if bytes.len() as u64 == expected => return Ok(bytes),
        Ok(bytes) => Reason::Incomplete { found: bytes.len() as u64, expected },
        Err(error) => Reason::Read { range, error },
    };
    Err(Problem { location, reason })
}
