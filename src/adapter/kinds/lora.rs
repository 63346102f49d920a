//! LoRA: scale·B·A.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::shape::oriented;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::Delta;
use crate::matrix::Matrix;

/// A pair of the module at `path`, whose configuration says a rank.
pub(crate) fn plan<'a>(path: &str, a: &'a Tensor, b: &'a Tensor, says: Option<u64>) -> Result<Plan<'a>, Problem> {
    let ([rank, rows, cols], transposed) = oriented(path, a, b, says)?;
    let form = Form::Lora { transposed };
    Ok(Plan { kind: Kind::Lora, form, tensors: vec![a, b], sides: [rows, cols], rank, divisor: Some(rank) })
}

pub(crate) fn delta(numbers: &Numbers, transposed: bool, scale: f64) -> Result<Delta, Fault> {
    let (b, a) = factors(numbers, transposed)?;
    Ok(Delta::thin(b, a, scale)?)
}

/// B, m × r, and A, r × n.
pub(crate) fn factors(numbers: &Numbers, transposed: bool) -> Result<(Matrix, Matrix), Problem> {
    match transposed {
        false => Ok((numbers.matrix(1)?, numbers.matrix(0)?)),
        true => Ok((numbers.transposed(1)?, numbers.transposed(0)?)),
    }
}
