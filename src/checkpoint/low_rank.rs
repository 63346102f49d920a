//! [`LowRank`]: the best approximation of a difference, and how its singular values are split over two factors.

use crate::matrix::Matrix;

/// UΣVᵀ of rank r: U is m × r, Σ has r values, Vᵀ is r × n.
#[derive(Clone, Debug, PartialEq)]
pub struct LowRank {
    u: Matrix,
    values: Vec<f64>,
    vt: Matrix,
}

/// Where the singular values go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigmaSplit {
    /// B = U·Σ and A = Vᵀ, as PEFT's own extraction and kohya's have it.
    #[default]
    Up,
    /// B = U·√Σ and A = √Σ·Vᵀ, as mergekit has it by default and KJNodes always: both factors have the same norm, which suits 16
    /// bits.
    Both,
}

impl LowRank {
    /// Of B = U·√Σ and A = √Σ·Vᵀ.
    pub(super) fn of(b: Matrix, a: Matrix) -> Self {
        let (rows, rank, cols) = (b.rows(), a.rows(), a.cols());
        let (mut u, mut vt) = (b.into_entries(), a.into_entries());
        let mut values = Vec::with_capacity(rank);
        for (k, row) in vt.chunks_exact_mut(cols).enumerate() {
            let of_a = length(|| row.iter().copied()).unwrap_or(0.0);
            let of_b = length(|| u[k..].iter().step_by(rank).copied()).unwrap_or(0.0);
            values.push(of_a * of_b);
            let unit = |entry: f64, length: f64| if length > 0.0 { entry / length } else { 0.0 };
            row.iter_mut().for_each(|entry| *entry = unit(*entry, of_a));
            u[k..].iter_mut().step_by(rank).for_each(|entry| *entry = unit(*entry, of_b));
        }
        let filled =
            |rows, cols, entries| Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape");
        Self { u: filled(rows, rank, u), values, vt: filled(rank, cols, vt) }
    }

    /// r.
    pub fn rank(&self) -> usize {
        self.values.len()
    }

    /// Σ, largest first.
    pub fn singular_values(&self) -> &[f64] {
        &self.values
    }

    /// U, m × r: orthonormal columns, except that those of values that are 0 are 0.
    pub fn u(&self) -> &Matrix {
        &self.u
    }

    /// Vᵀ, r × n: orthonormal rows, with the same exception.
    pub fn vt(&self) -> &Matrix {
        &self.vt
    }

    /// That of the transpose: VΣUᵀ.
    pub(super) fn transposed(&self) -> Self {
        let turned = |matrix: &Matrix| {
            let (rows, cols, entries) = (matrix.rows(), matrix.cols(), matrix.as_slice());
            let turned = (0..rows * cols).map(|i| entries[i % rows * cols + i / rows]).collect();
            Matrix::from_vec(cols, rows, turned).expect("finite entries that fill the shape")
        };
        Self { u: turned(&self.vt), values: self.values.clone(), vt: turned(&self.u) }
    }

    /// B, m × r, and A, r × n, with B·A = UΣVᵀ.
    ///
    /// ```
    /// # use std::num::NonZeroUsize;
    /// # use lora_rank_explorer::checkpoint::{Checkpoint, Pairing, SampleModel, SigmaSplit, sample};
    /// # let sample = sample();
    /// # let open = |model: &SampleModel| {
    /// #     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
    /// #     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
    /// # };
    /// # fn sources(model: &SampleModel) -> Vec<&[u8]> {
    /// #     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
    /// # }
    /// # let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
    /// # let pair = pairing.pairs().iter().find(|pair| pair.kind().takes_lora()).unwrap();
    /// # let difference = pair.read(&mut sources(&sample.base), &mut sources(&sample.tuned))?;
    /// let low_rank = difference.low_rank(NonZeroUsize::new(4).unwrap())?;
    /// let (b, a) = low_rank.factors(SigmaSplit::Both);
    /// assert_eq!((b.rows(), b.cols(), a.rows()), (difference.rows(), 4, 4));
    /// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
    /// ```
    pub fn factors(&self, split: SigmaSplit) -> (Matrix, Matrix) {
        let (rank, cols) = (self.rank(), self.vt.cols());
        let parts: Vec<[f64; 2]> = self.values.iter().map(|&value| split.parts(value)).collect();
        let b = self.u.as_slice().iter().enumerate().map(|(i, entry)| entry * parts[i % rank][0]).collect();
        let a = self.vt.as_slice().iter().enumerate().map(|(i, entry)| entry * parts[i / cols][1]).collect();
        let filled =
            |rows, cols, entries| Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape");
        (filled(self.u.rows(), rank, b), filled(rank, cols, a))
    }
}

impl SigmaSplit {
    /// What a column of U and a row of Vᵀ are multiplied by.
    fn parts(self, value: f64) -> [f64; 2] {
        match self {
            Self::Up => [value, 1.0],
            Self::Both => [value.sqrt(); 2],
        }
    }
}

/// The length of a vector, without over- or underflow; `None` if it is 0.
fn length<I: Iterator<Item = f64>>(entries: impl Fn() -> I) -> Option<f64> {
    let largest = entries().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    (largest > 0.0).then(|| largest * entries().map(|entry| (entry / largest) * (entry / largest)).sum::<f64>().sqrt())
}
