//! [`Assembly`]: the parts of a LoRA that workers have made, until they are a file. Their bytes stay with the browser.

use std::collections::HashMap;

use js_sys::Array;
use lora_rank_explorer::checkpoint::LoraPart;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::blob::words;
use super::protocol::{Part, Request};
use crate::pair::options::WriteOptions;

pub struct Assembly {
    /// How many layers get factors.
    pub of: usize,
    options: WriteOptions,
    /// By layer: its part, with the bytes of its tensors.
    parts: HashMap<usize, (Part, Array)>,
    failed: Vec<String>,
    /// For how many layers factors were computed, or could not be.
    layers: usize,
    /// The order of the layers in the file; once the parts have been sent away.
    order: Vec<usize>,
    is_sent: bool,
}

impl Assembly {
    pub fn new(ranks: &[(usize, usize)], wholes: &[(usize, u64)], options: &WriteOptions) -> Self {
        let order = ranks.iter().map(|(layer, _)| *layer).chain(wholes.iter().map(|(item, _)| *item)).collect();
        Self {
            of: ranks.len(),
            options: options.clone(),
            parts: HashMap::new(),
            failed: Vec::new(),
            layers: 0,
            order,
            is_sent: false,
        }
    }

    pub fn add(&mut self, layer: usize, part: Result<Part, String>, blobs: Option<Array>) {
        self.layers += usize::from(self.order[..self.of].contains(&layer));
        match (part, blobs) {
            (Ok(part), Some(blobs)) => _ = self.parts.insert(layer, (part, blobs)),
            (Ok(part), None) => self.failed.push(format!("`{}`: its bytes have not arrived", part.part.name())),
            (Err(reason), _) => self.failed.push(reason),
        }
    }

    pub fn layers(&self) -> usize {
        self.layers
    }

    /// The layers that could not be written, each with the reason.
    pub fn failed(&self) -> Vec<String> {
        self.failed.clone()
    }

    /// What a worker is asked once all parts are there; nothing a second time.
    pub fn request(&mut self) -> Option<Request> {
        if std::mem::replace(&mut self.is_sent, true) {
            return None;
        }
        self.order.retain(|layer| self.parts.contains_key(layer));
        let parts: Vec<LoraPart> = self.order.iter().map(|layer| self.parts[layer].0.part.clone()).collect();
        Some(Request::Assemble(parts, self.options.clone()))
    }

    /// ‖ΔW − B·A‖_F over all written layers, as a share of ‖ΔW‖_F.
    pub fn residual(&self) -> Option<f64> {
        let sum = |of: fn(&Part) -> f64| self.parts.values().map(|(part, _)| of(part) * of(part)).sum::<f64>();
        let share = (sum(|part| part.residual) / sum(|part| part.norm)).sqrt();
        share.is_finite().then_some(share)
    }

    /// The header, then the tensors in this order: each as the index of its part, and its own in the part.
    pub fn file(&self, header: &JsValue, order: &[(usize, usize)]) -> Result<Blob, String> {
        let pieces = Array::of1(header);
        for &(part, tensor) in order {
            let part = self.order.get(part).and_then(|layer| self.parts.get(layer));
            let (_, blobs) = part.ok_or("a part of the file is missing")?;
            pieces.push(&blobs.get(tensor as u32));
        }
        Blob::new_with_blob_sequence(&pieces).map_err(|error| words(&error))
    }
}
