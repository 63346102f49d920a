//! The browser's files, read range by range by [`Source`] and written by [`Sink`]. Both block, which only a worker may do.

use std::io::{self, Write};
use std::ops::Range;

use js_sys::{Array, Uint8Array};
use lora_rank_explorer::adapter::ReadBytes;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

/// A file that the person has chosen. Its bytes are read only on demand.
pub struct Source {
    blob: Blob,
    reader: FileReaderSync,
}

impl Source {
    pub fn new(blob: Blob) -> Result<Self, String> {
        Ok(Self { blob, reader: FileReaderSync::new().map_err(|error| words(&error))? })
    }

    pub fn bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    /// The whole file, as text.
    pub fn text(&mut self) -> Result<String, String> {
        const MOST: u64 = 256 << 20;
        if self.bytes() > MOST {
            return Err(format!("a text file of {} is too large", crate::format::bytes(self.bytes())));
        }
        String::from_utf8(self.read_bytes(0..self.bytes())?).map_err(|_| "the file is not UTF-8 text".to_owned())
    }
}

impl ReadBytes for Source {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
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
        // A file that has become shorter gives fewer bytes; the caller notices.
        bytes.resize((buffer.length() as usize).min(room), 0);
        buffer.copy_to(&mut bytes);
        Ok(bytes)
    }
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

/// The browser's message for an error.
pub fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into())
}
