//! [`Parts`]: the tensors of one module beside a pair B·A, and what every kind needs to know of their shapes.

use super::names::{Part, path};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};

/// The tensors of a module that are no pair, for one adapter's name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) module: &'a str,
    pub(crate) tensors: Vec<(Part, &'a Tensor)>,
}

impl<'a> Parts<'a> {
    pub(crate) fn get(&self, part: Part) -> Option<&'a Tensor> {
        self.tensors.iter().find(|(own, _)| *own == part).map(|(_, tensor)| *tensor)
    }

    /// The part of this name, which the layer needs.
    pub(crate) fn need(&self, part: Part, name: &str) -> Result<&'a Tensor, Problem> {
        self.get(part).ok_or_else(|| self.problem(Reason::Missing(name.to_owned())))
    }

    /// Checks that each part is there once, and that its numbers are read.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        for (i, (part, tensor)) in self.tensors.iter().enumerate() {
            // A module has as many parts as there are names.
            if self.tensors[..i].iter().any(|(other, _)| other == part) {
                return Err(tensor.problem(Reason::Duplicate));
            }
            readable(tensor)?;
        }
        Ok(())
    }

    pub(crate) fn problem(&self, reason: Reason) -> Problem {
        Problem::module(path(self.module), reason)
    }
}

/// Checks that the numbers of a tensor are read.
pub(crate) fn readable(tensor: &Tensor) -> Result<(), Problem> {
    match tensor.dtype().bytes() {
        Some(_) => Ok(()),
        None => Err(tensor.problem(Reason::Dtype(tensor.dtype().to_string()))),
    }
}

/// The first side of a tensor, and the product of the others.
pub(crate) fn flat(tensor: &Tensor) -> Result<[usize; 2], Problem> {
    let [rows, ref inner @ ..] = tensor.shape[..] else { return Err(wrong(tensor, "a matrix")) };
    if inner.is_empty() {
        return Err(wrong(tensor, "a matrix"));
    }
    let cols = inner.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    let sides = [Some(rows), cols].map(|side| usize::try_from(side?).ok().filter(|&side| side > 0));
    match sides {
        [Some(rows), Some(cols)] => Ok([rows, cols]),
        _ => Err(wrong(tensor, "sides of at least 1 that fit into memory")),
    }
}

/// Checks that the first side of a tensor, flattened, has this length; `what` names it.
pub(crate) fn sides_are(tensor: &Tensor, expected: [Option<usize>; 2]) -> Result<[usize; 2], Problem> {
    let found = flat(tensor)?;
    let fits = found.iter().zip(expected).all(|(found, expected)| expected.is_none_or(|expected| *found == expected));
    let side = |side: Option<usize>| side.map_or("any".to_owned(), |side| side.to_string());
    match fits {
        true => Ok(found),
        false => Err(wrong(tensor, &format!("[{}, {}]", side(expected[0]), side(expected[1])))),
    }
}

pub(crate) fn wrong(tensor: &Tensor, expected: &str) -> Problem {
    tensor.problem(Reason::Shape { found: tensor.shape.clone(), expected: expected.to_owned() })
}

/// A product of sides that can be counted.
pub(crate) fn product(tensor: &Tensor, x: usize, y: usize) -> Result<usize, Problem> {
    x.checked_mul(y).ok_or_else(|| wrong(tensor, "sides that fit into memory"))
}
