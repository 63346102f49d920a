//! [`Fate`]: what becomes of each layer at the rank that is chosen for it.

use super::options::ResizeOptions;
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};

/// What becomes of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is a pair and stays one, also where its rank does not change.
    Pair,
    /// A pair is written in its place.
    Made,
    /// It is no pair and is copied.
    Stays,
}

/// What is decided for a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    pub(super) fate: Fate,
    /// Its rank in the new file; 0 if it is left out.
    pub(super) rank: usize,
    /// Why it is copied although something else was asked for.
    pub(super) kept: Option<&'static str>,
}

const OWN_RANK: &str = "it is stored in another form than B·A, of which only a rank below its own makes a pair";
const ANOTHER_RANK: &str = "PEFT loads one method for all of a file: choose a rank below its own for every layer of it";
const ANOTHER_LAYER: &str =
    "PEFT loads one method for all of a file, and another layer of it cannot be written as a pair";

/// Decides for all layers. `has_failed` says which of them cannot be written otherwise than they are.
pub(super) fn choose(
    adapter: &Adapter,
    ranks: &[usize],
    options: &ResizeOptions,
    has_failed: impl Fn(usize) -> bool,
) -> Result<Vec<Chosen>, Problem> {
    let layers = adapter.layers();
    let one = |(i, (layer, &rank)): (usize, (&Layer, &usize))| choose_one(layer, rank, options, has_failed(i));
    let mut chosen = layers.iter().zip(ranks).enumerate().map(one).collect::<Result<Vec<_>, _>>()?;

    let of_peft = |i: &usize| layers[*i].pair().is_some_and(|pair| pair.is_peft);
    let of_peft: Vec<usize> = (0..layers.len()).filter(of_peft).collect();
    if !of_peft.iter().any(|&i| chosen[i].fate == Fate::Made) {
        return Ok(chosen);
    }
    let any_failed = of_peft.iter().any(|&i| has_failed(i));
    let is_small = |layer: &Layer| bytes_of_pair(layer) <= Some(layer.bytes());
    if !any_failed && of_peft.iter().all(|&i| chosen[i].fate == Fate::Made || is_small(&layers[i])) {
        of_peft.iter().for_each(|&i| chosen[i] = Chosen { fate: Fate::Made, kept: None, ..chosen[i] });
        return Ok(chosen);
    }
    let why = if any_failed { ANOTHER_LAYER } else { ANOTHER_RANK };
    for i in of_peft {
        if chosen[i].fate == Fate::Made {
            chosen[i] = Chosen { fate: Fate::Stays, rank: layers[i].rank(), kept: Some(why) };
        }
    }
    Ok(chosen)
}

fn choose_one(layer: &Layer, rank: usize, options: &ResizeOptions, has_failed: bool) -> Result<Chosen, Problem> {
    let own = layer.rank();
    if rank == 0 && !options.drops {
        return Err(Problem::module(layer.name(), Reason::RankZero));
    }
    let stays = |kept| Chosen { fate: Fate::Stays, rank: own, kept };
    if let Some(why) = layer.kept() {
        return Ok(stays(Some(why).filter(|_| rank < own || options.change(layer))));
    }
    if !layer.becomes_pair() {
        let rank = if has_failed { own } else { options.rank(layer.module(), rank)?.min(own) };
        return Ok(Chosen { fate: Fate::Pair, rank, kept: None });
    }
    // A rank above the layer's own asks for nothing, so that it need not be one that is rounded to.
    let rank = if rank < own { options.rank(layer.module(), rank)?.min(own) } else { own };
    Ok(match has_failed {
        true => stays(None),
        false if rank < own => Chosen { fate: Fate::Made, rank, kept: None },
        false => stays(Some(OWN_RANK).filter(|_| options.change(layer))),
    })
}

/// The bytes of a pair of the layer's own rank.
fn bytes_of_pair(layer: &Layer) -> Option<u64> {
    let sides = (layer.rows() as u64).checked_add(layer.cols() as u64)?;
    sides.checked_mul(layer.rank() as u64)?.checked_mul(layer.pair()?.dtype.bytes()? as u64)
}
