//! Numbers as bytes of a dtype, or why they cannot be stored in it.

use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};

/// The numbers times `times`, rounded to nearest, ties to even. Errors name `tensor`: a number is too large for the dtype, or so
/// many are too small for it that rounding would change the factor by more than its precision explains.
pub(super) fn encode(numbers: &[f64], times: f64, dtype: &Dtype, tensor: &Tensor) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let needed = numbers.len().saturating_mul(dtype.bytes().unwrap_or(1));
    bytes.try_reserve_exact(needed).map_err(|_| tensor.problem(Reason::OutOfMemory { bytes: needed as u64 }))?;
    let largest = numbers.iter().fold(0.0, |most: f64, number| most.max((number * times).abs()));
    let (mut all, mut lost) = (0.0, 0.0);
    for number in numbers {
        let number = number * times;
        let rounded = dtype.encode(number, &mut bytes);
        if !rounded.is_finite() {
            return Err(tensor.problem(Reason::DoesNotFit(number)));
        }
        if largest > 0.0 {
            all += (number / largest).powi(2);
            lost += ((number - rounded) / largest).powi(2);
        }
    }
    match lost > (4.0 * unit(dtype)).powi(2) * all {
        true => Err(tensor.problem(Reason::TooSmall { change: (lost / all).sqrt(), dtype: dtype.to_string() })),
        false => Ok(bytes),
    }
}

/// The most that rounding changes a number by which is neither too large nor too small, as a share of it.
fn unit(dtype: &Dtype) -> f64 {
    match dtype {
        Dtype::F64 | Dtype::Other(_) => 0.0,
        Dtype::F32 => 2f64.powi(-24),
        Dtype::F16 => 2f64.powi(-11),
        Dtype::Bf16 => 2f64.powi(-8),
        Dtype::F8E4M3 => 2f64.powi(-4),
        Dtype::F8E5M2 => 2f64.powi(-3),
    }
}
