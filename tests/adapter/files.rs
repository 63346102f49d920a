//! Safetensors files built by hand, valid or not.

use half::{bf16, f16};
use lora_rank_explorer::Matrix;
use lora_rank_explorer::adapter::{Adapter, Layer, Problem};

/// A file's entries, in the order of their data.
#[derive(Clone, Default)]
pub struct Files {
    entries: Vec<String>,
    data: Vec<u8>,
}

impl Files {
    /// Adds a tensor whose numbers are 1, 1/2, −1/3, 1/4, …: every third is negative.
    pub fn tensor(self, name: &str, dtype: &str, shape: &[usize]) -> Self {
        let numbers =
            (1..=shape.iter().product()).map(|i: usize| if i.is_multiple_of(3) { -1.0 } else { 1.0 } / i as f64);
        self.numbers(name, dtype, shape, &numbers.collect::<Vec<_>>())
    }

    pub fn numbers(mut self, name: &str, dtype: &str, shape: &[usize], numbers: &[f64]) -> Self {
        let begin = self.data.len();
        for &number in numbers {
            match dtype {
                "F64" => self.data.extend(number.to_le_bytes()),
                "I64" | "U64" => self.data.extend((number as i64).to_le_bytes()),
                "I32" | "U32" => self.data.extend((number as i32).to_le_bytes()),
                "I16" | "U16" => self.data.extend((number as i16).to_le_bytes()),
                "I8" => self.data.push(number as i8 as u8),
                "F32" => self.data.extend((number as f32).to_le_bytes()),
                "F16" => self.data.extend(f16::from_f64(number).to_le_bytes()),
                // Truncated: its numbers are exact where a test gives such.
                "F8_E5M2" => self.data.push(f16::from_f64(number).to_le_bytes()[1]),
                "BF16" => self.data.extend(bf16::from_f64(number).to_le_bytes()),
                _ => self.data.push(number as u8),
            }
        }
        let range = [begin, self.data.len()];
        self.entry(name, &format!(r#"{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":{range:?}}}"#))
    }

    /// Adds a header entry without data.
    pub fn entry(mut self, name: &str, json: &str) -> Self {
        self.entries.push(format!("{name:?}:{json}"));
        self
    }

    /// Adds data that belongs to no entry.
    pub fn data(mut self, bytes: usize) -> Self {
        self.data.resize(self.data.len() + bytes, 0);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let header = format!("{{{}}}", self.entries.join(","));
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &self.data].concat()
    }

    pub fn open(&self, config: Option<&str>) -> Adapter {
        open(&self.bytes(), config).expect("a safetensors file")
    }
}

pub fn open(bytes: &[u8], config: Option<&str>) -> Result<Adapter, Problem> {
    Adapter::open(&mut &bytes[..], bytes.len() as u64, config)
}

/// B and A of a layer whose tensors have two sides each, as they are stored.
pub fn factors(layer: &Layer, bytes: &[u8]) -> [Matrix; 2] {
    [layer.up(), layer.down()].map(|tensor| {
        let range = tensor.range();
        tensor.matrix(&bytes[range.start as usize..range.end as usize]).expect("a matrix")
    })
}

/// The names of A and B in PEFT's layout.
pub fn peft(module: &str) -> [String; 2] {
    ["A", "B"].map(|side| format!("base_model.model.{module}.lora_{side}.weight"))
}

/// The factors of a PEFT layer, m × r and r × n.
pub fn peft_layer(files: Files, module: &str, dtype: &str, [m, r, n]: [usize; 3]) -> Files {
    let [a, b] = peft(module);
    files.tensor(&a, dtype, &[r, n]).tensor(&b, dtype, &[m, r])
}

pub fn kohya_layer(files: Files, module: &str, dtype: &str, [m, r, n]: [usize; 3]) -> Files {
    let files = files.tensor(&format!("{module}.lora_down.weight"), dtype, &[r, n]);
    files.tensor(&format!("{module}.lora_up.weight"), dtype, &[m, r])
}

pub fn problems(adapter: &Adapter) -> Vec<String> {
    adapter.problems().iter().map(ToString::to_string).collect()
}
