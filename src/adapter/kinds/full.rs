//! `.diff`: the whole difference, m × n.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::flat;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;
use crate::delta::Delta;

pub(crate) fn plan(diff: &Tensor) -> Result<Plan<'_>, Problem> {
    let [rows, cols] = flat(diff)?;
    let (sides, rank) = ([rows, cols], rows.min(cols));
    Ok(Plan { kind: Kind::Full, form: Form::Full, tensors: vec![diff], sides, rank, divisor: None })
}

pub(crate) fn delta(numbers: &Numbers) -> Result<Delta, Fault> {
    Ok(Delta::dense(numbers.matrix(0)?))
}
