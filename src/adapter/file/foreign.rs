//! [`Foreign`]: what a file is that is no safetensors file, by the bytes that it begins with.

use std::borrow::Cow;
use std::fmt;

use super::harmless::shown;
use super::message::{of_json, of_markup};
use crate::plot::notation::grouped;

/// What a file is instead of a safetensors file, and what to do about it.
///
/// ```
/// use lora_rank_explorer::adapter::Foreign;
///
/// let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 167832240\n";
/// let foreign = Foreign::of(pointer, pointer.len() as u64).expect("not a safetensors file");
/// assert_eq!(foreign.what(), "a Git LFS pointer, not the file itself (167,832,240 bytes)");
/// assert!(foreign.advice().contains("git lfs pull"));
/// assert_eq!(Foreign::of(b"\x10\0\0\0\0\0\0\0{}", 10), None, "nothing that is known here");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    what: Cow<'static, str>,
    advice: &'static str,
}

impl Foreign {
    /// What a file of `file_bytes` is that begins with `first`, if that is known. A few hundred bytes tell most; servers'
    /// answers are read up to 16 KB.
    ///
    /// It does not look for a safetensors file: a length of a header may look like another file's first bytes.
    pub fn of(first: &[u8], file_bytes: u64) -> Option<Self> {
        if file_bytes == 0 {
            return Some(known("empty, not a file of weights", AGAIN));
        }
        if first.len() >= 8 && first.iter().all(|&byte| byte == 0) {
            return Some(known("nothing but zeros at its beginning, as a download reserves its space", AGAIN));
        }
        let begin = text_begin(first);
        git_lfs(first)
            .or_else(|| markup(begin))
            .or_else(|| json(begin))
            .or_else(|| packed(first))
            .or_else(|| BEGINNINGS.iter().find(|known| known.begins(first)).map(|row| known(row.what, row.advice)))
            .or_else(|| text(first))
    }

    /// What it is, such as “an HTML page”. Texts of the file in it are short and without control characters.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do about it.
    pub fn advice(&self) -> &str {
        self.advice
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "it is {}; {}", self.what, self.advice)
    }
}

const AGAIN: &str = "download it again";
const SIGN_IN: &str =
    "perhaps a server's answer instead of the file: sign in there or accept its terms, and download it again";
const CONVERT: &str =
    "load it in Python with `torch.load(path, weights_only=True)` and save that with `safetensors.torch.save_file`";
const UNPACK: &str = "unpack it and choose the .safetensors file in it";
const CHOOSE: &str = "choose the .safetensors file";
const BEFORE_GGUF: &str = "choose the .safetensors file that it was converted from";

fn known(what: impl Into<Cow<'static, str>>, advice: &'static str) -> Foreign {
    Foreign { what: what.into(), advice }
}

/// A kind of file that a few bytes at a fixed position tell.
struct Beginning {
    at: usize,
    bytes: &'static [u8],
    what: &'static str,
    advice: &'static str,
}

impl Beginning {
    fn begins(&self, first: &[u8]) -> bool {
        first.get(self.at..).is_some_and(|rest| rest.starts_with(self.bytes))
    }
}

const fn row(bytes: &'static [u8], what: &'static str, advice: &'static str) -> Beginning {
    Beginning { at: 0, bytes, what, advice }
}

/// From the formats' specifications; all but `ustar` also in the list of the tool `file`.
const BEGINNINGS: [Beginning; 22] = [
    row(b"algg", "an adapter in llama.cpp's old format", BEFORE_GGUF),
    row(b"tjgg", "a model in llama.cpp's old format", BEFORE_GGUF),
    row(b"fmgg", "a model in llama.cpp's old format", BEFORE_GGUF),
    row(b"lmgg", "a model in llama.cpp's old format", BEFORE_GGUF),
    row(b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes it", CHOOSE),
    row(b"\x93NUMPY", "a NumPy array", CHOOSE),
    row(b"\x1f\x8b", "a gzip archive", UNPACK),
    row(b"BZh", "a bzip2 archive", UNPACK),
    row(b"\xfd7zXZ\0", "an xz archive", UNPACK),
    row(b"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK),
    row(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    row(b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    Beginning { at: 257, bytes: b"ustar", what: "a tar archive", advice: UNPACK },
    row(b"\x89PNG\r\n\x1a\n", "a PNG picture", CHOOSE),
    row(b"\xff\xd8\xff", "a JPEG picture", CHOOSE),
    row(b"GIF8", "a GIF picture", CHOOSE),
    row(b"RIFF", "a picture, sound or film (RIFF)", CHOOSE),
    row(b"%PDF-", "a PDF document", CHOOSE),
    Beginning { at: 4, bytes: b"TFL3", what: "a TensorFlow Lite model", advice: CHOOSE },
    Beginning { at: 4, bytes: b"ftyp", what: "a picture or film (MPEG-4)", advice: CHOOSE },
    row(b"\x7fELF", "a program", CHOOSE),
    row(b"MZ\x90\0", "a program", CHOOSE),
];

/// Without white space and a byte order mark before the text.
fn text_begin(first: &[u8]) -> &[u8] {
    let first = first.trim_ascii_start();
    first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start()
}

/// <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>: lines of a key and a value, `version` first.
fn git_lfs(first: &[u8]) -> Option<Foreign> {
    let hosts = [&b"version https://git-lfs."[..], b"version https://hawser."];
    let _ = hosts.iter().find(|host| first.starts_with(host))?;
    let size = first
        .split(|&byte| byte == b'\n')
        .find_map(|line| std::str::from_utf8(line.strip_prefix(b"size ")?).ok()?.trim_ascii_end().parse().ok());
    let size = size.map_or(String::new(), |size| format!(" ({} bytes)", grouped(size)));
    let advice = "download the file itself, for example with `git lfs pull`";
    Some(known(format!("a Git LFS pointer, not the file itself{size}"), advice))
}

fn markup(begin: &[u8]) -> Option<Foreign> {
    let is = |tag: &[u8]| begin.get(..tag.len()).is_some_and(|first| first.eq_ignore_ascii_case(tag));
    let tags: [&[u8]; 6] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<!--"];
    let what = match () {
        () if tags.into_iter().any(is) => "an HTML page",
        () if is(b"<?xml") || is(b"<error>") => "an XML text",
        () => return None,
    };
    Some(known(with_message(what, of_markup(&String::from_utf8_lossy(begin))), SIGN_IN))
}

fn json(begin: &[u8]) -> Option<Foreign> {
    let after = match begin {
        [b'{', after @ ..] => after.trim_ascii_start().strip_prefix(b"\"")?,
        [b'[', after @ ..] => after,
        _ => return None,
    };
    // Beyond printable characters and line ends, it is no text.
    if after.iter().any(|&byte| byte < b' ' && !byte.is_ascii_whitespace()) {
        return None;
    }
    let text = String::from_utf8_lossy(begin);
    let has = |key: &str| text.contains(key);
    Some(match () {
        () if has("\"weight_map\"") => known("the index of a model in several files (JSON)", CHOOSE),
        () if has("\"peft_type\"") => known("an adapter_config.json", "choose it together with its .safetensors file"),
        () if has("\"architectures\"") || has("\"model_type\"") => known("a model's configuration (JSON)", CHOOSE),
        () => known(with_message("a JSON text", of_json(&text)), SIGN_IN),
    })
}

fn with_message(what: &'static str, message: Option<String>) -> Cow<'static, str> {
    match message.map(|message| shown(&message)).filter(|message| !message.is_empty()) {
        Some(message) => format!("{what} that says “{message}”").into(),
        None => what.into(),
    }
}

/// Files of numbers whose first bytes say more than their kind.
fn packed(first: &[u8]) -> Option<Foreign> {
    match first {
        // A local file header (APPNOTE 4.3.7): the name of the first file is at byte 30.
        [b'P', b'K', 3, 4, rest @ ..] => {
            let name = rest.get(26..).map_or(&b""[..], |rest| &rest[..rest.len().min(200)]);
            let has = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
            Some(match () {
                () if has(b"data.pkl") || has(b"/version") || has(b".data/") => {
                    known("a PyTorch file (a zip archive, as .bin, .pt and .ckpt are)", CONVERT)
                }
                () if has(b".npy") => known("a NumPy archive (.npz)", CHOOSE),
                () => known("a zip archive", UNPACK),
            })
        }
        [b'P', b'K', 5, 6, ..] => Some(known("a zip archive without files", AGAIN)),
        // An opcode follows the protocol; in a length of a header it would be a zero.
        [0x80, 2..=5, code, ..] if *code != 0 => {
            Some(known("a Python pickle, as older versions of PyTorch write .bin, .pt and .ckpt", CONVERT))
        }
        [b'G', b'G', b'U', b'F', rest @ ..] => {
            let version = rest.first_chunk().map(|version| u32::from_le_bytes(*version));
            // The specification: a file of the other byte order has its version swapped.
            let version = version.map(|version| if version & 0xFFFF == 0 { version.swap_bytes() } else { version });
            let version = version.map_or(String::new(), |version| format!(" (version {version})"));
            Some(known(format!("a GGUF file{version}, as llama.cpp reads it"), BEFORE_GGUF))
        }
        _ => None,
    }
}

/// Any other text: servers also answer in a sentence, such as `Entry not found`.
fn text(first: &[u8]) -> Option<Foreign> {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        // The last letter may be cut.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&first[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let is_text = !text.trim().is_empty() && !text.contains(|c: char| c.is_control() && !c.is_whitespace());
    is_text.then(|| known(with_message("a text", Some(text.to_owned())), SIGN_IN))
}
