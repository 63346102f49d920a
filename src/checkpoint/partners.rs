//! Which tensors of a checkpoint are weights, and which of another have the same name.

use std::collections::{HashMap, HashSet};

use super::files::{Checkpoint, Located};
use super::names::{is_beside_f8, stripped};

/// The tensors of a checkpoint that are weights, and the names of the others.
pub(super) struct Weights<'a> {
    pub(super) weights: Vec<&'a Located>,
    pub(super) beside: Vec<String>,
}

impl<'a> Weights<'a> {
    pub(super) fn of(checkpoint: &'a Checkpoint) -> Self {
        let all = checkpoint.located();
        let exists = |name: &str| checkpoint.knows(name);
        let mut beside: HashSet<String> = all.iter().filter_map(|at| at.tensor.scale_name(exists)).collect();
        let has_f8 = all.iter().any(|at| at.tensor.dtype().bytes() == Some(1));
        let markers = all.iter().map(|at| at.tensor.name()).filter(|name| has_f8 && is_beside_f8(name));
        beside.extend(markers.map(str::to_owned));
        let (aside, weights) = all.iter().partition::<Vec<_>, _>(|at| beside.contains(at.tensor.name()));
        Self { weights, beside: aside.into_iter().map(|at| at.tensor.name().to_owned()).collect() }
    }

    /// The partner of each tensor that has one, by the tensor's name.
    pub(super) fn partners<'b>(&self, other: &Weights<'b>) -> HashMap<&'a str, &'b Located> {
        let by_name: HashMap<&str, &'b Located> = other.weights.iter().map(|&at| (at.tensor.name(), at)).collect();
        let mut partners: HashMap<&'a str, &'b Located> = HashMap::new();
        for &own in &self.weights {
            if let Some(partner) = by_name.get(own.tensor.name()) {
                partners.insert(own.tensor.name(), partner);
            }
        }
        let taken: HashSet<&str> = partners.keys().copied().collect();
        let (mine, theirs) = (once(&self.weights, &taken), once(&other.weights, &taken));
        for (short, own) in mine {
            if let (Some(own), Some(Some(partner))) = (own, theirs.get(short)) {
                partners.insert(own.tensor.name(), partner);
            }
        }
        partners
    }
}

/// What is left of some tensors by the name without prefixes; `None` where two share one.
fn once<'a>(weights: &[&'a Located], taken: &HashSet<&str>) -> HashMap<&'a str, Option<&'a Located>> {
    let mut found = HashMap::new();
    for &at in weights.iter().filter(|at| !taken.contains(at.tensor.name())) {
        found.entry(stripped(at.tensor.name())).and_modify(|other| *other = None).or_insert(Some(at));
    }
    found
}
