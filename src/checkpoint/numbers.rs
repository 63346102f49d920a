//! The numbers of one side of a pair, decoded a block at a time.

use super::pair::{Pair, Stored};
use super::problem::CheckpointProblem;
use crate::adapter::file::dtype::Dtype;
use crate::adapter::problem::{Problem, Reason};
use crate::svd::kernel::scale::power_of_two;

/// How many numbers are decoded at once: both sides fit into a core's nearest cache.
pub(super) const BLOCK: usize = 1024;

/// The bytes of one side with what decodes them.
pub(super) struct Numbers<'a> {
    stored: &'a Stored,
    bytes: &'a [u8],
    width: usize,
    cols: usize,
    /// One scale, or one for each row.
    scales: Vec<f64>,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(pair: &Pair, stored: &'a Stored, bytes: &'a [Vec<u8>]) -> Result<Self, CheckpointProblem> {
        let expected = 1 + usize::from(stored.scaling.is_some());
        let tensor = &stored.tensor;
        let problem = |reason| stored.problem(Problem::tensor(tensor.name(), reason));
        let (Some(own), true) = (bytes.first(), bytes.len() == expected) else {
            return Err(problem(Reason::Parts { found: bytes.len(), expected }));
        };
        let length = tensor.range().end - tensor.range().start;
        if own.len() as u64 != length {
            return Err(problem(Reason::Incomplete { found: own.len() as u64, expected: length }));
        }
        let width = tensor.dtype().bytes().ok_or_else(|| problem(Reason::Dtype(tensor.dtype().to_string())))?;
        let scales = match (&stored.scaling, bytes.get(1)) {
            (Some(scaling), Some(bytes)) => {
                let scales = scaling.tensor.to_f32(bytes).map_err(|problem| stored.problem(problem))?;
                scales.into_iter().map(f64::from).collect()
            }
            _ => vec![1.0],
        };
        Ok(Self { stored, bytes: own, width, cols: pair.cols, scales })
    }

    /// Decodes as many numbers as `block` has, from number `from` on, without their scales.
    pub(super) fn decode(&self, from: usize, block: &mut [f64]) -> Result<(), CheckpointProblem> {
        let bytes = &self.bytes[from * self.width..(from + block.len()) * self.width];
        let mut numbers = block.iter_mut();
        let mut all_finite = true;
        // There are as many numbers as the block has.
        let _ = self.stored.tensor.dtype().decode(bytes, |value| {
            if let Some(number) = numbers.next() {
                *number = value;
            }
            all_finite &= value.is_finite();
            Ok::<_, ()>(())
        });
        if all_finite {
            return Ok(());
        }
        let at = block.iter().position(|value| !value.is_finite()).unwrap_or(0);
        let reason = Reason::NotFinite { index: from + at + 1, value: block[at] };
        Err(self.stored.problem(Problem::tensor(self.stored.tensor.name(), reason)))
    }

    /// The same in 32 bits, faster; `None` where that is not exact. A number may not be finite: [`decode`](Self::decode) names it.
    pub(super) fn decode_exact<'b>(&self, from: usize, block: &'b mut [f32]) -> Option<&'b [f32]> {
        let bytes = &self.bytes[from * self.width..(from + block.len()) * self.width];
        (self.scales[..] == [1.0] && self.stored.tensor.dtype().decode_f32(bytes, block)).then_some(block)
    }

    /// The scale of number `i`.
    pub(super) fn scale(&self, i: usize) -> f64 {
        if self.scales.len() == 1 { self.scales[0] } else { self.scales[i / self.cols] }
    }

    /// Multiplies the numbers from `from` on by their scales.
    pub(super) fn scale_all(&self, from: usize, block: &mut [f64]) {
        match self.scales[..] {
            [1.0] => {}
            [scale] => block.iter_mut().for_each(|number| *number *= scale),
            _ => block.iter_mut().enumerate().for_each(|(i, number)| *number *= self.scale(from + i)),
        }
    }

    pub(super) fn spacing(&self) -> Spacing {
        Spacing::of(self.stored.tensor.dtype())
    }

    pub(super) fn dtype(&self) -> &Dtype {
        self.stored.tensor.dtype()
    }
}

/// The distance between neighbouring numbers of a dtype: ulp(w) = 2^(max(⌊log₂|w|⌋, least) − digits).
#[derive(Clone, Copy)]
pub(super) struct Spacing {
    /// 2^least and 2^−digits.
    least: f64,
    unit: f64,
}

impl Spacing {
    pub(super) fn of(dtype: &Dtype) -> Self {
        let (least, digits) = match dtype {
            Dtype::F16 => (-14, 10),
            Dtype::Bf16 => (-126, 7),
            Dtype::F8E4M3 => (-6, 3),
            Dtype::F8E5M2 => (-14, 2),
            Dtype::F32 => (-126, 23),
            // So that the square stays in range; smaller numbers of 64 bits occur in no model.
            Dtype::F64 | Dtype::Other(_) => (-400, 52),
        };
        Self { least: power_of_two(least), unit: power_of_two(-digits) }
    }

    /// ulp(w)².
    pub(super) fn squared(self, w: f64) -> f64 {
        // The exponent alone: 2^⌊log₂|w|⌋.
        let power = f64::from_bits(w.to_bits() & 0x7FF0_0000_0000_0000);
        // A comparison compiles to an instruction, `f64::max` to a call.
        let ulp = self.unit * if power > self.least { power } else { self.least };
        ulp * ulp
    }
}

#[cfg(test)]
mod tests {
    use super::Spacing;
    use crate::adapter::Dtype;

    #[test]
    fn the_spacing_is_the_distance_to_the_next_number_of_the_dtype() {
        for (dtype, w, ulp) in [
            (Dtype::Bf16, 1.0, 2f64.powi(-7)),
            (Dtype::Bf16, -1.99, 2f64.powi(-7)),
            (Dtype::Bf16, 0.02, 2f64.powi(-13)),
            (Dtype::F16, 1.0, 2f64.powi(-10)),
            (Dtype::F16, 1e-7, 2f64.powi(-24)),
            (Dtype::F16, 0.0, 2f64.powi(-24)),
            (Dtype::F8E4M3, 448.0, 32.0),
            (Dtype::F8E5M2, 1.0, 0.25),
            (Dtype::F32, 3.0, 2f64.powi(-22)),
            (Dtype::F64, 3.0, 2f64.powi(-51)),
        ] {
            assert_eq!(Spacing::of(&dtype).squared(w), ulp * ulp, "{dtype} {w}");
        }
    }
}
