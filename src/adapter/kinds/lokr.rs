//! LoKr: scale·(W₁ ⊗ W₂). Each is whole (`lokr_w1`) or a product (`lokr_w1_a`·`lokr_w1_b`); of a convolution in Tucker form W₂ has
//! a core, `lokr_t2`, and `lokr_w2_a` is stored transposed. W₁ counts as a kernel of one place.

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::names::Part;
use super::parts::{Parts, flat, product, sides_are};
use super::tucker::kernel;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};
use crate::delta::{Delta, tucker};

/// How W₁ and W₂ are stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factors([Stored; 2]);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stored {
    Whole,
    /// B, A.
    Product,
    /// Bᵀ, A, the core.
    Tucker,
}

/// One of the two: how it is stored, its tensors, m and n, its most rank, and the rank that alpha is divided by.
struct Factor<'a> {
    stored: Stored,
    tensors: Vec<&'a Tensor>,
    sides: [usize; 2],
    most: usize,
    rank: Option<usize>,
}

pub(crate) fn plan<'a>(parts: &Parts<'a>) -> Result<Plan<'a>, Problem> {
    let first = factor(parts, [Part::LokrW1, Part::LokrW1a, Part::LokrW1b], None, "lokr_w1")?;
    let second = factor(parts, [Part::LokrW2, Part::LokrW2a, Part::LokrW2b], Some(Part::LokrT2), "lokr_w2")?;
    let last = second.tensors[0];
    let sides = [0, 1].map(|side| product(last, first.sides[side], second.sides[side]));
    let [m, n] = sides;
    let (m, n) = (m?, n?);
    let divisor = match (first.rank, second.rank) {
        (Some(first), Some(second)) if first != second => {
            let problem =
                format!("its factors have ranks {first} and {second}, and loaders differ in which divides alpha");
            return Err(parts.problem(Reason::Kind { kind: Kind::LoKr, problem }));
        }
        (first, second) => first.or(second),
    };
    let rank = first.most.saturating_mul(second.most).min(m).min(n);
    let form = Form::LoKr(Factors([first.stored, second.stored]));
    let tensors = [first.tensors, second.tensors].concat();
    Ok(Plan { kind: Kind::LoKr, form, tensors, sides: [m, n], rank, divisor })
}

fn factor<'a>(
    parts: &Parts<'a>,
    [whole, b, a]: [Part; 3],
    core: Option<Part>,
    name: &str,
) -> Result<Factor<'a>, Problem> {
    let core = core.and_then(|core| parts.get(core));
    if let Some(whole) = parts.get(whole) {
        if let Some(other) = parts.get(b).or(parts.get(a)).or(core) {
            return Err(other.problem(Reason::Mixed));
        }
        let [m, n] = flat(whole)?;
        return Ok(Factor { stored: Stored::Whole, tensors: vec![whole], sides: [m, n], most: m.min(n), rank: None });
    }
    if parts.get(b).is_none() && parts.get(a).is_none() {
        return Err(parts.problem(Reason::Missing(name.to_owned())));
    }
    let (b, a) = (parts.need(b, &format!("{name}_a"))?, parts.need(a, &format!("{name}_b"))?);
    let [rank, n] = flat(a)?;
    if let Some(core) = core {
        let [p, m] = flat(b)?;
        let n = product(core, n, kernel(core, p, rank)?)?;
        let most = p.min(m).min(n);
        return Ok(Factor { stored: Stored::Tucker, tensors: vec![b, a, core], sides: [m, n], most, rank: Some(rank) });
    }
    let [m, _] = sides_are(b, [None, Some(rank)])?;
    let most = rank.min(m).min(n);
    Ok(Factor { stored: Stored::Product, tensors: vec![b, a], sides: [m, n], most, rank: Some(rank) })
}

impl Factors {
    /// The sides of W₁ and of W₂ after the first, as far as the tensors tell: that of a product is without its kernel.
    pub(crate) fn inner(&self, tensors: &[Tensor]) -> Option<[Vec<u64>; 2]> {
        let [first, second] = self.0;
        Some([first.inner(tensors)?, second.inner(tensors.get(first.tensors()..)?)?])
    }
}

impl Stored {
    /// How many tensors it is stored in.
    fn tensors(self) -> usize {
        match self {
            Self::Whole => 1,
            Self::Product => 2,
            Self::Tucker => 3,
        }
    }

    fn inner(self, tensors: &[Tensor]) -> Option<Vec<u64>> {
        match self {
            Self::Whole => tensors.first()?.shape().get(1..).map(<[u64]>::to_vec),
            Self::Product => tensors.get(1)?.shape().get(1..).map(<[u64]>::to_vec),
            Self::Tucker => {
                let inputs = tensors.get(1)?.shape().get(1..)?;
                let inputs = inputs.iter().try_fold(1u64, |product, side| product.checked_mul(*side))?;
                Some([&[inputs], tensors.get(2)?.shape().get(2..)?].concat())
            }
        }
    }
}

pub(crate) fn delta(numbers: &Numbers, Factors([first, second]): &Factors, scale: f64) -> Result<Delta, Fault> {
    Ok(Delta::kronecker(one(numbers, *first, 0)?, one(numbers, *second, first.tensors())?, scale)?)
}

fn one(numbers: &Numbers, stored: Stored, at: usize) -> Result<Delta, Fault> {
    Ok(match stored {
        Stored::Whole => Delta::dense(numbers.matrix(at)?),
        Stored::Product => Delta::thin(numbers.matrix(at)?, numbers.matrix(at + 1)?, 1.0)?,
        Stored::Tucker => {
            let a = tucker(&numbers.matrix(at + 2)?, &numbers.matrix(at + 1)?)?;
            Delta::thin(numbers.transposed(at)?, a, 1.0)?
        }
    })
}
