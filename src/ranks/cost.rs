//! [`RankCost`]: what a rank costs in parameters and bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::spectrum::Spectrum;

/// What the factors B (m × r) and A (r × n) of a layer cost, in one or in several layers of that shape.
///
/// Llama-3-8B's query projection is 4096 × 4096, in 32 layers; 16 bits are 2 bytes:
///
/// ```
/// use lora_rank_explorer::RankCost;
///
/// let cost = RankCost::new(4096, 4096)?.with_bytes_per_value(2)?.with_copies(32)?;
/// assert_eq!(cost.parameters(16), 4_194_304);
/// assert_eq!(cost.bytes(16), 8 << 20);
/// assert_eq!(cost.share(16), 0.0078125);
/// assert_eq!(cost.break_even(), 2048.0);
/// # Ok::<(), lora_rank_explorer::RankCostError>(())
/// ```
///
/// JSON: `{"rows": 4096, "cols": 4096, "bytes_per_value": 2, "copies": 32}`, read through the same checks; the last two may be
/// left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct RankCost {
    rows: u64,
    cols: u64,
    bytes_per_value: u64,
    copies: u64,
}

#[derive(Deserialize)]
struct Unchecked {
    rows: u64,
    cols: u64,
    #[serde(default = "two")]
    bytes_per_value: u64,
    #[serde(default = "one")]
    copies: u64,
}

fn one() -> u64 {
    1
}

fn two() -> u64 {
    2
}

impl RankCost {
    /// The cost for one layer of `rows` × `cols` weights, with 2 bytes per value.
    ///
    /// # Errors
    /// [`RankCostError::NoShape`] if either is 0.
    pub fn new(rows: u64, cols: u64) -> Result<Self, RankCostError> {
        if rows == 0 || cols == 0 {
            return Err(RankCostError::NoShape { rows, cols });
        }
        Ok(Self { rows, cols, bytes_per_value: two(), copies: one() })
    }

    /// The cost for a matrix of the shape of `spectrum`, as by [`new`](Self::new).
    pub fn of(spectrum: &Spectrum) -> Self {
        let (rows, cols) = (spectrum.rows() as u64, spectrum.cols() as u64);
        Self { rows, cols, bytes_per_value: two(), copies: one() }
    }

    /// Sets the bytes per value: 4 for 32 bits, 2 for 16. The default is 2.
    ///
    /// # Errors
    /// [`RankCostError::NoWidth`] for 0.
    pub fn with_bytes_per_value(self, bytes: u64) -> Result<Self, RankCostError> {
        if bytes == 0 { Err(RankCostError::NoWidth) } else { Ok(Self { bytes_per_value: bytes, ..self }) }
    }

    /// Counts `copies` layers of this shape and rank. The default is 1.
    ///
    /// # Errors
    /// [`RankCostError::NoCopies`] for 0.
    pub fn with_copies(self, copies: u64) -> Result<Self, RankCostError> {
        if copies == 0 { Err(RankCostError::NoCopies) } else { Ok(Self { copies, ..self }) }
    }

    /// r(m + n) for each copy: the parameters of B and A. At most `u64::MAX`.
    pub fn parameters(&self, rank: usize) -> u64 {
        let per_rank = self.rows.saturating_add(self.cols).saturating_mul(self.copies);
        per_rank.saturating_mul(rank as u64)
    }

    /// The bytes that those parameters take. At most `u64::MAX`.
    pub fn bytes(&self, rank: usize) -> u64 {
        self.parameters(rank).saturating_mul(self.bytes_per_value)
    }

    /// r(m + n) / mn: the parameters of B and A as a share of those of W. At least 1 from the [`break_even`](Self::break_even)
    /// rank on.
    pub fn share(&self, rank: usize) -> f64 {
        rank as f64 / self.break_even()
    }

    /// mn / (m + n): the rank, usually not an integer, at which B and A have as many parameters as W. At most min(m, n).
    pub fn break_even(&self) -> f64 {
        let (m, n) = (self.rows as f64, self.cols as f64);
        m * n / (m + n)
    }
}

impl TryFrom<Unchecked> for RankCost {
    type Error = RankCostError;

    fn try_from(unchecked: Unchecked) -> Result<Self, RankCostError> {
        let Unchecked { rows, cols, bytes_per_value, copies } = unchecked;
        Self::new(rows, cols)?.with_bytes_per_value(bytes_per_value)?.with_copies(copies)
    }
}

/// Why something is not a [`RankCost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RankCostError {
    /// A matrix without rows or columns.
    NoShape {
        /// The rows given.
        rows: u64,
        /// The columns given.
        cols: u64,
    },
    /// Values of 0 bytes.
    NoWidth,
    /// No copies.
    NoCopies,
}

impl fmt::Display for RankCostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoShape { rows, cols } => write!(f, "a {rows}×{cols} matrix has no weights"),
            Self::NoWidth => f.write_str("a value takes at least 1 byte, not 0"),
            Self::NoCopies => f.write_str("there must be at least 1 copy, not 0"),
        }
    }
}

impl std::error::Error for RankCostError {}
