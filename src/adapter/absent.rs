//! What a whole file lacks for one reason: said once, not for each tensor.

use super::problem::{Problem, Reason};
use crate::adapter::file::header::Header;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::names::{Role, role};

/// So many factors without their other one are hardly a mistake in a few layers.
const MANY: usize = 3;

/// The problems of a file without tensors, with empty factors, or with many lone ones, given the `problems` of its tensors.
pub(super) fn absent(header: &Header, problems: &[Problem]) -> Vec<Problem> {
    let (tensors, lost) = (header.tensors(), header.lost());
    let mut reasons = Vec::new();
    if tensors.is_empty() && lost.is_empty() {
        reasons.push(Reason::NoTensors);
    }
    let is_empty = |tensor: &&Tensor| tensor.shape == [0];
    let is_factor = |tensor: &Tensor| matches!(role(tensor.name()), Role::Down { .. } | Role::Up { .. });
    if tensors.iter().filter(is_empty).any(is_factor) {
        reasons.push(Reason::NotGathered { empty: tensors.iter().filter(is_empty).count(), tensors: tensors.len() });
    }
    let is_lone = |problem: &&Problem| matches!(&problem.reason, Reason::Missing(name) if !lost.contains(name));
    let factors = problems.iter().filter(is_lone).count();
    if factors >= MANY {
        reasons.push(Reason::PerhapsShard { factors });
    }
    reasons.into_iter().map(Problem::file).collect()
}
