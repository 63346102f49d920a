//! [`Dtype`]: number formats, and how numbers are read and written in them.

use std::fmt;

use half::{bf16, f16};

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
    /// IEEE 754 with 32 bits.
    F32,
    /// IEEE 754 with 16 bits.
    F16,
    /// The upper half of an `F32`.
    Bf16,
    /// Any other, by its name. Its tensors are listed and copied, but not read.
    Other(String),
}

impl From<&str> for Dtype {
    fn from(name: &str) -> Self {
        match name {
            "F32" => Self::F32,
            "F16" => Self::F16,
            "BF16" => Self::Bf16,
            _ => Self::Other(name.to_owned()),
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::Other(name) => name,
        })
    }
}

impl Dtype {
    /// Bytes per number; `None` for a dtype that is not read.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Dtype;
    /// assert_eq!((Dtype::F32.bytes(), Dtype::from("I8").bytes()), (Some(4), None));
    /// ```
    pub fn bytes(&self) -> Option<usize> {
        match self {
            Self::F32 => Some(4),
            Self::F16 | Self::Bf16 => Some(2),
            Self::Other(_) => None,
        }
    }

    /// Passes each number in `bytes`, exactly, to `take`, until that fails. Passes none for another dtype.
    pub(crate) fn decode<E>(&self, bytes: &[u8], mut take: impl FnMut(f32) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::F32 => bytes.as_chunks().0.iter().try_for_each(|four| take(f32::from_le_bytes(*four))),
            Self::F16 => bytes.as_chunks().0.iter().try_for_each(|two| take(f16::from_le_bytes(*two).to_f32())),
            Self::Bf16 => bytes.as_chunks().0.iter().try_for_each(|two| take(bf16::from_le_bytes(*two).to_f32())),
            Self::Other(_) => Ok(()),
        }
    }

    /// Appends `value` rounded to the dtype and returns the rounded value: infinite if `value` is too large.
    pub(crate) fn encode(&self, value: f64, bytes: &mut Vec<u8>) -> f64 {
        match self {
            Self::F32 => {
                bytes.extend((value as f32).to_le_bytes());
                f64::from(value as f32)
            }
            Self::F16 => {
                bytes.extend(f16::from_f64(value).to_le_bytes());
                f16::from_f64(value).to_f64()
            }
            Self::Bf16 => {
                bytes.extend(bf16::from_f64(value).to_le_bytes());
                bf16::from_f64(value).to_f64()
            }
            Self::Other(_) => f64::INFINITY,
        }
    }
}
