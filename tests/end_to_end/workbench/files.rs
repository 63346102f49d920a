//! Builds safetensors files, valid or not.

use serde_json::{Value, json};

/// F32 tensors, in the order in which they are added.
#[derive(Default)]
pub struct Tensors {
    header: serde_json::Map<String, Value>,
    data: Vec<u8>,
}

impl Tensors {
    pub fn tensor(mut self, name: &str, shape: &[usize], number: impl Fn(usize) -> f32) -> Self {
        let begin = self.data.len();
        for i in 0..shape.iter().product() {
            self.data.extend(number(i).to_le_bytes());
        }
        let end = self.data.len();
        self.entry(name, json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}))
    }

    /// Adds so many bytes of data. Returns where they begin.
    pub fn reserve(mut self, bytes: usize) -> (Self, usize) {
        let begin = self.data.len();
        self.data.resize(begin + bytes, 1);
        (self, begin)
    }

    /// Adds an entry to the header, which may be wrong.
    pub fn entry(mut self, name: &str, entry: Value) -> Self {
        self.header.insert(name.to_owned(), entry);
        self
    }

    /// Adds a layer in kohya's layout: factors m × r and r × n.
    pub fn layer(self, module: &str, [m, r, n]: [usize; 3]) -> Self {
        self.tensor(&format!("{module}.lora_down.weight"), &[r, n], noise).tensor(
            &format!("{module}.lora_up.weight"),
            &[m, r],
            noise,
        )
    }

    pub fn bytes(&self) -> Vec<u8> {
        let header = Value::from(self.header.clone()).to_string();
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &self.data].concat()
    }
}

/// Pseudorandom numbers in [−½, ½].
pub fn noise(i: usize) -> f32 {
    let mixed = (i as u32 + 1).wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(2_246_822_519);
    mixed as f32 / u32::MAX as f32 - 0.5
}

pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, i| number << 8 | u32::from(three.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= three.len() { letter.into() } else { '=' });
        }
    }
    text
}

pub fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::new();
    for four in letters.chunks(4) {
        let number =
            (0..4).fold(0, |number, i| number << 6 | four.get(i).map_or(0, |&letter| u32::from(value(letter))));
        bytes.extend(&number.to_be_bytes()[1..four.len()]);
    }
    bytes
}
