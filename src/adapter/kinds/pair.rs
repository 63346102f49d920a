//! [`Pair`]: the factors B and A that a resized file holds in place of a layer that is stored in another form.

use super::form::Form;
use super::kind::Kind;
use super::layer::Layer;
use super::names::{Role, role};
use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::tensor::Tensor;

/// What resizing can do with a layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Resizing {
    /// It is a pair and gets another rank.
    InPlace,
    /// A pair is written in its place.
    AsPair(Box<Pair>),
    /// Nothing, for this reason.
    Never(&'static str),
}

/// A pair in place of a layer that is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    /// The module as the layer's tensors name it.
    pub(crate) module: String,
    pub(crate) down: String,
    pub(crate) up: String,
    /// The sides of A after the first: n, or of a convolution in, kernel ….
    pub(crate) inner: Vec<u64>,
    pub(crate) dtype: Dtype,
    /// Whether the layer is of a method that PEFT's configuration names, which is one for all layers of a file.
    pub(crate) is_peft: bool,
}

impl Pair {
    /// The pair under the names of the layer's loaders; `None` if these are not known.
    pub(crate) fn of(layer: &Layer, is_peft: bool) -> Option<Self> {
        let first = &layer.tensors[0];
        let name = first.name();
        let (module, adapter) = match role(name) {
            Role::Part { module, adapter, .. } | Role::Down { module, adapter, .. } => (module, adapter),
            _ => return None,
        };
        let adapter = adapter.map_or(String::new(), |adapter| format!(".{adapter}"));
        let ends = match is_peft {
            true => ["lora_A", "lora_B"],
            false => ["lora_down", "lora_up"],
        };
        let [down, up] = ends.map(|end| match module {
            "" => format!("{end}{adapter}.weight"),
            module => format!("{module}.{end}{adapter}.weight"),
        });
        // The factors of LoCon have these names and no others.
        if layer.kind == Kind::Tucker && name != down {
            return None;
        }
        let widest = |best: Dtype, tensor: &Tensor| match tensor.dtype().bytes() > best.bytes() {
            true => tensor.dtype().clone(),
            false => best,
        };
        let dtype = layer.tensors.iter().fold(first.dtype().clone(), widest);
        Some(Self { module: module.to_owned(), down, up, inner: inner(layer)?, dtype, is_peft })
    }

    /// The name of its alpha.
    pub(crate) fn alpha(&self) -> String {
        match self.module.as_str() {
            "" => "alpha".to_owned(),
            module => format!("{module}.alpha"),
        }
    }

    /// The shapes of A and B.
    pub(crate) fn shapes(&self, rank: usize, rows: usize) -> [Vec<u64>; 2] {
        let rank = rank as u64;
        let ones = vec![1; self.inner.len().saturating_sub(1)];
        [[vec![rank], self.inner.clone()].concat(), [vec![rows as u64, rank], ones].concat()]
    }
}

/// The sides of A after the first, as far as the tensors tell: those of LoHa and of LoKr's products are without the kernel.
fn inner(layer: &Layer) -> Option<Vec<u64>> {
    let tensors = &layer.tensors;
    let after_first = |tensor: &Tensor| tensor.shape().get(1..).map(<[u64]>::to_vec);
    let with_kernel = |down: &Tensor, core: &Tensor| {
        let inputs = down.shape().get(1..)?.iter().try_fold(1u64, |product, side| product.checked_mul(*side))?;
        Some([&[inputs], core.shape().get(2..)?].concat())
    };
    let inner = match &layer.form {
        Form::Full | Form::Diagonal | Form::LoHa { tucker: false } => after_first(&tensors[0]),
        Form::Tucker => with_kernel(&tensors[0], &tensors[2]),
        Form::LoHa { tucker: true } => with_kernel(&tensors[0], &tensors[4]),
        Form::LoKr(factors) => {
            let [first, second] = factors.inner(tensors)?;
            // The kernel is that of W₂.
            let has_kernel = first.iter().skip(1).any(|&side| side != 1);
            let (inputs, kernel) = second.split_first().filter(|_| !has_kernel)?;
            Some([&[first[0].checked_mul(*inputs)?], kernel].concat())
        }
        Form::Lora { .. } | Form::Grouped { .. } | Form::Expert(_) => None,
    }?;
    let cols = inner.iter().try_fold(1u64, |product, side| product.checked_mul(*side));
    (cols == Some(layer.cols as u64)).then_some(inner)
}
