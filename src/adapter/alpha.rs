//! The one number of an `.alpha` tensor, in any number format.

use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};

/// Bytes per number of the formats that only an alpha is read in.
fn width(tensor: &Tensor) -> Option<usize> {
    tensor.dtype().bytes().or_else(|| match tensor.dtype().to_string().as_str() {
        "I8" | "U8" => Some(1),
        "I16" | "U16" => Some(2),
        "I32" | "U32" => Some(4),
        "F64" | "I64" | "U64" => Some(8),
        _ => None,
    })
}

/// Refuses what is not one number, before a byte of it is read.
pub(crate) fn check(tensor: &Tensor) -> Result<(), Problem> {
    if tensor.shape().iter().any(|&side| side != 1) {
        let expected = "one number".to_owned();
        return Err(tensor.problem(Reason::Shape { found: tensor.shape().to_vec(), expected }));
    }
    let width = width(tensor).ok_or_else(|| tensor.problem(Reason::Dtype(tensor.dtype().to_string())))?;
    let found = tensor.range().end - tensor.range().start;
    if found != width as u64 {
        return Err(tensor.problem(Reason::Length { found, expected: Some(width as u64) }));
    }
    Ok(())
}

/// The number in the bytes of a tensor that [`check`] accepts.
pub(crate) fn decode(tensor: &Tensor, bytes: &[u8]) -> Result<f64, Problem> {
    let dtype = tensor.dtype().to_string();
    let number = match (dtype.as_str(), bytes) {
        ("I8", &[byte]) => f64::from(byte as i8),
        ("U8", &[byte]) => f64::from(byte),
        ("I16", &[a, b]) => f64::from(i16::from_le_bytes([a, b])),
        ("U16", &[a, b]) => f64::from(u16::from_le_bytes([a, b])),
        ("I32", &[a, b, c, d]) => f64::from(i32::from_le_bytes([a, b, c, d])),
        ("U32", &[a, b, c, d]) => f64::from(u32::from_le_bytes([a, b, c, d])),
        ("I64", _) => bytes.first_chunk().map_or(f64::NAN, |bytes| i64::from_le_bytes(*bytes) as f64),
        ("U64", _) => bytes.first_chunk().map_or(f64::NAN, |bytes| u64::from_le_bytes(*bytes) as f64),
        ("F64", _) => bytes.first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes)),
        _ => tensor.to_f32(bytes)?.first().copied().map_or(f64::NAN, f64::from),
    };
    match number.is_finite() {
        true => Ok(number),
        false => Err(tensor.problem(Reason::NotFinite { index: 1, value: number })),
    }
}

/// Appends the number of the format that is nearest to `wanted` and not 0, which would mean no alpha, and returns it.
///
/// # Errors
/// Where there is none.
pub(crate) fn encode(tensor: &Tensor, wanted: f64, bytes: &mut Vec<u8>) -> Result<f64, Problem> {
    let whole = if wanted.abs() < 1.0 { wanted.signum() } else { wanted.round() };
    let dtype = tensor.dtype().to_string();
    let misfit = || tensor.problem(Reason::DoesNotFit(wanted));
    let width = width(tensor).unwrap_or(1);
    let bits = match dtype.as_str() {
        "F64" => {
            bytes.extend(wanted.to_le_bytes());
            return if wanted == 0.0 || !wanted.is_finite() { Err(misfit()) } else { Ok(wanted) };
        }
        "I8" | "I16" | "I32" | "I64" => [8, 16, 32, 54][width.ilog2() as usize],
        "U8" | "U16" | "U32" | "U64" if whole > 0.0 => [9, 17, 33, 54][width.ilog2() as usize],
        _ => {
            let alpha = tensor.dtype().encode(wanted, bytes);
            return if alpha == 0.0 || !alpha.is_finite() { Err(misfit()) } else { Ok(alpha) };
        }
    };
    let limit = 2f64.powi(bits - 1);
    if whole == 0.0 || whole >= limit || whole < -limit {
        return Err(misfit());
    }
    bytes.extend(&(whole as i64).to_le_bytes()[..width]);
    Ok(whole)
}
