//! Synthetic adapters: a small one, so that a page has something to show at once, and one as large as real ones.

use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{Row, header};
use crate::numeric::seed::SplitMix64;

/// The two files of a PEFT adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// `adapter_model.safetensors`.
    pub file: Vec<u8>,
    /// `adapter_config.json`.
    pub config: String,
}

const RANK: usize = 16;

/// A module with its rows and columns.
type Module = (&'static str, usize, usize);

/// The modules of a small Llama, in the order of their names.
const SMALL: [Module; 7] = [
    ("mlp.down_proj", 256, 512),
    ("mlp.gate_proj", 512, 256),
    ("mlp.up_proj", 512, 256),
    ("self_attn.k_proj", 64, 256),
    ("self_attn.o_proj", 256, 256),
    ("self_attn.q_proj", 256, 256),
    ("self_attn.v_proj", 64, 256),
];

/// The modules of a Llama with 8 billion parameters.
const LARGE: [Module; 7] = [
    ("mlp.down_proj", 4096, 14336),
    ("mlp.gate_proj", 14336, 4096),
    ("mlp.up_proj", 14336, 4096),
    ("self_attn.k_proj", 1024, 4096),
    ("self_attn.o_proj", 4096, 4096),
    ("self_attn.q_proj", 4096, 4096),
    ("self_attn.v_proj", 1024, 4096),
];

/// A **synthetic** LoRA adapter in PEFT's layout: seeded noise, not trained, with a spectrum that decays differently in each
/// layer. 28 layers, r = 16, alpha = 32, BF16, 0.5 MB; the same bytes on every platform. Its metadata says that it is synthetic.
///
/// ```
/// let sample = lora_rank_explorer::adapter::sample();
/// assert!(sample.file.len() < 600_000 && sample.config.contains("\"lora_alpha\": 32"));
/// ```
pub fn sample() -> Sample {
    synthetic(4, SMALL)
}

/// The same with the shapes of a Llama with 8 billion parameters: 224 layers, 84 MB. For measurements.
///
/// ```no_run
/// assert_eq!(lora_rank_explorer::adapter::large_sample().file.len() >> 20, 80);
/// ```
pub fn large_sample() -> Sample {
    synthetic(32, LARGE)
}

fn synthetic(blocks: usize, modules: [Module; 7]) -> Sample {
    let mut numbers = SplitMix64::new(16);
    let (mut tensors, mut data) = (Vec::new(), Vec::new());
    for block in 0..blocks {
        for (i, (module, rows, cols)) in modules.into_iter().enumerate() {
            // From flat, where every rank matters, to steep, where two or three hold almost all energy.
            let fall = 1.0 - 0.5 * ((block * 3 + i * 2) % 13) as f64 / 12.0;
            let strengths: Vec<f64> = (0..RANK).map(|rank| power(fall, rank)).collect();
            let mut factor = |name: &str, height: usize, width: usize, strengths: &[f64]| {
                let begin = data.len();
                for entry in 0..height * width {
                    let strength = strengths[entry % strengths.len()];
                    Dtype::Bf16.encode(0.05 * strength * numbers.next_centred(), &mut data);
                }
                let name = format!("base_model.model.model.layers.{block}.{module}.{name}.weight");
                tensors.push((name, [height as u64, width as u64], (data.len() - begin) as u64));
            };
            factor("lora_A", RANK, cols, &[1.0]);
            factor("lora_B", rows, RANK, &strengths);
        }
    }
    let note = "synthetic: seeded noise, trained on nothing";
    let metadata = [("format", "pt"), ("note", note)].map(|(key, text)| (key.to_owned(), text.to_owned()));
    let table = tensors.iter().map(|(name, shape, bytes)| Row { name, dtype: &Dtype::Bf16, shape, bytes: *bytes });
    let (mut file, _) = header(Some(&Entries(metadata.into())), table).expect("strings and numbers are JSON");
    file.extend(data);
    Sample { file, config: CONFIG.to_owned() }
}

const CONFIG: &str = r#"{
  "base_model_name_or_path": null,
  "lora_alpha": 32,
  "peft_type": "LORA",
  "r": 16,
  "target_modules": ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"],
  "use_rslora": false
}
"#;

/// Multiplies, since the last bits of `powi` may differ between platforms.
fn power(base: f64, exponent: usize) -> f64 {
    std::iter::repeat_n(base, exponent).product()
}
