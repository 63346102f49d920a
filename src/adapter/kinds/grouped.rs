//! PEFT's LoRA of a convolution with groups: B [m, r / groups, 1, 1] holds the blocks of a block-diagonal matrix.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::flat;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::{Delta, block_diagonal};

/// The pair of a convolution with groups, or `None`.
pub(crate) fn plan<'a>(a: &'a Tensor, b: &'a Tensor) -> Result<Option<Plan<'a>>, Problem> {
    let Some(groups) = groups(a, b) else { return Ok(None) };
    let ([rank, cols], [rows, _]) = (flat(a)?, flat(b)?);
    let form = Form::Grouped { groups };
    Ok(Some(Plan {
        kind: Kind::GroupedConvolution,
        form,
        tensors: vec![a, b],
        sides: [rows, cols],
        rank,
        divisor: Some(rank),
    }))
}

/// How many groups there are: B has fewer columns than A has rows.
fn groups(a: &Tensor, b: &Tensor) -> Option<usize> {
    let (&[rank, _, _, ..], &[rows, inner, ref kernel @ ..]) = (&a.shape[..], &b.shape[..]) else { return None };
    let is_grouped = !kernel.is_empty() && kernel.iter().all(|&side| side == 1) && inner > 0 && inner < rank;
    let groups = rank.checked_div(inner).filter(|groups| is_grouped && groups * inner == rank)?;
    rows.is_multiple_of(groups).then(|| usize::try_from(groups).ok())?
}

pub(crate) fn delta(numbers: &Numbers, groups: usize, scale: f64) -> Result<Delta, Fault> {
    Ok(Delta::thin(block_diagonal(&numbers.matrix(1)?, groups)?, numbers.matrix(0)?, scale)?)
}
