//! Synthetic pairs of checkpoints with planted ranks: something to show at once, and something whose answer is known.

use super::numbers::Spacing;
use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{Row, header};
use crate::numeric::elementary::{exp, ln};
use crate::numeric::seed::SplitMix64;

/// Two models of which the second was made from the first by updates of known rank.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SampleCheckpoints {
    /// What training would have begun with.
    pub base: SampleModel,
    /// What it would have ended with.
    pub tuned: SampleModel,
    /// The name of each linear layer and convolution that changed, with the rank of its update.
    pub planted: Vec<(String, usize)>,
}

/// A model in two files with their index.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SampleModel {
    /// `model-00001-of-00002.safetensors` and its sibling, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// `model.safetensors.index.json`.
    pub index: String,
}

/// A weight: its name, its shape, and the rank of its update, 0 for one that stays.
type Weight = (String, Vec<usize>, usize);

/// The standard deviation of the weights.
const SIZE: f64 = 0.02;
/// The largest singular value of an update, in units of the rounding floor of its weight; the smallest is 1 of them.
const LARGEST: f64 = 30.0;

/// A **synthetic** pair, shaped like a small Llama: 2 layers, sides of 128 to 512, BF16, 2.6 MB in two files on each side. Seeded
/// Gaussian weights, not trained. Each linear layer has an update of rank 8 to 27, of which the singular values fall from 30 times to
/// once the [rounding floor](super::RoundingFloor); the last norm changes, too, and nothing else. The same bytes on every platform;
/// the metadata say that it is synthetic.
///
/// ```
/// let sample = lora_rank_explorer::checkpoint::sample();
/// assert_eq!(sample.planted[0], ("layers.0.self_attn.q_proj.weight".to_owned(), 8));
/// assert_eq!(sample.base.files[1].0, "model-00002-of-00002.safetensors");
/// ```
pub fn sample() -> SampleCheckpoints {
    made(llama(2, [256, 128, 512], 8))
}

/// The same with 8 layers and sides of 512 to 2048: 156 MB on each side, with updates of rank 8 to 69.
///
/// ```no_run
/// assert_eq!(lora_rank_explorer::checkpoint::large_sample().planted.len(), 56);
/// ```
pub fn large_sample() -> SampleCheckpoints {
    made(llama(8, [1024, 512, 2048], 8))
}

/// The same shaped like a video model: biases, parameters of its own and a patch embedding with five dimensions.
///
/// ```
/// let sample = lora_rank_explorer::checkpoint::video_sample();
/// assert_eq!(sample.planted[0], ("patch_embedding.weight".to_owned(), 8));
/// ```
pub fn video_sample() -> SampleCheckpoints {
    let mut weights = vec![
        ("patch_embedding.weight".to_owned(), vec![192, 16, 1, 2, 2], 8),
        ("patch_embedding.bias".to_owned(), vec![192], 0),
    ];
    for block in 0..2 {
        for (i, (name, rows, cols)) in
            [("self_attn.q", 192, 192), ("self_attn.o", 192, 192), ("ffn.0", 512, 192), ("ffn.2", 192, 512)]
                .into_iter()
                .enumerate()
        {
            weights.push((format!("blocks.{block}.{name}.weight"), vec![rows, cols], 9 + 2 * i + block));
            weights.push((format!("blocks.{block}.{name}.bias"), vec![rows], 0));
        }
        weights.push((format!("blocks.{block}.modulation"), vec![1, 6, 192], 0));
    }
    made(weights)
}

fn llama(blocks: usize, [hidden, kv, inner]: [usize; 3], least_rank: usize) -> Vec<Weight> {
    let mut weights = vec![("model.embed_tokens.weight".to_owned(), vec![2 * hidden, hidden], 0)];
    for block in 0..blocks {
        let modules = [
            ("self_attn.q_proj", hidden, hidden),
            ("self_attn.k_proj", kv, hidden),
            ("self_attn.v_proj", kv, hidden),
            ("self_attn.o_proj", hidden, hidden),
            ("mlp.gate_proj", inner, hidden),
            ("mlp.up_proj", inner, hidden),
            ("mlp.down_proj", hidden, inner),
        ];
        for (i, (module, rows, cols)) in modules.into_iter().enumerate() {
            let rank = least_rank + 2 * i + 7 * block % 64;
            weights.push((format!("model.layers.{block}.{module}.weight"), vec![rows, cols], rank));
        }
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            weights.push((format!("model.layers.{block}.{norm}.weight"), vec![hidden], 0));
        }
    }
    weights.push(("model.norm.weight".to_owned(), vec![hidden], 0));
    weights
}

/// A tensor of both models.
struct Made {
    name: String,
    shape: Vec<u64>,
    /// Of the base and of the tuned model.
    bytes: [Vec<u8>; 2],
}

fn made(weights: Vec<Weight>) -> SampleCheckpoints {
    let mut random = Gaussian { numbers: SplitMix64::new(17), second: None };
    let last = weights.len() - 1;
    let planted = weights.iter().filter(|(_, _, rank)| *rank > 0);
    let planted = planted.map(|(name, _, rank)| (super::names::stripped(name).to_owned(), *rank)).collect();
    let tensors: Vec<Made> = weights
        .into_iter()
        .enumerate()
        .map(|(i, (name, shape, rank))| {
            let is_norm = name.contains("norm");
            let count = shape.iter().product();
            let base: Vec<f64> = (0..count).map(|_| f64::from(is_norm) + SIZE * random.next()).collect();
            let (of_base, base) = rounded(&base);
            let mut tuned = base.clone();
            if rank > 0 {
                add_update(&mut tuned, shape[0], rank, &mut random);
            } else if i == last {
                tuned.iter_mut().for_each(|w| *w += 0.1 * random.next());
            }
            let shape = shape.into_iter().map(|side| side as u64).collect();
            Made { name, shape, bytes: [of_base, rounded(&tuned).0] }
        })
        .collect();
    SampleCheckpoints { base: model(&tensors, 0), tuned: model(&tensors, 1), planted }
}

/// The numbers as BF16: their bytes, and what those stand for.
fn rounded(numbers: &[f64]) -> (Vec<u8>, Vec<f64>) {
    let mut bytes = Vec::with_capacity(2 * numbers.len());
    let rounded = numbers.iter().map(|number| Dtype::Bf16.encode(*number, &mut bytes)).collect();
    (bytes, rounded)
}

/// Adds Σ σⱼuⱼvⱼᵀ with orthonormal directions to an m × n weight.
fn add_update(w: &mut [f64], rows: usize, rank: usize, random: &mut Gaussian) {
    let cols = w.len() / rows;
    let spacing = Spacing::of(&Dtype::Bf16);
    let noise = w.iter().map(|&w| spacing.squared(w)).sum::<f64>() / 12.0 / w.len() as f64;
    let floor = noise.sqrt() * ((rows as f64).sqrt() + (cols as f64).sqrt());
    let (u, v) = (random.orthonormal(rank, rows), random.orthonormal(rank, cols));
    for (j, (u, v)) in u.chunks_exact(rows).zip(v.chunks_exact(cols)).enumerate() {
        let fallen = j as f64 / (rank - 1).max(1) as f64;
        let value = floor * LARGEST * exp(-fallen * ln(LARGEST));
        for (row, u) in w.chunks_exact_mut(cols).zip(u) {
            row.iter_mut().zip(v).for_each(|(w, v)| *w += value * u * v);
        }
    }
}

fn model(tensors: &[Made], of: usize) -> SampleModel {
    let (first, second) = tensors.split_at(tensors.len() / 2);
    let mut model = SampleModel::default();
    let mut map = Vec::new();
    for (i, part) in [first, second].into_iter().enumerate() {
        let file = format!("model-0000{}-of-00002.safetensors", i + 1);
        let metadata = [("format", "pt"), ("made_by", "lora-rank-explorer: synthetic, not trained")];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let rows = part.iter().map(|tensor| Row {
            name: &tensor.name,
            dtype: &Dtype::Bf16,
            shape: &tensor.shape,
            bytes: tensor.bytes[of].len() as u64,
        });
        let (mut bytes, _) = header(Some(&Entries(metadata.into())), rows).expect("names and numbers are JSON");
        part.iter().for_each(|tensor| bytes.extend(&tensor.bytes[of]));
        map.extend(part.iter().map(|tensor| (tensor.name.clone(), file.clone())));
        model.files.push((file, bytes));
    }
    let total: usize = tensors.iter().map(|tensor| tensor.bytes[of].len()).sum();
    let map = serde_json::to_string(&Entries(map)).expect("texts are JSON");
    model.index = format!("{{\"metadata\": {{\"total_size\": {total}}}, \"weight_map\": {map}}}");
    model
}

/// Normally distributed numbers (Marsaglia's polar method), the same on every platform.
struct Gaussian {
    numbers: SplitMix64,
    second: Option<f64>,
}

impl Gaussian {
    fn next(&mut self) -> f64 {
        if let Some(second) = self.second.take() {
            return second;
        }
        loop {
            let (x, y) = (2.0 * self.numbers.next_centred(), 2.0 * self.numbers.next_centred());
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let times = (-2.0 * ln(square) / square).sqrt();
                self.second = Some(y * times);
                return x * times;
            }
        }
    }

    /// `count` orthonormal vectors, one after the other.
    fn orthonormal(&mut self, count: usize, length: usize) -> Vec<f64> {
        let mut vectors: Vec<f64> = (0..count * length).map(|_| self.next()).collect();
        for i in 0..count {
            let (before, own) = vectors.split_at_mut(i * length);
            let own = &mut own[..length];
            for _ in 0..2 {
                for earlier in before.chunks_exact(length) {
                    let along: f64 = earlier.iter().zip(&*own).map(|(x, y)| x * y).sum();
                    own.iter_mut().zip(earlier).for_each(|(own, earlier)| *own -= along * earlier);
                }
            }
            let norm = own.iter().map(|x| x * x).sum::<f64>().sqrt();
            own.iter_mut().for_each(|x| *x /= norm);
        }
        vectors
    }
}
