//! [`Recipe`]: how the new factors of a layer are made from the bytes of the old ones.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::encode::encode;
use super::fits::{fits, fits_between};
use crate::adapter::file::dtype::Dtype;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::shape::transposed;
use crate::adapter::problem::{Location, Problem, Reason};
use crate::delta::Delta;
use crate::matrix::Matrix;
use crate::svd;

/// How the new factors of a layer are made. Of a layer that is no pair they are those of ΔW, and of B·A otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recipe {
    pub(crate) layer: Layer,
    /// At most the layer's own rank.
    pub(crate) rank: NonZeroUsize,
    /// The old scale divided by the new one: the new product is the best approximation of ratio·B·A. ΔW has the old one already.
    pub(crate) ratio: f64,
    /// The most that a singular value of the new product may be.
    pub(crate) cap: Option<f64>,
    /// The new dtypes of A and B.
    pub(crate) dtypes: [Dtype; 2],
}

impl Recipe {
    pub(crate) fn ranges(&self) -> Vec<Range<u64>> {
        self.layer.ranges()
    }

    /// Whether [`factors`](Self::factors) can be made and stored, which is mostly certain without making them.
    pub(crate) fn check(&self, old: &[Vec<u8>]) -> Result<(), Problem> {
        if self.layer.becomes_pair() {
            let delta = self.delta(old)?;
            let is_certain = delta.largest_value().is_some_and(|bounds| fits_between(self, bounds));
            return if is_certain { Ok(()) } else { self.made(&delta).map(drop) };
        }
        let is_cut = self.rank.get() < self.layer.rank();
        if let ([down, up], true) = (old, is_cut) {
            let (b, a) = self.layer.factors(down, up)?;
            if fits(self, &b, &a) {
                return Ok(());
            }
        }
        self.factors(old).map(drop)
    }

    /// The bytes of the new A and B.
    pub(crate) fn factors(&self, old: &[Vec<u8>]) -> Result<[Vec<u8>; 2], Problem> {
        if self.layer.becomes_pair() {
            return self.made(&self.delta(old)?);
        }
        let [down, up] = old else {
            return Err(Problem::module(self.layer.module(), Reason::Incomplete { found: 0, expected: 2 }));
        };
        let (b, a) = self.layer.factors(down, up)?;
        let is_cut = self.rank.get() < self.layer.rank();
        if is_cut || self.cap.is_some() {
            let problem = |error| Problem::module(self.layer.module(), Reason::Svd(error));
            let product = svd::truncated_product(&b, &a, self.ratio, self.rank).map_err(problem)?;
            let (product, is_capped) = capped(product, self.cap);
            if is_cut || is_capped {
                return self.encoded(&product.1, &product.0, 1.0);
            }
        }
        let dtypes = [self.layer.down(), self.layer.up()].map(|tensor| tensor.dtype());
        match self.ratio == 1.0 && dtypes == [&self.dtypes[0], &self.dtypes[1]] {
            true => Ok([down.clone(), up.clone()]),
            false => self.encoded(&a, &b, self.ratio),
        }
    }

    fn delta(&self, old: &[Vec<u8>]) -> Result<Delta, Problem> {
        self.layer.delta(&old.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// The bytes of A and B in place of another form.
    fn made(&self, delta: &Delta) -> Result<[Vec<u8>; 2], Problem> {
        let location = Location::Module(self.layer.name().to_owned());
        let (b, a) = delta.truncate(self.rank).map_err(|error| self.layer.problem(error))?;
        // What exceeds the range of the computation has become its end.
        if let Some(&most) = b.as_slice().iter().chain(a.as_slice()).find(|entry| entry.abs() == f64::MAX) {
            return Err(Problem { location, reason: Reason::DoesNotFit(most) });
        }
        let root = self.ratio.abs().sqrt();
        let (b, a) = (times(b, root.copysign(self.ratio)), times(a, root));
        let ((b, a), _) = capped((b, a), self.cap);
        let [of_a, of_b] = &self.dtypes;
        Ok([encode(a.as_slice(), 1.0, of_a, &location)?, encode(b.as_slice(), 1.0, of_b, &location)?])
    }

    /// The bytes of A and of `times`·B, in the order in which the layer's factors are stored.
    fn encoded(&self, a: &Matrix, b: &Matrix, times: f64) -> Result<[Vec<u8>; 2], Problem> {
        let tensors = [self.layer.down(), self.layer.up()];
        let [down, up] = tensors.map(|tensor| Location::Tensor(tensor.name().to_owned()));
        let [of_down, of_up] = &self.dtypes;
        match self.layer.transposed() {
            false => Ok([encode(a.as_slice(), 1.0, of_down, &down)?, encode(b.as_slice(), times, of_up, &up)?]),
            true => Ok([
                encode(transposed(tensors[0], a)?.as_slice(), 1.0, of_down, &down)?,
                encode(transposed(tensors[1], b)?.as_slice(), times, of_up, &up)?,
            ]),
        }
    }
}

/// The matrix times a number. An entry that leaves the range becomes its end.
fn times(matrix: Matrix, by: f64) -> Matrix {
    if by == 1.0 {
        return matrix;
    }
    let (rows, cols, mut entries) = (matrix.rows(), matrix.cols(), matrix.into_entries());
    entries.iter_mut().for_each(|entry| *entry = (*entry * by).clamp(f64::MIN, f64::MAX));
    Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape")
}

/// The product with each singular value above `cap` reduced to it, and whether there is one. Column j of B and row j of A have
/// the length √σⱼ and are orthogonal to the others, so that scaling both is all.
fn capped((b, a): (Matrix, Matrix), cap: Option<f64>) -> ((Matrix, Matrix), bool) {
    let Some(cap) = cap else { return ((b, a), false) };
    let (rank, cols) = (b.cols(), a.cols());
    let root = cap.sqrt();
    let reductions: Vec<f64> = (0..rank)
        .map(|j| {
            let of_b = length(b.as_slice().iter().skip(j).step_by(rank), root);
            let of_a = length(a.as_slice()[j * cols..][..cols].iter(), root);
            // σⱼ / cap.
            let excess = of_b * of_a;
            if excess > 1.0 { excess.sqrt().recip() } else { 1.0 }
        })
        .collect();
    if reductions.iter().all(|&reduction| reduction == 1.0) {
        return ((b, a), false);
    }
    let (rows, mut of_b, mut of_a) = (b.rows(), b.into_entries(), a.into_entries());
    of_b.iter_mut().enumerate().for_each(|(i, entry)| *entry *= reductions[i % rank]);
    of_a.iter_mut().enumerate().for_each(|(i, entry)| *entry *= reductions[i / cols]);
    let matrix =
        |rows, cols, entries| Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape");
    ((matrix(rows, rank, of_b), matrix(rank, cols, of_a)), true)
}

/// The length of a vector, divided by `unit`.
fn length<'a>(entries: impl Iterator<Item = &'a f64> + Clone, unit: f64) -> f64 {
    let largest = entries.clone().fold(0.0, |most: f64, entry| most.max(entry.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let squares: f64 = entries.map(|entry| (entry / largest).powi(2)).sum();
    largest / unit * squares.sqrt()
}
