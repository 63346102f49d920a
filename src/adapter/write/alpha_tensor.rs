//! [`AlphaTensor`]: the tensor with a layer's alpha in the new file.

use crate::adapter::file::dtype::Dtype;
use crate::adapter::kinds::layer::Layer;

/// What becomes of the tensor that holds a layer's alpha.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AlphaTensor {
    /// It is as it was, or still missing.
    Same,
    /// The alpha stands elsewhere.
    Gone,
    /// It has this dtype and these bytes.
    New(Dtype, Vec<u8>),
}

/// The alpha tensor with the alpha that is wanted, or the nearest that it can hold, and that alpha. Where `exact`, its dtype
/// changes instead.
pub(super) fn alpha_tensor(layer: &Layer, wanted: f64, exact: bool) -> (f64, AlphaTensor) {
    if let Some(tensor) = &layer.alpha_tensor {
        let mut bytes = Vec::new();
        let alpha = tensor.dtype().encode_alpha(wanted, &mut bytes);
        if alpha == wanted || !exact && alpha != 0.0 && alpha.is_finite() {
            return (alpha, AlphaTensor::New(tensor.dtype().clone(), bytes));
        }
        // An alpha of 0 counts as r. The old one fits, and the factors make up for it.
        if let Some(old) = layer.alpha().filter(|&old| old != 0.0 && !exact) {
            return (old, AlphaTensor::Same);
        }
    }
    wide_alpha(wanted)
}

/// A new alpha tensor, and the alpha that it holds.
pub(super) fn wide_alpha(wanted: f64) -> (f64, AlphaTensor) {
    let mut bytes = Vec::new();
    match Dtype::F32.encode(wanted, &mut bytes) {
        alpha if alpha.is_finite() && alpha != 0.0 => (alpha, AlphaTensor::New(Dtype::F32, bytes)),
        _ => (wanted, AlphaTensor::New(Dtype::F64, wanted.to_le_bytes().to_vec())),
    }
}
