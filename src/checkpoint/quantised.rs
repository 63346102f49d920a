//! Quantised checkpoints, by the names of the tensors that stand beside their weights. None of them is read.

use super::problem::CheckpointProblem;
use crate::adapter::file::tensor::Tensor;

/// What ends a name, and who writes it so.
const ENDINGS: [(&str, &str); 5] = [
    (".quant_state.bitsandbytes__nf4", "bitsandbytes (NF4)"),
    (".quant_state.bitsandbytes__fp4", "bitsandbytes (FP4)"),
    (".SCB", "bitsandbytes (LLM.int8)"),
    (".qweight", "GPTQ or AWQ"),
    (".weight_packed", "compressed-tensors"),
];

/// A problem for each kind that is found.
pub(super) fn found<'a>(tensors: impl Iterator<Item = &'a Tensor> + Clone) -> Vec<CheckpointProblem> {
    let count = |ending: &str| tensors.clone().filter(|tensor| tensor.name().ends_with(ending)).count();
    let found = ENDINGS.map(|(ending, by)| CheckpointProblem::Quantised { by, weights: count(ending) });
    found.into_iter().filter(|found| !matches!(found, CheckpointProblem::Quantised { weights: 0, .. })).collect()
}
