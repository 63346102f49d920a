//! [`Dtype`]: number formats, and how numbers are read and written in them.

use std::fmt;

use half::{bf16, f16};

use super::f8::{E4M3, E5M2};

/// The number format of a tensor, by its name in safetensors. Numbers are little-endian.
///
/// ```
/// use lora_rank_explorer::adapter::Dtype;
///
/// assert_eq!(Dtype::from("BF16").bytes(), Some(2));
/// assert_eq!(Dtype::from("F8_E4M3").to_string(), "F8_E4M3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dtype {
    /// IEEE 754 with 64 bits.
    F64,
    /// IEEE 754 with 32 bits.
    F32,
    /// IEEE 754 with 16 bits.
    F16,
    /// The upper half of an `F32`.
    Bf16,
    /// Eight bits with three of mantissa: up to ±448, without infinities.
    F8E4M3,
    /// Eight bits with two of mantissa: the upper half of an `F16`.
    F8E5M2,
    /// Any other, by its name. Its tensors are listed and copied, but not read, except for an alpha of integers.
    Other(String),
}

/// The names of the dtypes that are read as weights.
pub(crate) const READ: &str = "F64, F32, F16, BF16, F8_E4M3 and F8_E5M2";

impl From<&str> for Dtype {
    fn from(name: &str) -> Self {
        match name {
            "F64" => Self::F64,
            "F32" => Self::F32,
            "F16" => Self::F16,
            "BF16" => Self::Bf16,
            "F8_E4M3" => Self::F8E4M3,
            "F8_E5M2" => Self::F8E5M2,
            _ => Self::Other(name.to_owned()),
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "F64",
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::F8E4M3 => "F8_E4M3",
            Self::F8E5M2 => "F8_E5M2",
            Self::Other(name) => name,
        })
    }
}

impl Dtype {
    /// Bytes per number; `None` for a dtype that is not read as weights.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Dtype;
    /// assert_eq!((Dtype::F32.bytes(), Dtype::from("I8").bytes()), (Some(4), None));
    /// ```
    pub fn bytes(&self) -> Option<usize> {
        match self {
            Self::F64 => Some(8),
            Self::F32 => Some(4),
            Self::F16 | Self::Bf16 => Some(2),
            Self::F8E4M3 | Self::F8E5M2 => Some(1),
            Self::Other(_) => None,
        }
    }

    /// Bytes per number, also of integers and truth values; `None` for a dtype that is not known.
    pub(crate) fn width(&self) -> Option<usize> {
        let Self::Other(name) = self else { return self.bytes() };
        match &**name {
            "BOOL" => Some(1),
            _ => self.integer().map(|(width, _)| width),
        }
    }

    /// Bytes per number of a dtype of integers, and whether they have a sign.
    fn integer(&self) -> Option<(usize, bool)> {
        let Self::Other(name) = self else { return None };
        let bits = name.strip_prefix(['I', 'U'])?;
        let width = [("8", 1), ("16", 2), ("32", 4), ("64", 8)].into_iter().find(|(text, _)| *text == bits)?.1;
        Some((width, name.starts_with('I')))
    }

    /// Passes each number in `bytes`, exactly, to `take`, until that fails. Passes none for another dtype.
    pub(crate) fn decode<E>(&self, bytes: &[u8], mut take: impl FnMut(f64) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::F64 => bytes.as_chunks().0.iter().try_for_each(|eight| take(f64::from_le_bytes(*eight))),
            Self::F32 => bytes.as_chunks().0.iter().try_for_each(|four| take(f32::from_le_bytes(*four).into())),
            Self::F16 => bytes.as_chunks().0.iter().try_for_each(|two| take(f16::from_le_bytes(*two).to_f64())),
            Self::Bf16 => bytes.as_chunks().0.iter().try_for_each(|two| take(bf16::from_le_bytes(*two).to_f64())),
            Self::F8E4M3 => bytes.iter().try_for_each(|byte| take(E4M3.decode(*byte).into())),
            Self::F8E5M2 => bytes.iter().try_for_each(|byte| take(E5M2.decode(*byte).into())),
            Self::Other(_) => Ok(()),
        }
    }

    /// Decodes as many numbers as `to` has, exactly: several at once, where `decode` passes one after the other. Returns false, and
    /// decodes none, for a dtype whose numbers do not all fit into 32 bits.
    pub(crate) fn decode_f32(&self, bytes: &[u8], to: &mut [f32]) -> bool {
        match self {
            Self::F32 => decode_each(bytes, to, f32::from_le_bytes),
            Self::F16 => decode_each(bytes, to, |two| f16::from_le_bytes(two).to_f32()),
            Self::Bf16 => decode_each(bytes, to, |two| f32::from_bits(u32::from(u16::from_le_bytes(two)) << 16)),
            Self::F8E4M3 => decode_each(bytes, to, |[byte]| E4M3.decode(byte)),
            Self::F8E5M2 => decode_each(bytes, to, |[byte]| E5M2.decode(byte)),
            Self::F64 | Self::Other(_) => return false,
        }
        true
    }

    /// The one number in `bytes`, also of a dtype of integers; `None` if there is not one, or the dtype is not known.
    ///
    /// Integers beyond 2⁵³ are rounded.
    pub(crate) fn decode_one(&self, bytes: &[u8]) -> Option<f64> {
        if bytes.len() != self.width()? {
            return None;
        }
        let Some((width, signed)) = self.integer() else {
            let mut number = None;
            self.decode(bytes, |value| {
                number = Some(value);
                Ok::<_, ()>(())
            })
            .ok()?;
            return number;
        };
        let is_negative = signed && bytes.last()? & 0x80 != 0;
        let mut wide = [if is_negative { 0xFF } else { 0 }; 8];
        wide[..width].copy_from_slice(bytes);
        Some(if signed { i64::from_le_bytes(wide) as f64 } else { u64::from_le_bytes(wide) as f64 })
    }

    /// Appends `value` rounded to the dtype, ties to even, and returns the rounded value: infinite if `value` is too large.
    pub(crate) fn encode(&self, value: f64, bytes: &mut Vec<u8>) -> f64 {
        let mut byte = |(byte, rounded): (u8, f64)| {
            bytes.push(byte);
            rounded
        };
        match self {
            Self::F64 => {
                bytes.extend(value.to_le_bytes());
                value
            }
            Self::F32 => {
                bytes.extend((value as f32).to_le_bytes());
                f64::from(value as f32)
            }
            Self::F16 => {
                let rounded = f16::from_f32(odd(value));
                bytes.extend(rounded.to_le_bytes());
                rounded.to_f64()
            }
            Self::Bf16 => {
                let rounded = bf16::from_f32(odd(value));
                bytes.extend(rounded.to_le_bytes());
                rounded.to_f64()
            }
            Self::F8E4M3 => byte(E4M3.encode(value)),
            Self::F8E5M2 => byte(E5M2.encode(value)),
            Self::Other(_) => f64::INFINITY,
        }
    }

    /// Appends an alpha, as [`encode`](Self::encode) does. An integer is never rounded to 0, which would count as no alpha: the
    /// factors make up for what rounding changes.
    pub(crate) fn encode_alpha(&self, value: f64, bytes: &mut Vec<u8>) -> f64 {
        let Some((width, signed)) = self.integer() else { return self.encode(value, bytes) };
        let rounded = value.round_ties_even();
        let rounded = if rounded == 0.0 && value != 0.0 { value.signum() } else { rounded };
        let bits = 8 * width as i32 - i32::from(signed);
        let most = 2f64.powi(bits.min(53)) - 1.0;
        let least = if signed { -most } else { 0.0 };
        if !(least..=most).contains(&rounded) {
            return f64::INFINITY;
        }
        bytes.extend(&(rounded as i64).to_le_bytes()[..width]);
        rounded
    }
}

fn decode_each<const WIDTH: usize>(bytes: &[u8], to: &mut [f32], decode: impl Fn([u8; WIDTH]) -> f32) {
    to.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, bytes)| *to = decode(*bytes));
}

/// `value` rounded to odd: towards 0, with the last bit set where that loses anything. Rounded again to 16 bits, it is what `value`
/// would be, rounded once (Boldo & Melquiond, *Emulation of FMA and correctly rounded sums*, 2008). `half` 2.7 drops the lower
/// 32 bits of an `f64`, so that numbers just above a tie fall on it.
fn odd(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest) == value || value.is_nan() {
        return nearest;
    }
    let towards_0 = nearest.to_bits() - u32::from(f64::from(nearest).abs() > value.abs());
    f32::from_bits(towards_0 | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_decoded_at_once_are_those_decoded_one_by_one() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for dtype in [Dtype::F32, Dtype::F16, Dtype::Bf16, Dtype::F8E4M3, Dtype::F8E5M2] {
            let mut one_by_one = Vec::new();
            let _ = dtype.decode(&bytes, |value| {
                one_by_one.push(value);
                Ok::<_, ()>(())
            });
            let mut at_once = vec![0.0; one_by_one.len()];
            assert!(dtype.decode_f32(&bytes, &mut at_once));
            for (found, expected) in at_once.into_iter().zip(one_by_one) {
                let found = f64::from(found);
                assert!(
                    found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan(),
                    "{dtype} {expected}"
                );
            }
        }
        assert!(!Dtype::F64.decode_f32(&bytes, &mut [0.0]));
    }

    #[test]
    fn numbers_of_16_bits_are_the_nearest_and_ties_go_to_the_even_one() {
        for dtype in [Dtype::F16, Dtype::Bf16] {
            let number = |bits: u16| {
                let mut found = f64::NAN;
                let _ = dtype.decode(&bits.to_le_bytes(), |value| {
                    found = value;
                    Ok::<_, ()>(())
                });
                found
            };
            let first_infinite = if dtype == Dtype::F16 { 0x7C00 } else { 0x7F80 };
            for step in 0..200_000u64 {
                let bits = (step.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u16 % first_infinite;
                let (low, high) = (number(bits), number(bits + 1));
                // What follows the largest number rounds to infinity from its middle on.
                let high = if high.is_finite() { high } else { 2.0 * low - number(bits - 1) };
                let middle = low / 2.0 + high / 2.0;
                let nudge = |value: f64, by: i64| f64::from_bits(value.to_bits().wrapping_add_signed(by));
                let value = match step % 5 {
                    0 => middle,
                    1 => nudge(middle, 1),
                    2 => nudge(middle, -1),
                    3 => nudge(middle, 1 << (step % 40)),
                    _ => low,
                };
                let nearest = match value {
                    _ if value > middle => bits + 1,
                    _ if value < middle => bits,
                    _ => bits + bits % 2,
                };
                let mut bytes = Vec::new();
                dtype.encode(-value, &mut bytes);
                let found = u16::from_le_bytes([bytes[0], bytes[1]]);
                assert_eq!(found, nearest | 0x8000, "{dtype}: {value:e} between {low:e} and {high:e}");
            }
        }
    }
}
