//! Checkpoints made for tests: files by hand, and Gaussian weights with planted updates.

use lora_rank_explorer::checkpoint::{Checkpoint, CheckpointProblem, Difference, Pairing, SampleModel};

use crate::files::Files;

/// A model in files, with or without an index.
#[derive(Clone, Default)]
pub struct Model {
    pub files: Vec<(String, Vec<u8>)>,
    pub index: Option<String>,
}

impl Model {
    pub fn one(files: &Files) -> Self {
        Self { files: vec![("model.safetensors".to_owned(), files.bytes())], index: None }
    }

    pub fn try_open(&self) -> Result<Checkpoint, CheckpointProblem> {
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
        Checkpoint::open(self.index.as_deref(), &mut files.collect::<Vec<_>>())
    }

    pub fn open(&self) -> Checkpoint {
        self.try_open().expect("a checkpoint")
    }

    pub fn sources(&self) -> Vec<&[u8]> {
        self.files.iter().map(|(_, bytes)| &bytes[..]).collect()
    }
}

impl From<SampleModel> for Model {
    fn from(SampleModel { files, index, .. }: SampleModel) -> Self {
        Self { files, index: Some(index) }
    }
}

pub fn paired(base: &Model, tuned: &Model) -> Pairing {
    Pairing::new(&base.open(), &tuned.open())
}

/// The differences of all pairs.
pub fn differences(base: &Model, tuned: &Model) -> Vec<Result<Difference, CheckpointProblem>> {
    let pairing = paired(base, tuned);
    pairing.pairs().iter().map(|pair| pair.read(&mut base.sources(), &mut tuned.sources())).collect()
}

/// The difference of two matrices that are stored as these dtypes.
pub fn difference(shape: [usize; 2], base: (&str, &[f64]), tuned: (&str, &[f64])) -> Difference {
    let model = |(dtype, numbers)| Model::one(&Files::default().numbers("layer.weight", dtype, &shape, numbers));
    differences(&model(base), &model(tuned)).remove(0).expect("finite numbers")
}

/// Seeded numbers.
pub struct Random(pub u64);

impl Random {
    /// In [0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn gaussian(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    pub fn weights(&mut self, count: usize, size: f64) -> Vec<f64> {
        (0..count).map(|_| size * self.gaussian()).collect()
    }

    /// `count` orthonormal vectors.
    pub fn orthonormal(&mut self, count: usize, length: usize) -> Vec<Vec<f64>> {
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let mut vectors: Vec<Vec<f64>> = Vec::new();
        for _ in 0..count {
            let mut own = self.weights(length, 1.0);
            for _ in 0..2 {
                for earlier in &vectors {
                    let along = dot(earlier, &own);
                    own.iter_mut().zip(earlier).for_each(|(own, earlier)| *own -= along * earlier);
                }
            }
            let norm = dot(&own, &own).sqrt();
            own.iter_mut().for_each(|entry| *entry /= norm);
            vectors.push(own);
        }
        vectors
    }

    /// Σ σⱼuⱼvⱼᵀ, m × n.
    pub fn of_values(&mut self, [m, n]: [usize; 2], values: &[f64]) -> Vec<f64> {
        let (u, v) = (self.orthonormal(values.len(), m), self.orthonormal(values.len(), n));
        let mut update = vec![0.0; m * n];
        for ((u, v), value) in u.iter().zip(&v).zip(values) {
            for (row, u) in update.chunks_exact_mut(n).zip(u) {
                row.iter_mut().zip(v).for_each(|(entry, v)| *entry += value * u * v);
            }
        }
        update
    }
}

/// Numbers rounded to BF16.
pub fn bf16(numbers: &[f64]) -> Vec<f64> {
    numbers.iter().map(|&number| half::bf16::from_f64(number).to_f64()).collect()
}
