//! What resizing can do with each layer, once all of a file are known.

use std::collections::HashSet;

use super::contents::Adapter;
use super::method::Method;
use super::scale::{Scale, ScaleSource};
use super::sources::Sources;
use crate::adapter::kinds::experts::are_experts;
use crate::adapter::kinds::form::Form;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{PEFT_PREFIX, Role, role};
use crate::adapter::kinds::pair::{Pair, Resizing};

const EXPERTS: &str = "its factors stand in tensors of all experts, for which loaders know one rank";
const GROUPS: &str = "its loader takes B as one block for each group, which the best factors are not";
const KASA: &str = "its loader also removes as many of the base weight's smallest singular values as the rank says";
const NO_SCALE: &str = "it is stored in another form than B·A, and for a pair in its place its scale would be needed";
const NO_LOADER: &str = "it is stored in another form than B·A, and no loader is known that takes a pair in its place";
const NO_KERNEL: &str =
    "it may be a convolution, and PEFT would need its kernel for a pair in its place, which the tensors do not tell";
const ONE_EXPERT: &str = "its name is that of several experts, as which a pair in its place would be read";
const TAKEN: &str = "the file has a tensor of the name that a factor in its place would have";
const BIAS: &str = "loaders of these names apply the `diff_b` beside it with a whole difference only";
const RESHAPE: &str = "loaders apply the `reshape_weight` beside it with a pair only";
const ONE_METHOD: &str =
    "PEFT loads one method for all of a file, and not everything in this one can be written as pairs";

/// Decides for each layer of the adapter.
pub(crate) fn settle(adapter: &mut Adapter) {
    let header = &adapter.header;
    let names: HashSet<&str> =
        header.tensors().iter().map(|tensor| tensor.name()).chain(header.lost().iter().map(String::as_str)).collect();
    let decided: Vec<Resizing> =
        adapter.layers().iter().map(|layer| resizing(layer, &adapter.sources, &names)).collect();
    let is_peft = |resizing: &Resizing| matches!(resizing, Resizing::AsPair(pair) if pair.is_peft);
    let is_mixed = decided.iter().any(is_peft) && !decided.iter().all(is_peft);
    for (layer, resizing) in adapter.layers_mut().iter_mut().zip(decided) {
        layer.resizing = resizing;
    }
    if is_mixed || adapter.layers().iter().any(|layer| is_peft(&layer.resizing)) && adapter.has_others(|_| true) {
        for layer in adapter.layers_mut().iter_mut().filter(|layer| is_peft(&layer.resizing)) {
            layer.resizing = Resizing::Never(ONE_METHOD);
        }
    }
}

fn resizing(layer: &Layer, sources: &Sources, names: &HashSet<&str>) -> Resizing {
    match (&layer.resizing, &layer.form) {
        (Resizing::Never(why), _) => Resizing::Never(why),
        (_, Form::Lora { .. }) => Resizing::InPlace,
        (_, Form::Expert(_)) => Resizing::Never(EXPERTS),
        (_, Form::Grouped { .. }) => Resizing::Never(GROUPS),
        _ if layer.kind == Kind::KaSa => Resizing::Never(KASA),
        _ => pair(layer, sources, names).map_or_else(Resizing::Never, |pair| Resizing::AsPair(Box::new(pair))),
    }
}

/// The pair in place of a layer, or why there can be none that the layer's loaders apply alike.
fn pair(layer: &Layer, sources: &Sources, names: &HashSet<&str>) -> Result<Pair, &'static str> {
    let Scale::Known { source, .. } = layer.scale() else { return Err(NO_SCALE) };
    let is_peft = match sources.config.as_ref().map(|config| config.method()) {
        Some(Method::AdaLora | Method::Lycoris(_)) => true,
        None | Some(Method::Lora) => false,
        Some(_) => return Err(NO_LOADER),
    };
    let pair = Pair::of(layer, is_peft).ok_or(NO_LOADER)?;
    let beside = |end: &str| names.contains(format!("{}.{end}", pair.module).as_str());
    let of_lycoris = matches!(layer.kind, Kind::LoHa | Kind::LoKr | Kind::Tucker | Kind::Full);
    match (is_peft, source) {
        (true, _) if layer.kind == Kind::Full => return Err(NO_LOADER),
        (true, _) => {}
        // PEFT, and diffusers by its metadata, load none of these.
        (false, ScaleSource::Config | ScaleSource::AdapterMetadata) => return Err(NO_LOADER),
        (false, _) if !of_lycoris || pair.module.starts_with(PEFT_PREFIX) => return Err(NO_LOADER),
        (false, _) if sources.model_of(&pair.module).is_some() => return Err(NO_LOADER),
        (false, _) => {}
    }
    if is_peft && pair.inner.len() == 1 && layer.kind != Kind::AdaLoRa && is_convolution(layer.module()) {
        return Err(NO_KERNEL);
    }
    if are_experts(layer.module()) {
        return Err(ONE_EXPERT);
    }
    // ComfyUI applies it by itself, and its names have dots.
    if layer.kind == Kind::Full && beside("diff_b") && !pair.module.contains('.') {
        return Err(BIAS);
    }
    if layer.kind != Kind::Tucker && beside("reshape_weight") {
        return Err(RESHAPE);
    }
    let own = |name: &str| layer.tensors.iter().any(|tensor| tensor.name() == name);
    let is_taken = |name: &String| names.contains(name.as_str()) && !own(name);
    if is_taken(&pair.down) || is_taken(&pair.up) {
        return Err(TAKEN);
    }
    Ok(pair)
}

/// Whether a module may be a convolution by its name. A kernel of 1×1 leaves no trace in the tensors; `proj_in` and `proj_out` of diffusers'
/// U-Nets are such convolutions in some, and linear layers in others and in transformers.
fn is_convolution(path: &str) -> bool {
    let mut parts = path.rsplit('.').filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
    let (name, above) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_unets = !above.is_empty() && !above.ends_with("transformer_blocks");
    name.contains("conv")
        || ["proj_in", "proj_out"].contains(&name) && is_unets
        || name == "proj" && above.contains("embed")
}

impl Adapter {
    /// Whether the file has factors that are no layers here, or layers of which `is_pair` says that they are no pairs.
    pub(crate) fn has_others(&self, is_pair: impl Fn(usize) -> bool) -> bool {
        let pairs = self.layers().iter().enumerate().filter(|(i, _)| is_pair(*i)).map(|(_, layer)| layer);
        let own: HashSet<&str> = pairs
            .flat_map(|layer| layer.tensors().iter().chain(&layer.alpha_tensor))
            .chain(&self.pruned)
            .map(|tensor| tensor.name())
            .collect();
        let plain: HashSet<&str> = self.plain_tensors().iter().map(|tensor| tensor.name()).collect();
        self.header.tensors().iter().map(|tensor| tensor.name()).any(|name| match role(name) {
            Role::Alpha { .. } | Role::Unsupported { kind: Kind::Bias | Kind::Beside, .. } => false,
            _ => !own.contains(name) && !plain.contains(name),
        })
    }
}
