//! The names of factors in other tools, where they follow from the names in the file.

use std::collections::HashSet;

use super::fate::{Chosen, Fate};
use super::options::Names;
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{PEFT_PREFIX, Role, path, role};
use crate::adapter::kinds::pair::Pair;
use crate::adapter::problem::{Problem, Reason};

/// The names of a layer's tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerNames {
    pub(crate) down: String,
    pub(crate) up: String,
    pub(crate) alpha: String,
    /// The path of the module in its model.
    pub(crate) path: String,
}

impl LayerNames {
    /// Those of a pair in place of another form, under the names of the layer's own loaders.
    pub(super) fn of_pair(pair: &Pair, path: &str) -> Self {
        Self { down: pair.down.clone(), up: pair.up.clone(), alpha: pair.alpha(), path: path.to_owned() }
    }
}

/// Before the paths of the original model.
const ORIGINAL: [&str; 2] = ["diffusion_model.", "model.diffusion_model."];

/// Before the paths of diffusers' models, which differ from the original's for many models.
const DIFFUSERS: [&str; 6] =
    ["unet.", "transformer.", "transformer_2.", "text_encoder.", "text_encoder_2.", "text_encoder_3."];

/// Whose paths a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Model {
    /// The base model's own, as PEFT and original diffusion models have them.
    Own,
    Diffusers(&'static str),
}

/// The names of each layer under `names`, which may be those that it has.
pub(super) fn renamed(adapter: &Adapter, chosen: &[Chosen], names: Names) -> Result<Vec<LayerNames>, Problem> {
    let layers = adapter.layers();
    let own: HashSet<&str> = layers.iter().flat_map(own_names).collect();
    let plain: HashSet<&str> = adapter.plain_tensors().iter().map(|tensor| tensor.name()).collect();
    let is_plain = |name: &str| plain.contains(name) && (names == Names::Peft || !name.starts_with(PEFT_PREFIX));
    // One that means nothing to its layer goes with it.
    let alphas: HashSet<String> = layers.iter().filter_map(|layer| layer.pair()).map(Pair::alpha).collect();
    let beside = |name: &&str| !own.contains(name) && !alphas.contains(*name) && !is_plain(name);
    if let Some(name) = adapter.header.tensors().iter().map(|tensor| tensor.name()).find(beside) {
        return Err(refused(name, "it is part of no layer here, so its name cannot be changed with them"));
    }
    if names != Names::Peft && !adapter.sources.is_diffusion {
        return Err(Problem::file(Reason::Choice(
            "its names do not say that it is a diffusion model's LoRA, which these names are for".to_owned(),
        )));
    }
    let mut models = HashSet::new();
    let mut taken = HashSet::new();
    let mut renamed = Vec::new();
    for (layer, chosen) in layers.iter().zip(chosen) {
        let own = layer.pair().map(|pair| LayerNames::of_pair(pair, layer.module()));
        let old = own.as_ref().map_or(layer.down().name(), |own| &own.down);
        if chosen.fate == Fate::Stays {
            let why = layer.kept().or(chosen.kept);
            return Err(refused(
                layer.down().name(),
                why.unwrap_or("it is not stored as a pair, and a rank below its own makes one"),
            ));
        }
        if layer.transposed() {
            return Err(refused(
                old,
                "its factors are stored transposed, as the loaders of these names do not expect them",
            ));
        }
        if names == Names::Kohya && old.starts_with("lora_") && old.ends_with(".lora_down.weight") {
            let up = own.as_ref().map_or(layer.up().name(), |own| &own.up);
            let (down, up) = (old.to_owned(), up.to_owned());
            let alpha = format!("{}.alpha", module(layer));
            renamed.push(LayerNames { down, up, alpha, path: layer.module().to_owned() });
            continue;
        }
        let (model, path) = model(module(layer)).ok_or_else(|| {
            refused(
                old,
                "its underscores do not say which of them were dots: the list of the model's modules is needed",
            )
        })?;
        models.insert(model);
        if models.len() > 1 {
            return Err(refused(old, "the file has layers of several models, which these names would mix"));
        }
        let new = named(names, model, path, old)?;
        if !taken.insert(new.down.clone()) {
            return Err(refused(old, "another layer would have the same name"));
        }
        renamed.push(new);
    }
    Ok(renamed)
}

/// The module of a layer as its tensors name it.
pub(super) fn module(layer: &Layer) -> &str {
    if let Some(pair) = layer.pair() {
        return &pair.module;
    }
    match role(layer.down().name()) {
        Role::Down { module, .. } => module,
        _ => layer.module(),
    }
}

fn own_names(layer: &Layer) -> impl Iterator<Item = &str> {
    layer.tensors().iter().chain(&layer.alpha_tensor).map(|tensor| tensor.name())
}

/// The model that a module's path is about, and the path in it; `None` if the path cannot be told.
fn model(module: &str) -> Option<(Model, &str)> {
    let module = module.strip_prefix("_orig_mod.").unwrap_or(module);
    if let Some(path) = ORIGINAL.iter().find_map(|prefix| module.strip_prefix(prefix)) {
        return Some((Model::Own, path));
    }
    if let Some((prefix, inner)) = DIFFUSERS.iter().find_map(|prefix| Some((*prefix, module.strip_prefix(prefix)?))) {
        return Some((Model::Diffusers(prefix), path(inner)));
    }
    if path(module) != module {
        return Some((Model::Own, path(module)));
    }
    // `lora_unet_…`, `lora_te1_…`: kohya's, also with other prefixes before the underscores.
    (module.contains('.') && !module.starts_with("lora_")).then_some((Model::Own, module))
}

fn named(names: Names, model: Model, path: &str, old: &str) -> Result<LayerNames, Problem> {
    if path.split('.').any(|part| part == "processor") {
        return Err(refused(old, "it names a processor of attention and not the module that it changes"));
    }
    let embedding = old.contains(".lora_embedding_");
    let of_diffusers = "its path is that of diffusers' model, which the original model's loaders do not know";
    let (module, [down, up]) = match (names, model) {
        (Names::Peft, _) if embedding => (format!("{PEFT_PREFIX}{path}"), [".lora_embedding_A", ".lora_embedding_B"]),
        (Names::Peft, _) => (format!("{PEFT_PREFIX}{path}"), [".lora_A.weight", ".lora_B.weight"]),
        _ if embedding => return Err(refused(old, "these names have none for embeddings")),
        (Names::ComfyUi, Model::Own) => (format!("diffusion_model.{path}"), [".lora_down.weight", ".lora_up.weight"]),
        (Names::Kohya, Model::Own | Model::Diffusers("unet.")) => {
            (format!("lora_unet_{}", path.replace('.', "_")), [".lora_down.weight", ".lora_up.weight"])
        }
        _ => return Err(refused(old, of_diffusers)),
    };
    Ok(LayerNames {
        down: format!("{module}{down}"),
        up: format!("{module}{up}"),
        alpha: format!("{module}.alpha"),
        path: path.to_owned(),
    })
}

fn refused(tensor: &str, why: &str) -> Problem {
    Problem::tensor(tensor, Reason::Names(why.to_owned()))
}
