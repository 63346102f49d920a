//! [`Form`]: how the tensors of a layer become its ΔW. A file for each, and a variant here.

use std::ops::Range;

use super::experts::Expert;
use super::kind::Kind;
use super::shape::transposed;
use super::{diagonal, experts, full, grouped, loha, lokr, lora, tucker};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::{Delta, DeltaError};
use crate::matrix::Matrix;

/// How the tensors of a layer become its ΔW.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// A, B; both may be stored transposed.
    Lora { transposed: bool },
    /// A, B, the core.
    Tucker,
    /// A, B, the diagonal.
    Diagonal,
    /// A, and the blocks of B.
    Grouped { groups: usize },
    /// A, B of all experts; this is one of them.
    Expert(Expert),
    /// A₁, B₁, A₂, B₂, and the cores if `tucker`.
    LoHa { tucker: bool },
    /// The tensors of W₁, then those of W₂.
    LoKr(lokr::Factors),
    /// ΔW.
    Full,
}

/// A layer as its tensors tell it, before its scale is known.
pub(crate) struct Plan<'a> {
    pub(crate) kind: Kind,
    pub(crate) form: Form,
    pub(crate) tensors: Vec<&'a Tensor>,
    /// m and n.
    pub(crate) sides: [usize; 2],
    /// The most that the rank of ΔW can be, or that of its factors where they are B·A.
    pub(crate) rank: usize,
    /// What alpha is divided by, in tensors; `None` where they do not tell.
    pub(crate) divisor: Option<usize>,
}

/// The numbers of a layer's tensors, which are asked for by position.
pub(crate) struct Numbers<'a> {
    pub(crate) tensors: &'a [Tensor],
    pub(crate) bytes: &'a [&'a [u8]],
}

impl Numbers<'_> {
    /// Tensor `i` as a matrix: its first side, and the product of the others.
    pub(crate) fn matrix(&self, i: usize) -> Result<Matrix, Problem> {
        let tensor = &self.tensors[i];
        let rows = tensor.shape.first().copied().unwrap_or(1);
        let cols = tensor.shape.iter().skip(1).product();
        tensor.matrix_of(self.bytes[i], rows, cols)
    }

    pub(crate) fn transposed(&self, i: usize) -> Result<Matrix, Problem> {
        transposed(&self.tensors[i], &self.matrix(i)?)
    }
}

/// Why there is no ΔW: the numbers cannot be read, or cannot be used.
pub(crate) enum Fault {
    Problem(Problem),
    Delta(DeltaError),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<DeltaError> for Fault {
    fn from(error: DeltaError) -> Self {
        Self::Delta(error)
    }
}

impl Form {
    /// The ranges of the file that [`delta`](Self::delta) needs, one for each tensor.
    pub(crate) fn ranges(&self, tensors: &[Tensor]) -> Vec<Range<u64>> {
        match self {
            Self::Expert(expert) => expert.ranges(tensors),
            _ => tensors.iter().map(Tensor::range).collect(),
        }
    }

    /// ΔW from the bytes in [`ranges`](Self::ranges).
    pub(crate) fn delta(&self, numbers: &Numbers, scale: f64) -> Result<Delta, Fault> {
        match self {
            Self::Lora { transposed } => lora::delta(numbers, *transposed, scale),
            Self::Tucker => tucker::delta(numbers, scale),
            Self::Diagonal => diagonal::delta(numbers, scale),
            Self::Grouped { groups } => grouped::delta(numbers, *groups, scale),
            Self::Expert(expert) => experts::delta(numbers, expert, scale),
            Self::LoHa { tucker } => loha::delta(numbers, *tucker, scale),
            Self::LoKr(factors) => lokr::delta(numbers, factors, scale),
            Self::Full => full::delta(numbers),
        }
    }
}
