//! LoCon with `lora_mid`, the Tucker form of a convolution: `lora_mid` [r, r, kernel …] stands between `lora_up` and `lora_down`.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::{flat, product, sides_are};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::{Delta, tucker};

pub(crate) fn plan<'a>(a: &'a Tensor, b: &'a Tensor, mid: &'a Tensor) -> Result<Plan<'a>, Problem> {
    let [below, cols] = flat(a)?;
    let [rows, above] = flat(b)?;
    let kernel = kernel(mid, above, below)?;
    let sides = [rows, product(mid, cols, kernel)?];
    let rank = above.min(product(mid, below, kernel)?);
    // LyCORIS divides by the rows of `lora_down`.
    Ok(Plan { kind: Kind::Tucker, form: Form::Tucker, tensors: vec![a, b, mid], sides, rank, divisor: Some(below) })
}

/// How many places the kernel of a core [p, q, kernel …] has.
pub(crate) fn kernel(core: &Tensor, p: usize, q: usize) -> Result<usize, Problem> {
    let [_, rest] = sides_are(core, [Some(p), None])?;
    let is_second = core.shape.get(1).is_some_and(|&side| side == q as u64);
    match is_second && rest.is_multiple_of(q) {
        true => Ok(rest / q),
        false => Err(super::parts::wrong(core, &format!("[{p}, {q}, kernel …]"))),
    }
}

pub(crate) fn delta(numbers: &Numbers, scale: f64) -> Result<Delta, Fault> {
    let a = tucker(&numbers.matrix(2)?, &numbers.matrix(0)?)?;
    Ok(Delta::thin(numbers.matrix(1)?, a, scale)?)
}
