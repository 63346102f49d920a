//! The scales of weights of eight bits: `scale_weight` of ComfyUI, `weight_scale` of compressed-tensors. A weight whose scales are not
//! there is not read: its numbers alone would be wrong by any factor.

use super::files::{Checkpoint, Located};
use super::side::Side;
use super::unusable::WhyUnusable;
use crate::adapter::file::tensor::Tensor;

/// What the numbers of a weight are multiplied by: one number, or one for each row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scaling {
    pub(super) file: usize,
    pub(super) tensor: Tensor,
}

impl Scaling {
    /// The scales of a weight with `rows` rows, if it has any, or why it cannot be read.
    pub(super) fn of(
        checkpoint: &Checkpoint,
        side: Side,
        weight: &Located,
        rows: usize,
    ) -> Result<Option<Self>, WhyUnusable> {
        let Some(name) = weight.tensor.scale_name(|name| checkpoint.knows(name)) else {
            let is_scaled = weight.tensor.dtype().bytes() == Some(1) && weight.tensor.name().ends_with(".weight");
            return match is_scaled && checkpoint.lacks_names() {
                true => Err(WhyUnusable::MissingScale { side }),
                false => Ok(None),
            };
        };
        let refused = |why: String| Err(WhyUnusable::Scale { side, name: name.clone(), why });
        let Some(Located { file, tensor }) = checkpoint.get(&name) else {
            return refused("which is missing or cannot be read".to_owned());
        };
        if name.ends_with(".scale") {
            return refused("in a way that is not known".to_owned());
        }
        let count: Option<u64> = tensor.shape().iter().try_fold(1u64, |product, &side| product.checked_mul(side));
        let is_one = count == Some(1);
        let is_per_row = count == Some(rows as u64) && tensor.shape().first() == count.as_ref();
        if tensor.dtype().bytes().is_none_or(|bytes| bytes < 2) {
            return refused(format!("whose dtype {} is not read as a scale", tensor.dtype()));
        }
        if !is_one && !is_per_row {
            return refused(format!(
                "of the shape {:?}, where one number or one for each of the {rows} rows is read: scales of blocks are not",
                tensor.shape()
            ));
        }
        Ok(Some(Self { file: *file, tensor: tensor.clone() }))
    }
}
