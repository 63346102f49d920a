//! [`Tensor`]: a tensor's entry in the header, and how its bytes become numbers.

use std::ops::Range;

use super::dtype::Dtype;
use crate::adapter::problem::{Problem, Reason};
use crate::matrix::Matrix;

/// A tensor of a safetensors file: where its data is, not the data itself.
///
/// ```
/// use lora_rank_explorer::adapter::{Header, sample};
///
/// let bytes = sample().file;
/// let header = Header::read(&mut &bytes[..], bytes.len() as u64)?;
/// let tensor = &header.tensors()[0];
/// let data = &bytes[tensor.range().start as usize..tensor.range().end as usize];
/// assert_eq!(tensor.matrix(data)?.rows() as u64, tensor.shape()[0]);
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<u64>,
    pub(crate) range: Range<u64>,
}

impl Tensor {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How its numbers are stored.
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// Its sides, outermost first; empty for a single number.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// The range of its data, counted from the start of the file.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// Its numbers in row-major order, from the bytes in [`range`](Self::range). `f32` holds every dtype that is read exactly,
    /// except for F64, whose numbers are rounded to nearest.
    ///
    /// # Errors
    /// [`Problem`] when `bytes` has the wrong length, the dtype is not read, a number is not finite or too large for `f32`, or
    /// there is not enough memory for the result. Never panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Header, sample};
    /// # let bytes = sample().file;
    /// let header = Header::read(&mut &bytes[..], bytes.len() as u64)?;
    /// assert!(header.tensors()[0].to_f32(&[]).is_err(), "a read that gave nothing");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn to_f32(&self, bytes: &[u8]) -> Result<Vec<f32>, Problem> {
        self.decode(bytes, |number| number as f32, |number| number.is_finite())
    }

    /// The m × n matrix of a tensor with two sides, from the bytes in [`range`](Self::range).
    ///
    /// # Errors
    /// [`Problem`] as for [`to_f32`](Self::to_f32), and when the tensor does not have two sides of at least 1.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Header, sample};
    /// # let bytes = sample().file;
    /// let header = Header::read(&mut &bytes[..], bytes.len() as u64)?;
    /// let tensor = &header.tensors()[0];
    /// let range = tensor.range().start as usize..tensor.range().end as usize;
    /// assert_eq!(tensor.matrix(&bytes[range])?.cols() as u64, tensor.shape()[1]);
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn matrix(&self, bytes: &[u8]) -> Result<Matrix, Problem> {
        match self.shape[..] {
            [rows, cols] if rows > 0 && cols > 0 => self.matrix_of(bytes, rows, cols),
            _ => Err(self.problem(Reason::Shape { found: self.shape.clone(), expected: "a matrix".to_owned() })),
        }
    }

    /// The numbers as a matrix of another shape of the same size.
    pub(crate) fn matrix_of(&self, bytes: &[u8], rows: u64, cols: u64) -> Result<Matrix, Problem> {
        let entries = self.decode(bytes, |number| number, |number| number.is_finite())?;
        // The product of the sides is the number of decoded entries, so each side fits into a usize.
        Matrix::from_vec(rows as usize, cols as usize, entries)
            .map_err(|error| self.problem(Reason::Shape { found: self.shape.clone(), expected: error.to_string() }))
    }

    /// Some of the numbers in `bytes`, a part of its data: number i of the result, counted row after row, stands there at `at(i)`.
    /// `offset` is how many numbers of the tensor come before the bytes.
    pub(crate) fn part(
        &self,
        bytes: &[u8],
        [rows, cols]: [usize; 2],
        at: impl Fn(usize) -> usize,
        offset: usize,
    ) -> Result<Matrix, Problem> {
        let size = self.dtype.bytes().ok_or_else(|| self.problem(Reason::Dtype(self.dtype.to_string())))?;
        // The bytes hold as many numbers, so the product does not overflow.
        let count = rows * cols;
        let mut chosen = Vec::new();
        let memory = |_| self.problem(Reason::OutOfMemory { bytes: (count * size) as u64 });
        chosen.try_reserve_exact(count * size).map_err(memory)?;
        for i in 0..count {
            let from = at(i) * size;
            let number = bytes.get(from..from + size).ok_or_else(|| {
                self.problem(Reason::Incomplete { found: bytes.len() as u64, expected: (from + size) as u64 })
            })?;
            chosen.extend(number);
        }
        let entries = self.numbers(&chosen, |number| number, |number| number.is_finite(), |i| offset + at(i))?;
        Matrix::from_vec(rows, cols, entries)
            .map_err(|error| self.problem(Reason::Shape { found: self.shape.clone(), expected: error.to_string() }))
    }

    /// The tensor that the numbers of eight bits are multiplied by, if the file has one: ComfyUI's scaled FP8, compressed-tensors
    /// and DeepSeek name it so, the last also `scale` alone.
    pub(crate) fn scale_name(&self, exists: impl Fn(&str) -> bool) -> Option<String> {
        if self.dtype.bytes() != Some(1) {
            return None;
        }
        let module = self.name.strip_suffix(".weight")?;
        let endings = ["scale_weight", "weight_scale", "weight_scale_inv", "scale"];
        endings.into_iter().map(|ending| format!("{module}.{ending}")).find(|name| exists(name))
    }

    /// Checks that it holds one number, as an alpha does, before its bytes are read.
    pub(crate) fn check_one_number(&self) -> Result<(), Problem> {
        if self.dtype.width().is_none() {
            return Err(self.problem(Reason::Dtype(self.dtype.to_string())));
        }
        match self.shape.iter().all(|&side| side == 1) {
            true => Ok(()),
            false => Err(self.problem(Reason::Shape { found: self.shape.clone(), expected: "one number".to_owned() })),
        }
    }

    /// The one number that it holds, also of a dtype of integers.
    pub(crate) fn one_number(&self, bytes: &[u8]) -> Result<f64, Problem> {
        self.check_one_number()?;
        match self.dtype.decode_one(bytes) {
            Some(value) if value.is_finite() => Ok(value),
            Some(value) => Err(self.problem(Reason::NotFinite { index: 1, value })),
            None => {
                let expected = self.range.end - self.range.start;
                Err(self.problem(Reason::Incomplete { found: bytes.len() as u64, expected }))
            }
        }
    }

    fn decode<T: Copy>(
        &self,
        bytes: &[u8],
        of: impl Fn(f64) -> T,
        is_finite: impl Fn(T) -> bool,
    ) -> Result<Vec<T>, Problem> {
        let expected = self.range.end - self.range.start;
        let found = bytes.len() as u64;
        if found != expected {
            return Err(self.problem(Reason::Incomplete { found, expected }));
        }
        self.numbers(bytes, of, is_finite, |i| i)
    }

    /// The numbers in `bytes`; number i is number `position(i)` of the tensor.
    fn numbers<T: Copy>(
        &self,
        bytes: &[u8],
        of: impl Fn(f64) -> T,
        is_finite: impl Fn(T) -> bool,
        position: impl Fn(usize) -> usize,
    ) -> Result<Vec<T>, Problem> {
        let size = self.dtype.bytes().ok_or_else(|| self.problem(Reason::Dtype(self.dtype.to_string())))?;
        let mut numbers = Vec::new();
        let bytes_needed = ((bytes.len() / size) as u64).saturating_mul(size_of::<T>() as u64);
        numbers
            .try_reserve_exact(bytes.len() / size)
            .map_err(|_| self.problem(Reason::OutOfMemory { bytes: bytes_needed }))?;
        self.dtype.decode(bytes, |number| {
            let value = of(number);
            if !is_finite(value) {
                let index = position(numbers.len()) + 1;
                return Err(self.problem(match number.is_finite() {
                    true => Reason::TooLarge { index, value: number },
                    false => Reason::NotFinite { index, value: number },
                }));
            }
            numbers.push(value);
            Ok(())
        })?;
        Ok(numbers)
    }

    pub(crate) fn problem(&self, reason: Reason) -> Problem {
        Problem::tensor(&self.name, reason)
    }
}
