//! Reads the numbers of a [`Layer`].

use std::ops::Range;

use super::form::{Fault, Numbers};
use super::layer::Layer;
use super::lora;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::problem::{Location, Problem, Reason};
use crate::delta::{Delta, DeltaError};
use crate::matrix::Matrix;

impl Layer {
    /// The ranges of the file that [`delta`](Self::delta) needs, in order.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let layer = &adapter.layers()[0];
    /// let ranges = layer.ranges();
    /// let bytes: Vec<&[u8]> = ranges.iter().map(|range| &sample.file[range.start as usize..range.end as usize]).collect();
    /// assert_eq!(layer.delta(&bytes)?.rows(), layer.rows());
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn ranges(&self) -> Vec<Range<u64>> {
        self.form.ranges(&self.tensors)
    }

    /// ΔW, from the bytes in [`ranges`](Self::ranges). Where the scale is unknown, it is left out: only ratios of singular values
    /// mean something.
    ///
    /// # Errors
    /// [`Problem`] names the tensor if a number is not finite, there are too few bytes, or there is not enough memory. Never
    /// panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let problem = adapter.layers()[0].delta(&[&[], &[]]).unwrap_err();
    /// assert!(problem.to_string().ends_with("bytes were requested, but 0 were read"));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn delta(&self, bytes: &[&[u8]]) -> Result<Delta, Problem> {
        let ranges = self.ranges();
        if bytes.len() != ranges.len() {
            let reason = Reason::Parts { found: bytes.len(), expected: ranges.len() };
            return Err(Problem::module(&self.name, reason));
        }
        for ((range, bytes), tensor) in ranges.iter().zip(bytes).zip(&self.tensors) {
            let (found, expected) = (bytes.len() as u64, range.end - range.start);
            if found != expected {
                return Err(tensor.problem(Reason::Incomplete { found, expected }));
            }
        }
        let numbers = Numbers { tensors: &self.tensors, bytes };
        self.form.delta(&numbers, self.scale.value().unwrap_or(1.0)).map_err(|fault| match fault {
            Fault::Problem(problem) => problem,
            Fault::Delta(error) => self.problem(error),
        })
    }

    /// What is wrong with the layer's ΔW, with the layer's name.
    ///
    /// ```
    /// # use lora_rank_explorer::{adapter::{Adapter, sample}, delta::DeltaError};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let problem = adapter.layers()[0].problem(DeltaError::Memory { bytes: 1 << 40 });
    /// assert!(problem.to_string().starts_with("module `model.layers.0.mlp.down_proj`: "));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn problem(&self, error: DeltaError) -> Problem {
        Problem::module(&self.name, Reason::Delta(error))
    }

    /// Reads ΔW from `source`. [`Adapter::deltas`](crate::adapter::Adapter::deltas) reads all layers, and tensors that they share once;
    /// [`read_holding`](Self::read_holding) does it for some.
    ///
    /// # Errors
    /// [`Problem`] as for [`delta`](Self::delta), and when a read fails.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// assert!(adapter.layers()[0].read(&mut &[][..]).is_err(), "a file that was deleted");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn read(&self, source: &mut impl ReadBytes) -> Result<Delta, Problem> {
        let mut bytes = Vec::new();
        for (range, tensor) in self.ranges().into_iter().zip(&self.tensors) {
            bytes.push(read(source, range, Location::Tensor(tensor.name().to_owned()))?);
        }
        self.delta(&bytes.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// B and A of a plain pair without its scale, from the bytes of A and of B.
    pub(crate) fn factors(&self, down: &[u8], up: &[u8]) -> Result<(Matrix, Matrix), Problem> {
        let numbers = Numbers { tensors: &self.tensors, bytes: &[down, up] };
        lora::factors(&numbers, self.transposed())
    }
}
