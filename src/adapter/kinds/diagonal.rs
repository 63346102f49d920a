//! AdaLoRA and KaSA: scale·B·diag(d)·A, with d in `lora_E` [r, 1] or `lora_diag` [r].

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::{flat, sides_are, wrong};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::Delta;

pub(crate) fn plan<'a>(kind: Kind, a: &'a Tensor, b: &'a Tensor, diagonal: &'a Tensor) -> Result<Plan<'a>, Problem> {
    let [rank, cols] = flat(a)?;
    let [rows, _] = sides_are(b, [None, Some(rank)])?;
    let numbers = diagonal.shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    if numbers != Some(rank as u64) {
        return Err(wrong(diagonal, &format!("[{rank}]")));
    }
    let tensors = vec![a, b, diagonal];
    Ok(Plan { kind, form: Form::Diagonal, tensors, sides: [rows, cols], rank, divisor: Some(rank) })
}

pub(crate) fn delta(numbers: &Numbers, scale: f64) -> Result<Delta, Fault> {
    let diagonal = numbers.tensors[2].matrix_of(numbers.bytes[2], 1, numbers.tensors[2].shape.iter().product())?;
    Ok(Delta::thin_with_diagonal(&numbers.matrix(1)?, diagonal.as_slice(), &numbers.matrix(0)?, scale)?)
}
