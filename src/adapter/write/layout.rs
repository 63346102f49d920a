//! The tensors of a resized file, in the order of their data.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::alpha_tensor::AlphaTensor;
use super::fate::Fate;
use super::options::ResizeOptions;
use super::part::{FilePart, Side};
use super::plan::{LayerPlan, Plan};
use crate::adapter::contents::Adapter;
use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::file::write::{Row, header};
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::pair::Pair;
use crate::adapter::problem::{Problem, Reason};

/// The bytes before the data, the parts of the data, and the length of the whole file.
pub(super) struct Layout {
    pub(super) header: Vec<u8>,
    pub(super) parts: Vec<FilePart>,
    pub(super) file_bytes: u64,
}

/// A tensor of the new file.
struct Item<'a> {
    name: &'a str,
    dtype: &'a Dtype,
    shape: Vec<u64>,
    bytes: u64,
    /// The position of its group in the old file, and its position within the group.
    order: (usize, usize),
    part: FilePart,
}

/// What a tensor of a layer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Factor(Side),
    Alpha,
    /// The first of a layer in whose place a pair is written.
    First,
    /// What goes with that layer.
    Gone,
}

impl Layout {
    pub(super) fn new(adapter: &Adapter, plan: &Plan, options: &ResizeOptions) -> Result<Self, Problem> {
        let mut items = items(adapter, plan);
        if items.is_empty() && !adapter.layers().is_empty() {
            return Err(Problem::file(Reason::Choice(
                "every layer would be left out, and nothing would remain".to_owned(),
            )));
        }
        // Wide dtypes first: readers that map the file need every tensor aligned to its dtype.
        items.sort_by_key(|item| (Reverse(width(item)), item.order));
        let rows =
            items.iter().map(|item| Row { name: item.name, dtype: item.dtype, shape: &item.shape, bytes: item.bytes });
        let (header, file_bytes) = header(adapter.new_metadata(plan, options)?.as_ref(), rows)?;
        let parts = FilePart::joined(items.into_iter().map(|item| item.part));
        Ok(Self { header, parts, file_bytes })
    }
}

fn items<'a>(adapter: &'a Adapter, plan: &'a Plan) -> Vec<Item<'a>> {
    let mut of_layers: HashMap<&str, (&Layer, &LayerPlan, Part)> = HashMap::new();
    let biases = adapter.biases();
    let alphas: Vec<Option<String>> = adapter.layers().iter().map(|layer| layer.pair().map(Pair::alpha)).collect();
    for ((layer, plan), alpha) in adapter.layers().iter().zip(&plan.layers).zip(&alphas) {
        match plan.fate {
            Fate::Stays => continue,
            Fate::Made => {
                let gone = layer.tensors().iter().chain(&layer.alpha_tensor).map(|tensor| tensor.name());
                of_layers.extend(gone.chain(alpha.as_deref()).map(|name| (name, (layer, plan, Part::Gone))));
                of_layers.insert(layer.down().name(), (layer, plan, Part::First));
                continue;
            }
            Fate::Pair => {}
        }
        if let Some(bias) = biases.get(layer.up().name()).filter(|_| plan.is_dropped()) {
            of_layers.insert(bias, (layer, plan, Part::Gone));
        }
        of_layers.insert(layer.down().name(), (layer, plan, Part::Factor(Side::Down)));
        of_layers.insert(layer.up().name(), (layer, plan, Part::Factor(Side::Up)));
        if let Some(alpha) = &layer.alpha_tensor {
            of_layers.insert(alpha.name(), (layer, plan, Part::Alpha));
        }
    }
    // Of AdaLoRA, which the new file is not.
    let is_lora = plan.layers.iter().any(|plan| plan.fate == Fate::Made);
    let pruned: HashSet<&str> = adapter.pruned.iter().filter(|_| is_lora).map(|tensor| tensor.name()).collect();
    let tensors = adapter.header.tensors();
    let positions: HashMap<&str, usize> = tensors.iter().enumerate().map(|(i, t)| (t.name(), i)).collect();
    let mut items = Vec::new();
    for (i, tensor) in tensors.iter().enumerate() {
        match of_layers.get(tensor.name()) {
            None if pruned.contains(tensor.name()) => {}
            None => items.push(Item::copy(tensor, i)),
            Some((_, plan, _)) if plan.is_dropped() => {}
            Some((_, _, Part::Gone)) => {}
            Some((layer, plan, Part::First)) => items.extend(Item::made(layer, plan, i)),
            Some((layer, plan, Part::Factor(side))) => {
                let first = positions.get(layer.down().name()).copied().unwrap_or(i);
                items.push(Item::factor(tensor, layer, plan, *side, if plan.recipe.is_some() { first } else { i }));
                if let (Side::Down, None, Some(names), AlphaTensor::New(dtype, bytes)) =
                    (side, &layer.alpha_tensor, &plan.names, &plan.alpha_tensor)
                {
                    items.push(Item::alpha(&names.alpha, &[], dtype, bytes, (i, 2)));
                }
            }
            Some((_, plan, Part::Alpha)) => {
                let name = plan.names.as_ref().map_or(tensor.name(), |names| &names.alpha);
                match &plan.alpha_tensor {
                    AlphaTensor::Gone => {}
                    AlphaTensor::Same => items.push(Item { name, ..Item::copy(tensor, i) }),
                    AlphaTensor::New(dtype, bytes) => {
                        items.push(Item::alpha(name, tensor.shape(), dtype, bytes, (i, 0)));
                    }
                }
            }
        }
    }
    items
}

impl<'a> Item<'a> {
    fn copy(tensor: &'a Tensor, position: usize) -> Self {
        Self {
            name: tensor.name(),
            dtype: tensor.dtype(),
            shape: tensor.shape().to_vec(),
            bytes: tensor.range().end - tensor.range().start,
            order: (position, 0),
            part: FilePart::copy(tensor),
        }
    }

    fn alpha(name: &'a str, shape: &[u64], dtype: &'a Dtype, bytes: &[u8], order: (usize, usize)) -> Self {
        let part = FilePart::given(bytes.to_vec());
        Self { name, dtype, shape: shape.to_vec(), bytes: bytes.len() as u64, order, part }
    }

    /// The pair in place of the layer, and its alpha.
    fn made(layer: &Layer, plan: &'a LayerPlan, position: usize) -> Vec<Self> {
        let (Some(names), Some(recipe), Some(pair)) = (&plan.names, &plan.recipe, layer.pair()) else {
            return Vec::new();
        };
        let [of_down, of_up] = pair.shapes(plan.rank, layer.rows());
        let factor = |side: Side, name: &'a String, shape: Vec<u64>| {
            let at = usize::from(side == Side::Up);
            let dtype = &recipe.dtypes[at];
            let bytes = shape.iter().product::<u64>() * dtype.bytes().unwrap_or(1) as u64;
            Self { name, dtype, shape, bytes, order: (position, at), part: FilePart::factors(recipe, side) }
        };
        let mut items = vec![factor(Side::Down, &names.down, of_down), factor(Side::Up, &names.up, of_up)];
        if let AlphaTensor::New(dtype, bytes) = &plan.alpha_tensor {
            items.push(Self::alpha(&names.alpha, &[], dtype, bytes, (position, 2)));
        }
        items
    }

    fn factor(tensor: &'a Tensor, layer: &Layer, plan: &'a LayerPlan, side: Side, position: usize) -> Self {
        let mut item = Self::copy(tensor, position);
        if let Some(names) = &plan.names {
            item.name = if side == Side::Down { &names.down } else { &names.up };
        }
        if let Some(recipe) = &plan.recipe {
            let at = usize::from(side == Side::Up);
            item.order.1 = at;
            item.dtype = &recipe.dtypes[at];
            item.shape[at ^ usize::from(layer.transposed())] = plan.rank as u64;
            let count = item.shape.iter().product::<u64>();
            item.bytes = count * item.dtype.bytes().unwrap_or(1) as u64;
            item.part = FilePart::factors(recipe, side);
        }
        item
    }
}

/// Bytes per number; for a dtype that is not read, they follow from the length.
fn width(item: &Item) -> u64 {
    let count = item.shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    item.dtype.bytes().map_or_else(|| item.bytes / count.unwrap_or(1).max(1), |bytes| bytes as u64)
}
