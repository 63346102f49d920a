//! [`LayerCheck`]: whether a layer can be resized. [`Kept`]: that it cannot.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::part::check_lengths;
use super::plan::{LayerPlan, Plan};
use super::recipe::Recipe;
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Location, Problem, Reason};

/// The check of one layer of a [`Resized`](super::resize::Resized) file, made before its header is final.
#[derive(Clone, Debug)]
pub struct LayerCheck(pub(super) Arc<Recipe>, pub(super) Vec<Range<u64>>);

impl LayerCheck {
    pub(super) fn new(recipe: Arc<Recipe>) -> Self {
        let ranges = recipe.ranges();
        Self(recipe, ranges)
    }

    /// The ranges of the old file that [`run`](Self::run) needs.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.1
    }

    /// Whether the layer can be resized, from the bytes in [`ranges`](Self::ranges).
    ///
    /// # Cost
    /// O((m + n)·r), or that of the new factors where it is not certain that they can be stored.
    ///
    /// # Errors
    /// [`Problem`] when a weight is not finite, a number does not fit its dtype, or there is not enough memory. Never panics.
    pub fn run(&self, old: Vec<Vec<u8>>) -> Result<(), Problem> {
        check_lengths(self.ranges(), &old)?;
        self.0.check(&old)
    }
}

/// A layer that is kept as it was, with its rank and scale, because it cannot be resized. Its text is meant for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Kept {
    /// Its position in [`layers`](crate::adapter::Adapter::layers), counted from 0.
    pub layer: usize,
    /// The path of its module, with the expert and the adapter where it has several layers:
    /// [`Layer::name`](crate::adapter::Layer::name).
    pub module: String,
    /// Why it cannot be resized; [`Reason::Kept`](crate::adapter::Reason::Kept) where that does not depend on its numbers.
    pub problem: Problem,
}

impl Kept {
    fn new(adapter: &Adapter, layer: usize, problem: Problem) -> Self {
        Self { layer, module: adapter.layers()[layer].name().to_owned(), problem }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "module `{}` is kept as it was: ", self.module)?;
        match &self.problem.location {
            Location::Module(_) => self.problem.reason.fmt(f),
            _ => self.problem.fmt(f),
        }
    }
}

/// The layers that are kept although they were to change: those that failed, and those that the plan copies.
pub(super) fn kept_layers(adapter: &Adapter, plan: &Plan, failed: &BTreeMap<usize, Problem>) -> Vec<Kept> {
    let one = |(i, (layer, plan)): (usize, (&Layer, &LayerPlan))| {
        let copied = || Some(Problem::module(layer.name(), Reason::Kept(plan.kept?)));
        Some(Kept::new(adapter, i, failed.get(&i).cloned().or_else(copied)?))
    };
    adapter.layers().iter().zip(&plan.layers).enumerate().filter_map(one).collect()
}
