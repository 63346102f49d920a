//! The open file's contents, as the list shows them.

use std::collections::HashMap;

use lora_rank_explorer::adapter::{Adapter, Tensor};

use super::protocol::{Contents, Layer};
use super::work::LEADING;

/// The layers of an adapter, then the plain weights.
pub fn layers(adapter: &Adapter, weights: &[&Tensor]) -> Vec<Layer> {
    let length = |tensor: &Tensor| tensor.range().end - tensor.range().start;
    let mut groups = HashMap::new();
    let layers = adapter.layers().iter().enumerate().map(|(i, layer)| {
        let bytes = layer.bytes();
        let width = layer.tensors().iter().filter_map(|tensor| tensor.dtype().bytes()).max().unwrap_or(1) as u64;
        let pair = (layer.rows() as u64).saturating_add(layer.cols() as u64).saturating_mul(width);
        Layer {
            module: layer.name().to_owned(),
            rows: layer.rows(),
            cols: layer.cols(),
            rank: layer.rank(),
            scale: layer.scale().value(),
            scale_text: Some(layer.scale().to_string()),
            bytes,
            bytes_per_rank: if layer.kept().is_some() || layer.becomes_pair() {
                pair
            } else {
                bytes / layer.rank() as u64
            },
            group: layer.group().map(|(module, _)| *groups.entry(module).or_insert(i)),
            kept: layer.kept().map(ToOwned::to_owned),
            becomes_pair: layer.becomes_pair(),
            mark: None,
        }
    });
    let weights_as_layers = weights.iter().map(|tensor| {
        let (rows, cols) = (tensor.shape()[0] as usize, tensor.shape()[1] as usize);
        let width = tensor.dtype().bytes().unwrap_or(1) as u64;
        Layer {
            module: tensor.name().to_owned(),
            rows,
            cols,
            rank: LEADING.get().min(rows).min(cols),
            scale: None,
            scale_text: None,
            bytes: length(tensor),
            bytes_per_rank: (rows as u64).saturating_add(cols as u64).saturating_mul(width),
            group: None,
            kept: None,
            becomes_pair: false,
            mark: None,
        }
    });
    layers.chain(weights_as_layers).collect()
}

/// All but the layers.
pub fn contents(adapter: &Adapter, weights: &[&Tensor], file_bytes: u64) -> Contents {
    Contents {
        problems: adapter.problems().iter().map(ToString::to_string).collect(),
        file_bytes,
        note: adapter.header().metadata("note").map(ToOwned::to_owned),
        other_tensors: adapter.plain_tensors().len() - weights.len(),
        is_adapter: !adapter.layers().is_empty(),
        holds_spectra: false,
        paired: None,
    }
}
