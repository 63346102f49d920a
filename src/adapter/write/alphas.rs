//! One alpha for several layers: as an option asks for it, and as the metadata of some files hold it.

use std::collections::HashMap;

use super::fate::{Chosen, Fate};
use super::options::{Alphas, ResizeOptions};
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};
use crate::adapter::scale::{Scale, ScaleSource};

/// The one alpha of all pairs: that of the ones that have failed, if they agree, or the commonest rank, the first among equals. What
/// is no pair has its own.
pub(super) fn one_alpha(layers: &[Layer], chosen: &[Chosen], has_failed: impl Fn(usize) -> bool) -> Option<f64> {
    let pairs = || (0..layers.len()).filter(|&i| chosen[i].fate != Fate::Stays);
    let kept = || pairs().filter(|&i| has_failed(i));
    let alpha = |i: usize| Some(layers[i].scale().value()? * chosen[i].rank as f64);
    if let Some(first) = kept().next().and_then(alpha).filter(|alpha| *alpha != 0.0) {
        return kept().all(|i| alpha(i) == Some(first)).then_some(first);
    }
    let mut counts: HashMap<usize, usize> = HashMap::new();
    pairs().for_each(|i| *counts.entry(chosen[i].rank).or_default() += 1);
    let left = pairs().map(|i| chosen[i].rank).rev().filter(|&rank| rank > 0);
    left.max_by_key(|rank| counts[rank]).map(|rank| rank as f64)
}

/// The old alpha for all layers in the metadata, which others depend on; the factors make up for it.
pub(super) fn old_flat(adapter: &Adapter, chosen: &[Chosen], options: &ResizeOptions) -> Result<Option<f64>, Problem> {
    let Some((key, old)) = adapter.sources.flat else { return Ok(None) };
    let depends = |(layer, chosen): (&Layer, &Chosen)| {
        chosen.fate == Fate::Pair && matches!(layer.scale(), Scale::Known { source: ScaleSource::Metadata(_), .. })
    };
    match options.alphas == Alphas::Ranks && adapter.layers().iter().zip(chosen).any(depends) {
        true => Err(Problem::file(Reason::Choice(format!(
            "its metadata hold one alpha for all layers, `{key}`, and some are not resized, so the scales of the others cannot be 1"
        )))),
        false => Ok(Some(old)),
    }
}

/// The alpha for all layers in the metadata once they have these ranks: one that keeps their scales, or the old one, and the
/// factors make up for it. A pair in place of another form has an alpha of its own.
pub(super) fn flat(adapter: &Adapter, chosen: &[Chosen], bakes: bool) -> Result<Option<f64>, Problem> {
    let Some((key, old)) = adapter.sources.flat else { return Ok(None) };
    let with_ranks = || {
        let pairs = adapter.layers().iter().zip(chosen).filter(|(_, chosen)| chosen.fate == Fate::Pair);
        pairs.map(|(layer, chosen)| (layer, chosen.rank)).filter(|(_, rank)| *rank > 0)
    };
    let wanted: Option<Vec<(usize, f64)>> = with_ranks()
        .map(|(layer, rank)| layer.scale().value().map(|scale| (rank, if bakes { 1.0 } else { scale })))
        .collect();
    let Some(wanted) = wanted else { return Ok(None) };
    let Some(&(rank, scale)) = wanted.first() else { return Ok(Some(old)) };
    if wanted.iter().all(|next| *next == (rank, scale)) {
        return Ok(Some(scale * rank as f64));
    }
    let depends =
        |(layer, _): (&Layer, usize)| matches!(layer.scale(), Scale::Known { source: ScaleSource::Metadata(_), .. });
    match bakes && with_ranks().any(depends) {
        true => Err(Problem::file(Reason::Choice(format!(
            "its metadata hold one alpha for all layers, `{key}`, so their scales can be 1 only at one rank for all: choose one, \
             or names with an alpha for each layer"
        )))),
        false => Ok(Some(old)),
    }
}
