//! Σ cᵢ·ΔWᵢ: several adapters on one weight.

use super::balanced::{Factors, Formed, entries_of, finite, split};
use super::error::DeltaError;
use super::{Delta, Form};
use crate::svd::error::zeros;
use crate::svd::kernel::scale::times_power_of_two;

impl Delta {
    /// Σ cᵢ·ΔWᵢ, from each coefficient and part: several adapters on one weight, or one taken from another.
    ///
    /// The thin factors are put beside each other, B = (c₁B₁ c₂B₂ …) and A below each other; a Kronecker product counts as the
    /// thin factors B₁ ⊗ B₂ and A₁ ⊗ A₂. Where these together are as wide as min(m, n), the sum is formed whole instead, which
    /// then is smaller.
    ///
    /// What cancels leaves rounding of the size ε·√max(m, n)·σ₁ of the largest part. It counts as 0, but not where the sum is formed
    /// whole.
    ///
    /// # Errors
    /// [`DeltaError::NoParts`], [`DeltaError::Scale`] for a coefficient that is not finite, [`DeltaError::Shapes`] for a part of
    /// another shape than the first, [`DeltaError::Overflow`], [`DeltaError::Memory`].
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let zero = [0.0; 4];
    /// let first = Delta::dense([[2.0, 0.0, 0.0, 0.0], zero, zero].try_into()?);
    /// let second = Delta::dense([zero, [0.0, 3.0, 0.0, 0.0], zero].try_into()?);
    /// let sum = Delta::sum(&[(1.0, &first), (-0.5, &second)])?;
    /// assert_eq!(sum.spectrum()?.singular_values(), [2.0, 1.5, 0.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sum(parts: &[(f64, &Self)]) -> Result<Self, DeltaError> {
        let &(_, first) = parts.first().ok_or(DeltaError::NoParts)?;
        let shape = (first.rows(), first.cols());
        for &(coefficient, part) in parts {
            finite(coefficient)?;
            let other = (part.rows(), part.cols());
            if other != shape {
                return Err(DeltaError::Shapes { first: shape, other });
            }
        }
        let width = parts.iter().fold(0usize, |width, (_, part)| width.saturating_add(part.width()));
        if width >= shape.0.min(shape.1) { whole(parts, shape) } else { thin(parts, shape, width) }
    }
}

/// The thin factors beside each other.
fn thin(parts: &[(f64, &Delta)], (rows, cols): (usize, usize), width: usize) -> Result<Delta, DeltaError> {
    let mut b = zeros(entries_of(rows, width)?, 0.0)?;
    let mut a = zeros(entries_of(width, cols)?, 0.0)?;
    let (mut from, mut unit) = (0, None);
    for &(coefficient, part) in parts {
        let factors = part.factors()?;
        let (mantissa, k) = split(coefficient);
        let (mantissa, more) = split(mantissa * factors.mantissa);
        let k = k + more + factors.exponent;
        let to = from + factors.width;
        if mantissa != 0.0 {
            let before = unit.unwrap_or(k);
            if k > before {
                b.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, before - k));
            }
            let now = before.max(k);
            unit = Some(now);
            for (row, of_part) in b.chunks_exact_mut(width).zip(factors.b.chunks_exact(factors.width)) {
                for (entry, part) in row[from..to].iter_mut().zip(of_part) {
                    *entry = mantissa * times_power_of_two(*part, k - now);
                }
            }
            a[from * cols..to * cols].copy_from_slice(&factors.a);
        }
        from = to;
    }
    let factors = Factors { rows, width, cols, b, a, mantissa: 1.0, exponent: unit.unwrap_or(0) };
    Ok(Delta { form: Form::Thin(factors.into_thin()?) })
}

/// The sum of the parts, each formed in its turn.
fn whole(parts: &[(f64, &Delta)], (rows, cols): (usize, usize)) -> Result<Delta, DeltaError> {
    let mut sum = Formed { rows, cols, entries: zeros(entries_of(rows, cols)?, 0.0)?, exponent: 0 };
    let mut unit = None;
    for &(coefficient, part) in parts {
        let mut formed = part.formed()?;
        formed.normalise();
        let (mantissa, k) = split(coefficient);
        if mantissa == 0.0 || formed.entries.iter().all(|&entry| entry == 0.0) {
            continue;
        }
        let k = k + formed.exponent;
        let before = unit.unwrap_or(k);
        let now = before.max(k);
        unit = Some(now);
        for (entry, part) in sum.entries.iter_mut().zip(&formed.entries) {
            *entry = times_power_of_two(*entry, before - now) + mantissa * times_power_of_two(*part, k - now);
        }
    }
    sum.exponent = unit.unwrap_or(0);
    Ok(Delta::dense(sum.into_matrix()?))
}
