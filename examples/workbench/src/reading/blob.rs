//! The browser's files, read range by range by [`Source`] and written by [`Sink`]. Both block, which only a worker may do.

use std::io::{self, Write};
use std::ops::Range;

use js_sys::{Array, Uint8Array};
use lora_rank_explorer::adapter::ReadBytes;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// A file that the person has chosen. Its bytes are read only on demand.
pub struct Source {
    blob: Blob,
    reader: FileReaderSync,
    /// What was read ahead, the last first: a browser takes as long for a byte as for thousands. Two, since the factors of a layer
    /// may stand far from each other.
    ahead: [(u64, Vec<u8>); 2],
    /// What will be read whole before long.
    wanted: Range<u64>,
}

impl Source {
    /// How many bytes are read at least, and how many where all of them are wanted.
    const LEAST: u64 = 64 << 10;
    const AHEAD: u64 = 1 << 20;

    pub fn new(blob: Blob) -> Result<Self, String> {
        let reader = FileReaderSync::new().map_err(|error| words(&error))?;
        Ok(Self { blob, reader, ahead: Default::default(), wanted: 0..0 })
    }

    pub fn bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    /// Tells that most of this range will be read next, so that more of it is read at a time. What was read ahead is forgotten.
    pub fn expect(&mut self, range: Range<u64>) {
        self.wanted = range;
        self.forget();
    }

    /// Forgets what was read ahead: it may have changed since.
    pub fn forget(&mut self) {
        self.ahead = Default::default();
    }

    /// The whole file, as text.
    pub fn text(&mut self) -> Result<String, String> {
        const MOST: u64 = 256 << 20;
        if self.bytes() > MOST {
            return Err(format!("a text file of {} is too large", crate::format::bytes(self.bytes())));
        }
        String::from_utf8(self.read_bytes(0..self.bytes())?).map_err(|_| "the file is not UTF-8 text".to_owned())
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>, String> {
        let failed = |error: JsValue| words(&error);
        let length = range.end.saturating_sub(range.start);
        let no_memory = || format!("there is no memory for {length} bytes");
        let mut bytes = Vec::new();
        // Reserve before the browser reads: if it, too, runs out of memory, it may end the worker.
        let room = usize::try_from(length).map_err(|_| no_memory())?;
        bytes.try_reserve_exact(room).map_err(|_| no_memory())?;
        let part = self.blob.slice_with_f64_and_f64(range.start as f64, range.end as f64).map_err(failed)?;
        let buffer = self.reader.read_as_array_buffer(&part).map_err(failed)?;
        let buffer = Uint8Array::new(&buffer);
        bytes.resize((buffer.length() as usize).min(room), 0);
        buffer.copy_to(&mut bytes);
        Ok(bytes)
    }
}

impl ReadBytes for Source {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        let is_wanted = self.wanted.start <= range.start && range.end <= self.wanted.end;
        let (most, end) = if is_wanted { (Self::AHEAD, self.wanted.end) } else { (Self::LEAST, self.bytes()) };
        if range.end.saturating_sub(range.start) >= most / 2 {
            return self.read(range);
        }
        if !self.ahead.iter().any(|ahead| within(ahead, &range).is_some()) {
            let end = range.start.saturating_add(most).min(end).max(range.end);
            self.ahead.swap(0, 1);
            // Its memory serves for the next.
            self.ahead[0] = (0, Vec::new());
            self.ahead[0] = (range.start, self.read(range.start..end)?);
        }
        let found = self.ahead.iter().find_map(|ahead| within(ahead, &range));
        // A file that has become shorter gives fewer bytes; the caller notices.
        Ok(found.map_or_else(|| self.ahead[0].1.clone(), <[u8]>::to_vec))
    }
}

/// The bytes of `range` in `bytes`, which begin at `start`, if they are all there.
fn within<'a>((start, bytes): &'a (u64, Vec<u8>), range: &Range<u64>) -> Option<&'a [u8]> {
    let at = |place: u64| usize::try_from(place.checked_sub(*start)?).ok();
    bytes.get(at(range.start)?..at(range.end)?)
}

/// A file being written. Written bytes leave the program's memory in parts, which the browser may store on disk.
#[derive(Default)]
pub struct Sink {
    parts: Array,
    buffer: Vec<u8>,
}

impl Sink {
    const PART: usize = 4 << 20;

    pub fn finish(mut self) -> Result<Blob, String> {
        self.flush().map_err(|error| error.to_string())?;
        Blob::new_with_blob_sequence(&self.parts).map_err(|error| words(&error))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend(bytes);
        if self.buffer.len() >= Self::PART {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let part = Array::of1(&Uint8Array::from(&self.buffer[..]));
        let blob = Blob::new_with_u8_array_sequence(&part).map_err(|error| io::Error::other(words(&error)))?;
        self.parts.push(&blob);
        self.buffer.clear();
        Ok(())
    }
}

/// The browser's message for an error, or its name: not all of them are an `Error`.
pub fn words(error: &JsValue) -> String {
    let text = |of: &str| js_sys::Reflect::get(error, &of.into()).ok()?.as_string().filter(|text| !text.is_empty());
    text("message").or_else(|| text("name")).unwrap_or_else(|| format!("{error:?}"))
}
