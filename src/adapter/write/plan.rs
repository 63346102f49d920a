//! [`Plan`]: what becomes of each layer, decided before any weight is read.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::alpha_tensor::{AlphaTensor, alpha_tensor};
use super::alphas::{flat, old_flat, one_alpha};
use super::fate::{Chosen, Fate, choose};
use super::made::made;
use super::names::{LayerNames, renamed};
use super::options::{Alphas, Names, ResizeOptions};
use super::recipe::Recipe;
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};
use crate::adapter::scale::{Scale, ScaleSource};

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// One for each layer of the adapter.
    pub(crate) layers: Vec<LayerPlan>,
    /// The new alpha of all layers, where the metadata hold one.
    pub(crate) flat: Option<f64>,
}

#[derive(Clone, Debug)]
pub(crate) struct LayerPlan {
    pub(crate) fate: Fate,
    /// Its new rank; 0 if it is left out.
    pub(crate) rank: usize,
    /// Its new scale; `None` if it is unknown.
    pub(crate) scale: Option<f64>,
    /// Its new alpha, if one is stored for it.
    pub(crate) alpha: Option<f64>,
    pub(crate) alpha_tensor: AlphaTensor,
    /// How its factors are made; `None` if they are copied.
    pub(crate) recipe: Option<Arc<Recipe>>,
    /// The new names of its tensors, if names are asked for or a pair is made.
    pub(crate) names: Option<LayerNames>,
    /// Why it is copied although something else was asked for.
    pub(crate) kept: Option<&'static str>,
}

/// Where the alpha of a layer stands in the new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Tensor,
    /// Where any alpha can stand: `adapter_config.json`, diffusers' metadata.
    Config,
    Flat,
    /// Nowhere, and loaders apply 1.
    Nowhere,
}

impl LayerPlan {
    pub(crate) fn is_dropped(&self) -> bool {
        self.rank == 0
    }
}

impl Plan {
    /// Decides for all layers. Those that `has_failed` says are kept as they are, whatever the ranks say.
    pub(crate) fn new(
        adapter: &Adapter,
        ranks: &[usize],
        options: &ResizeOptions,
        has_failed: impl Fn(usize) -> bool,
    ) -> Result<Self, Problem> {
        adapter.header.check_whole()?;
        options.check()?;
        let layers = adapter.layers();
        if ranks.len() != layers.len() {
            return Err(Problem::file(Reason::Ranks { found: ranks.len(), layers: layers.len() }));
        }
        let chosen = choose(adapter, ranks, options, &has_failed)?;
        let stays = |i: usize| chosen[i].fate == Fate::Stays;
        let names = options.names.map(|names| renamed(adapter, &chosen, names)).transpose()?;
        let any_kept = (0..layers.len()).any(|i| stays(i) || has_failed(i));
        let one = (options.alphas == Alphas::One).then(|| one_alpha(layers, &chosen, &has_failed)).flatten();
        let bakes = options.alphas == Alphas::Ranks && !any_kept;
        let flat = match names {
            Some(_) => None,
            None if adapter.has_others(|i| !stays(i)) => old_flat(adapter, &chosen, options)?,
            None => one.map_or_else(|| flat(adapter, &chosen, bakes), |one| Ok(adapter.sources.flat.map(|_| one)))?,
        };
        let mut names = names.into_iter().flatten();
        let mut plans = Vec::new();
        for (i, (layer, chosen)) in layers.iter().zip(&chosen).enumerate() {
            let names = names.next();
            plans.push(match chosen.fate {
                Fate::Stays => Self::stays(layer, chosen, names),
                Fate::Made => made(layer, chosen, options, one, names),
                Fate::Pair => Self::layer(layer, chosen.rank, options, has_failed(i), [one, flat], names)?,
            });
        }
        adapter.check_biases(&plans)?;
        Ok(Self { layers: plans, flat })
    }

    fn stays(layer: &Layer, chosen: &Chosen, names: Option<LayerNames>) -> LayerPlan {
        let (scale, alpha, alpha_tensor) = (layer.scale().value(), layer.alpha(), AlphaTensor::Same);
        let (fate, rank, kept) = (Fate::Stays, chosen.rank, chosen.kept);
        LayerPlan { fate, rank, scale, alpha, alpha_tensor, recipe: None, names, kept }
    }

    fn layer(
        layer: &Layer,
        rank: usize,
        options: &ResizeOptions,
        is_kept: bool,
        [one, flat]: [Option<f64>; 2],
        names: Option<LayerNames>,
    ) -> Result<LayerPlan, Problem> {
        let (fate, kept) = (Fate::Pair, None);
        let place = place(layer, options);
        let Some(new_rank) = NonZeroUsize::new(rank) else {
            let alpha_tensor = AlphaTensor::Gone;
            return Ok(LayerPlan {
                fate,
                rank,
                scale: None,
                alpha: None,
                alpha_tensor,
                recipe: None,
                names: None,
                kept,
            });
        };
        let changes_alpha = options.alphas != Alphas::Scaled && !is_kept;
        let is_cut = rank < layer.rank();
        let moves =
            place == Place::Tensor && layer.alpha_tensor.is_none() || place == Place::Config && options.names.is_some();
        let (old, is_zero) = match layer.scale() {
            Scale::Known { value, source } => (*value, *source == ScaleSource::TensorZero),
            Scale::Unknown(reason) if is_cut || changes_alpha || options.cap.is_some() || options.names.is_some() => {
                return Err(Problem::module(layer.module(), Reason::UnknownScale(reason.clone())));
            }
            // Only the dtype changes, which needs no scale.
            Scale::Unknown(_) => (1.0, false),
        };
        let wanted_alpha = match options.alphas {
            Alphas::Ranks if !is_kept => rank as f64,
            Alphas::One if !is_kept => one.unwrap_or(old * rank as f64),
            _ => old * rank as f64,
        };
        let wanted = if changes_alpha { wanted_alpha / rank as f64 } else { old };
        // An alpha of 0 counts as r at any rank; ComfyUI alone reads it as 0.
        let is_same = !changes_alpha && if is_zero { options.names.is_none() } else { !is_cut && !moves };
        let (alpha, scale, alpha_tensor) = match place {
            Place::Tensor if is_same => (layer.alpha(), old, AlphaTensor::Same),
            Place::Tensor => {
                let (alpha, alpha_tensor) = alpha_tensor(layer, wanted_alpha, changes_alpha);
                (Some(alpha), alpha / rank as f64, alpha_tensor)
            }
            Place::Config => {
                let is_gone = options.names.is_some() && layer.alpha_tensor.is_some();
                let gone = if is_gone { AlphaTensor::Gone } else { AlphaTensor::Same };
                (Some(wanted_alpha), wanted, gone)
            }
            Place::Flat => {
                let alpha = flat.unwrap_or(old * rank as f64);
                (Some(alpha), alpha / rank as f64, AlphaTensor::Same)
            }
            Place::Nowhere => (None, 1.0, AlphaTensor::Same),
        };
        let ratio = if scale == old || scale == 0.0 { 1.0 } else { old / scale };
        let own = [layer.down(), layer.up()].map(|tensor| tensor.dtype().clone());
        let dtypes = match options.dtype {
            Some(dtype) => [dtype.dtype(), dtype.dtype()],
            None => own.clone(),
        };
        let cap = options.cap.filter(|_| scale != 0.0).map(|cap| cap / scale.abs());
        let changes = is_cut || ratio != 1.0 || dtypes != own || cap.is_some();
        let recipe = Recipe { layer: layer.clone(), rank: new_rank, ratio, cap, dtypes };
        let recipe = (changes && !is_kept).then(|| Arc::new(recipe));
        let scale = layer.scale().value().map(|_| scale);
        Ok(LayerPlan { fate, rank, scale, alpha: alpha.filter(|_| scale.is_some()), alpha_tensor, recipe, names, kept })
    }
}

fn place(layer: &Layer, options: &ResizeOptions) -> Place {
    match (options.names, layer.scale()) {
        (Some(Names::Peft), _) => Place::Config,
        (Some(Names::ComfyUi | Names::Kohya), _) => Place::Tensor,
        (None, Scale::Known { source: ScaleSource::Tensor | ScaleSource::TensorZero, .. }) => Place::Tensor,
        (None, Scale::Known { source: ScaleSource::Metadata(_), .. }) => Place::Flat,
        (None, Scale::Known { source: ScaleSource::Diffusion, .. }) => Place::Nowhere,
        (None, _) => Place::Config,
    }
}
