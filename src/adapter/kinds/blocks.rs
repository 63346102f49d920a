//! Pairs of which one factor is put together: BD-LoRA and grouped convolutions (blocks on a diagonal), QALoRA (repeated columns).

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::{flat, product, wrong};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::{Delta, block_diagonal, repeated_columns};

/// How a factor is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocks {
    /// So many blocks of A, below each other.
    OfA(usize),
    /// So many blocks of B, below each other.
    OfB(usize),
    /// A column of A for each group of so many inputs.
    Groups(usize),
}

impl Blocks {
    fn kind(self, b: &Tensor) -> Kind {
        match self {
            Self::Groups(_) => Kind::QaLora,
            // Only a convolution has a kernel.
            Self::OfB(_) if b.shape.len() > 2 => Kind::GroupedConvolution,
            _ => Kind::BdLora,
        }
    }
}

pub(crate) fn plan<'a>(a: &'a Tensor, b: &'a Tensor, blocks: Blocks) -> Result<Plan<'a>, Problem> {
    let ([rank, width], [rows, inner]) = (flat(a)?, flat(b)?);
    let (in_b, cols) = match blocks {
        Blocks::OfA(count) => (inner, product(a, width, count)?),
        Blocks::OfB(count) => (product(b, inner, count)?, width),
        Blocks::Groups(size) => (inner, product(a, width, size)?),
    };
    if in_b != rank {
        return Err(wrong(b, &format!("factors whose ranks agree: A has {rank}, B {in_b}")));
    }
    let stored = if let Blocks::OfB(_) = blocks { b } else { a };
    if let Blocks::OfA(count) | Blocks::OfB(count) = blocks
        && (count == 0 || !stored.shape[0].is_multiple_of(count as u64))
    {
        return Err(wrong(stored, &format!("rows of {count} equal blocks")));
    }
    let (kind, form) = (blocks.kind(b), Form::Blocks(blocks));
    Ok(Plan { kind, form, tensors: vec![a, b], sides: [rows, cols], rank, divisor: Some(rank) })
}

/// The groups of a convolution whose B has fewer columns than A has rows, as PEFT stores it.
pub(crate) fn groups(a: &Tensor, b: &Tensor) -> Option<usize> {
    let (&[rank, _, _, ..], &[_, inner, ref kernel @ ..]) = (&a.shape[..], &b.shape[..]) else { return None };
    let is_grouped = !kernel.is_empty() && kernel.iter().all(|&side| side == 1) && inner > 0 && inner < rank;
    (is_grouped && rank.is_multiple_of(inner)).then(|| usize::try_from(rank / inner).ok())?
}

pub(crate) fn delta(numbers: &Numbers, blocks: Blocks, scale: f64) -> Result<Delta, Fault> {
    let (a, b) = (numbers.matrix(0)?, numbers.matrix(1)?);
    Ok(match blocks {
        Blocks::OfA(count) => Delta::thin(b, block_diagonal(&a, count)?, scale)?,
        Blocks::OfB(count) => Delta::thin(block_diagonal(&b, count)?, a, scale)?,
        Blocks::Groups(size) => {
            // PEFT takes the mean of each group and multiplies it by the number of groups.
            let pooled = a.cols() as f64 / size as f64;
            Delta::thin(b, repeated_columns(&a, size)?, scale * pooled)?
        }
    })
}
