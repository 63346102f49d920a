//! The plan of a pair in place of a layer in another form.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::alpha_tensor::{AlphaTensor, wide_alpha};
use super::fate::{Chosen, Fate};
use super::names::LayerNames;
use super::options::{Alphas, FactorDtype, Names, ResizeOptions};
use super::plan::LayerPlan;
use super::recipe::Recipe;
use crate::adapter::kinds::layer::Layer;

/// A pair in place of another form. Its scale is 1 unless all pairs have one alpha, and stands where its loaders look for it.
pub(super) fn made(
    layer: &Layer,
    chosen: &Chosen,
    options: &ResizeOptions,
    one: Option<f64>,
    names: Option<LayerNames>,
) -> LayerPlan {
    let rank = chosen.rank;
    let gone = LayerPlan {
        fate: Fate::Made,
        rank,
        scale: None,
        alpha: None,
        alpha_tensor: AlphaTensor::Gone,
        recipe: None,
        names: None,
        kept: None,
    };
    let (Some(new_rank), Some(pair)) = (NonZeroUsize::new(rank), layer.pair()) else { return gone };
    let wanted = one.filter(|_| options.alphas == Alphas::One).unwrap_or(rank as f64);
    let (alpha, alpha_tensor) = match (options.names, pair.is_peft) {
        (Some(Names::Peft), _) | (None, true) => (wanted, AlphaTensor::Gone),
        _ => wide_alpha(wanted),
    };
    let scale = alpha / rank as f64;
    let dtype = options.dtype.map_or_else(|| pair.dtype.clone(), FactorDtype::dtype);
    let recipe = Recipe {
        layer: layer.clone(),
        rank: new_rank,
        ratio: scale.recip(),
        cap: options.cap.map(|cap| cap / scale.abs()),
        dtypes: [dtype.clone(), dtype],
    };
    let names = names.unwrap_or_else(|| LayerNames::of_pair(pair, layer.module()));
    let (recipe, names) = (Some(Arc::new(recipe)), Some(names));
    LayerPlan { scale: Some(scale), alpha: Some(alpha), alpha_tensor, recipe, names, ..gone }
}
