//! [`Matrix`]: the target W, checked when it is constructed, so that later code cannot fail on it.

mod row;

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::numeric::seed::SplitMix64;
pub use row::{MatrixNumber, MatrixRow};

/// A matrix of finite numbers, at least 1×1, row-major.
///
/// Its JSON form is an array of rows. Deserialising it makes the same checks as the constructors.
///
/// ```
/// use lora_rank_explorer::Matrix;
///
/// let w = Matrix::from_rows(&[[4.0, 3.0, 2.0], [3.0, 2.0, 1.0]])?;
/// assert_eq!((w.rows(), w.cols()), (2, 3));
/// assert_eq!(w.row(1), Some(&[3.0, 2.0, 1.0][..]));
///
/// let error = Matrix::from_rows(&[vec![1.0, 2.0], vec![3.0]]).unwrap_err();
/// assert_eq!(error.to_string(), "row 2 has 1 entry where row 1 has 2");
/// # Ok::<(), lora_rank_explorer::MatrixError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>")]
pub struct Matrix {
    rows: usize,
    cols: usize,
    entries: Vec<f64>,
}

impl Matrix {
    /// A matrix from its rows: arrays, vectors or slices of equal length, of `f64` or `f32`.
    ///
    /// # Errors
    /// [`MatrixError`] if there are no entries; it names the first row whose length differs from that of row 1, or else the first
    /// entry that is not finite.
    pub fn from_rows<Row: MatrixRow>(rows: &[Row]) -> Result<Self, MatrixError> {
        let cols = rows.first().ok_or(MatrixError::NoRows)?.numbers().len();
        // Check all lengths before reserving memory: a long first row does not mean that the others are long.
        let lengths = rows.iter().map(|row| row.numbers().len());
        if let Some((i, found)) = lengths.enumerate().find(|&(_, found)| found != cols) {
            return Err(MatrixError::Ragged { row: i + 1, found, expected: cols });
        }
        let mut entries = Vec::with_capacity(rows.len() * cols);
        for row in rows {
            entries.extend(row.numbers().iter().map(|&entry| entry.into()));
        }
        Self::from_vec(rows.len(), cols, entries)
    }

    /// A `rows` × `cols` matrix from its entries, row-major. Takes the vector without a copy.
    ///
    /// # Errors
    /// [`MatrixError`] if a side is zero, `entries` does not hold `rows · cols` numbers, or one of them is not finite.
    pub fn from_vec(rows: usize, cols: usize, entries: Vec<f64>) -> Result<Self, MatrixError> {
        check_shape(rows, cols, entries.len())?;
        match entries.iter().position(|entry| !entry.is_finite()) {
            None => Ok(Self { rows, cols, entries }),
            Some(i) => Err(MatrixError::NotFinite { row: i / cols + 1, column: i % cols + 1, value: entries[i] }),
        }
    }

    /// A `rows` × `cols` matrix from a slice of its entries, row-major, of `f64` or `f32`: what other libraries hand out.
    ///
    /// | library | call |
    /// | --- | --- |
    /// | ndarray | `Matrix::from_slice(a.nrows(), a.ncols(), a.as_standard_layout().as_slice()?)` |
    /// | nalgebra, column-major | `Matrix::from_slice(a.nrows(), a.ncols(), a.transpose().as_slice())` |
    /// | faer, column-major | `Matrix::from_vec(a.nrows(), a.ncols(), a.row_iter().flat_map(\|row\| row.iter().copied().collect::<Vec<_>>()).collect())` |
    /// | safetensors, candle, burn | the tensor's numbers and its shape |
    ///
    /// # Errors
    /// As for [`from_vec`](Self::from_vec).
    ///
    /// ```
    /// use lora_rank_explorer::Matrix;
    ///
    /// let w = Matrix::from_slice(2, 3, &[4.0f32, 3.0, 2.0, 3.0, 2.0, 1.0])?;
    /// assert_eq!(w.row(1), Some(&[3.0, 2.0, 1.0][..]));
    ///
    /// let column_major = nalgebra::Matrix2x3::new(4.0, 3.0, 2.0, 3.0, 2.0, 1.0);
    /// assert_eq!(Matrix::from_slice(2, 3, column_major.transpose().as_slice()), Ok(w));
    /// # Ok::<(), lora_rank_explorer::MatrixError>(())
    /// ```
    pub fn from_slice<Number: MatrixNumber>(rows: usize, cols: usize, entries: &[Number]) -> Result<Self, MatrixError> {
        // Before the copy, which a wrong shape is not worth.
        check_shape(rows, cols, entries.len())?;
        Self::from_vec(rows, cols, entries.iter().map(|&entry| entry.into()).collect())
    }

    /// The number of rows, m, at least 1.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, n, at least 1.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All entries, row-major: `rows · cols` finite numbers.
    pub fn as_slice(&self) -> &[f64] {
        &self.entries
    }

    /// All entries, row-major, without a copy.
    pub(crate) fn into_entries(self) -> Vec<f64> {
        self.entries
    }

    /// Row `i`, counted from 0, or `None` past the last row.
    pub fn row(&self, i: usize) -> Option<&[f64]> {
        self.entries.chunks_exact(self.cols).nth(i)
    }
}

/// Whether so many entries fill a `rows` × `cols` matrix.
fn check_shape(rows: usize, cols: usize, found: usize) -> Result<(), MatrixError> {
    match (rows, cols) {
        (0, _) => Err(MatrixError::NoRows),
        (_, 0) => Err(MatrixError::NoColumns),
        _ if rows.checked_mul(cols) != Some(found) => Err(MatrixError::Shape { rows, cols, found }),
        _ => Ok(()),
    }
}

/// All entries, row-major, for the solvers of [`svd`](crate::svd).
impl AsRef<[f64]> for Matrix {
    fn as_ref(&self) -> &[f64] {
        &self.entries
    }
}

/// The explorer's default target, a synthetic 8×8 matrix: two dominant singular directions (σ₁ ≈ 14.36, σ₂ ≈ 4.53) over
/// low-amplitude seeded noise (σ₃ ≈ 0.42). At r = 1 its Frobenius residual is 4.572 and its captured energy 90.8 %.
impl Default for Matrix {
    fn default() -> Self {
        // Discrete Legendre polynomials on eight points: orthogonal, and exact in any arithmetic.
        const LINEAR: [f64; 8] = [-7.0, -5.0, -3.0, -1.0, 1.0, 3.0, 5.0, 7.0];
        const QUADRATIC: [f64; 8] = [7.0, 1.0, -3.0, -5.0, -5.0, -3.0, 1.0, 7.0];
        const CUBIC: [f64; 8] = [-7.0, 5.0, 7.0, 3.0, -3.0, -7.0, -5.0, 7.0];
        // These strengths put the two figures above in the middle of the rounding interval of their last digit.
        let first = 14.281 / 168.0;
        let second = 4.493 / (168.0 * 264.0f64).sqrt();
        const NOISE: f64 = 0.4;
        let mut noise = SplitMix64::new(2021);
        let mut entries = Vec::with_capacity(64);
        for i in 0..8 {
            for j in 0..8 {
                entries.push(
                    first * LINEAR[i] * QUADRATIC[j] + second * QUADRATIC[i] * CUBIC[j] + NOISE * noise.next_centred(),
                );
            }
        }
        Self { rows: 8, cols: 8, entries }
    }
}

impl TryFrom<Vec<Vec<f64>>> for Matrix {
    type Error = MatrixError;

    fn try_from(rows: Vec<Vec<f64>>) -> Result<Self, MatrixError> {
        Self::from_rows(&rows)
    }
}

impl<const ROWS: usize, const COLS: usize> TryFrom<[[f64; COLS]; ROWS]> for Matrix {
    type Error = MatrixError;

    fn try_from(rows: [[f64; COLS]; ROWS]) -> Result<Self, MatrixError> {
        Self::from_rows(&rows)
    }
}

impl Serialize for Matrix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.entries.chunks_exact(self.cols))
    }
}

/// Why numbers do not form a [`Matrix`]. Rows and columns are counted from 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MatrixError {
    /// There are no rows.
    NoRows,
    /// The rows hold no entries.
    NoColumns,
    /// A row is longer or shorter than row 1.
    Ragged {
        /// The first such row.
        row: usize,
        /// How many entries it has.
        found: usize,
        /// How many row 1 has.
        expected: usize,
    },
    /// An entry is NaN or infinite.
    NotFinite {
        /// The entry's row.
        row: usize,
        /// The entry's column.
        column: usize,
        /// The entry.
        value: f64,
    },
    /// The number of entries does not fit the shape.
    Shape {
        /// The requested number of rows.
        rows: usize,
        /// The requested number of columns.
        cols: usize,
        /// How many entries there are.
        found: usize,
    },
}

impl fmt::Display for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoRows => f.write_str("the matrix has no rows"),
            Self::NoColumns => f.write_str("the rows of the matrix are empty"),
            Self::Ragged { row, found, expected } => {
                let entries = if found == 1 { "entry" } else { "entries" };
                write!(f, "row {row} has {found} {entries} where row 1 has {expected}")
            }
            Self::NotFinite { row, column, value } => {
                let value = match value {
                    _ if value.is_nan() => "NaN",
                    f64::INFINITY => "infinite",
                    _ => "negative infinity",
                };
                write!(f, "the entry in row {row}, column {column} is {value}")
            }
            Self::Shape { rows, cols, found } => {
                let entries = if found == 1 { "entry does" } else { "entries do" };
                write!(f, "{found} {entries} not fill a {rows}×{cols} matrix")
            }
        }
    }
}

impl std::error::Error for MatrixError {}
