//! LoHa: scale·(B₁A₁)∘(B₂A₂), with `hada_w1_a` as B₁ and `hada_w1_b` as A₁; of a convolution in Tucker form with cores
//! `hada_t1` and `hada_t2`, B is stored transposed.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::names::Part;
use super::parts::{Parts, flat, product, sides_are};
use super::tucker::kernel;
use crate::adapter::problem::Problem;
use crate::delta::{Delta, tucker};

pub(crate) fn plan<'a>(parts: &Parts<'a>) -> Result<Plan<'a>, Problem> {
    let [b1, a1] = [parts.need(Part::HadaW1a, "hada_w1_a")?, parts.need(Part::HadaW1b, "hada_w1_b")?];
    let [b2, a2] = [parts.need(Part::HadaW2a, "hada_w2_a")?, parts.need(Part::HadaW2b, "hada_w2_b")?];
    let ([r1, n], [r2, _]) = (flat(a1)?, flat(a2)?);
    let mut tensors = vec![a1, b1, a2, b2];
    let is_tucker = parts.get(Part::HadaT1).is_some() || parts.get(Part::HadaT2).is_some();
    let (m, n, most) = if is_tucker {
        let [t1, t2] = [parts.need(Part::HadaT1, "hada_t1")?, parts.need(Part::HadaT2, "hada_t2")?];
        let ([p1, m], [p2, _]) = (flat(b1)?, flat(b2)?);
        sides_are(b2, [None, Some(m)])?;
        sides_are(a2, [None, Some(n)])?;
        let places = kernel(t1, p1, r1)?;
        kernel(t2, p2, r2)?;
        sides_are(t2, [None, Some(product(t2, r2, places)?)])?;
        tensors.extend([t1, t2]);
        (m, product(t1, n, places)?, p1.saturating_mul(p2))
    } else {
        let [m, _] = sides_are(b1, [None, Some(r1)])?;
        sides_are(b2, [Some(m), Some(r2)])?;
        sides_are(a2, [None, Some(n)])?;
        (m, n, r1.saturating_mul(r2))
    };
    let form = Form::LoHa { tucker: is_tucker };
    // LyCORIS divides by the rows of `hada_w1_b`.
    Ok(Plan { kind: Kind::LoHa, form, tensors, sides: [m, n], rank: most.min(m).min(n), divisor: Some(r1) })
}

pub(crate) fn delta(numbers: &Numbers, is_tucker: bool, scale: f64) -> Result<Delta, Fault> {
    let factors = |b: usize, core: usize| -> Result<_, Fault> {
        Ok(match is_tucker {
            false => (numbers.matrix(b)?, numbers.matrix(b - 1)?),
            true => (numbers.transposed(b)?, tucker(&numbers.matrix(core)?, &numbers.matrix(b - 1)?)?),
        })
    };
    let ((b1, a1), (b2, a2)) = (factors(1, 4)?, factors(3, 5)?);
    Ok(Delta::hadamard((&b1, &a1), (&b2, &a2), scale)?)
}
