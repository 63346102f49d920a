//! Numbers as bytes of a dtype, or why they cannot be stored in it.

use crate::adapter::file::dtype::Dtype;
use crate::adapter::problem::{Location, Problem, Reason};

/// The numbers times `times`, rounded to nearest, ties to even. Errors name `location`: a number is too large for the dtype, or so
/// many are too small for it that rounding would change the factor by more than its precision explains.
pub(crate) fn encode(numbers: &[f64], times: f64, dtype: &Dtype, location: &Location) -> Result<Vec<u8>, Problem> {
    let problem = |reason| Problem { location: location.clone(), reason };
    let mut bytes = Vec::new();
    let needed = numbers.len().saturating_mul(dtype.bytes().unwrap_or(1));
    bytes.try_reserve_exact(needed).map_err(|_| problem(Reason::OutOfMemory { bytes: needed as u64 }))?;
    let largest = numbers.iter().fold(0.0, |most: f64, number| most.max((number * times).abs()));
    let (mut all, mut lost) = (0.0, 0.0);
    for number in numbers {
        let number = number * times;
        let rounded = dtype.encode(number, &mut bytes);
        if !rounded.is_finite() {
            return Err(problem(Reason::DoesNotFit(number)));
        }
        if largest > 0.0 {
            all += (number / largest).powi(2);
            lost += ((number - rounded) / largest).powi(2);
        }
    }
    match lost > (4.0 * range(dtype).unit).powi(2) * all {
        true => Err(problem(Reason::TooSmall { change: (lost / all).sqrt(), dtype: dtype.to_string() })),
        false => Ok(bytes),
    }
}

/// What a dtype can store.
pub(super) struct Range {
    /// The largest number.
    pub(super) largest: f64,
    /// The least number above 0.
    pub(super) least: f64,
    /// The most that rounding changes a number by which is neither too large nor too small, as a share of it.
    pub(super) unit: f64,
}

pub(super) fn range(dtype: &Dtype) -> Range {
    let range = |largest, least: i32, digits: i32| Range { largest, least: 2f64.powi(least), unit: 2f64.powi(-digits) };
    match dtype {
        // Numbers are computed in it, so nothing is rounded.
        Dtype::F64 | Dtype::Other(_) => Range { largest: f64::MAX, least: 0.0, unit: 0.0 },
        Dtype::F32 => range(f32::MAX.into(), -149, 24),
        Dtype::F16 => range(65504.0, -24, 11),
        Dtype::Bf16 => range(half::bf16::MAX.into(), -133, 8),
        Dtype::F8E4M3 => range(448.0, -9, 4),
        Dtype::F8E5M2 => range(57344.0, -16, 3),
    }
}
