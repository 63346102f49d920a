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
    /// The work of each item, about, and how much of all was done.
    work: Vec<u64>,
    done: u64,
    /// For how many layers factors were computed, or could not be.
    layers: usize,
    /// The order of the layers in the file; once the parts have been sent away.
    order: Vec<usize>,
    is_sent: bool,
}

impl Assembly {
    /// Of these items, each with its work, of which the first `of` are layers that get factors.
    pub fn new(items: impl Iterator<Item = (usize, u64)>, of: usize, options: &WriteOptions) -> Self {
        let (order, work): (Vec<usize>, Vec<u64>) = items.unzip();
        Self {
            of,
            options: options.clone(),
            parts: HashMap::new(),
            failed: Vec::new(),
            layers: 0,
            work,
            done: 0,
            order,
            is_sent: false,
        }
    }

    pub fn add(&mut self, layer: usize, part: Result<Part, String>, blobs: Option<Array>) {
        if let Some(at) = self.order.iter().position(|item| *item == layer) {
            self.layers += usize::from(at < self.of);
            self.done = self.done.saturating_add(self.work[at]);
        }
        match (part, blobs) {
            (Ok(part), Some(blobs)) => _ = self.parts.insert(layer, (part, blobs)),
            (Ok(part), None) => self.failed.push(format!("`{}`: its bytes have not arrived", part.part.name())),
            (Err(reason), _) => self.failed.push(reason),
        }
    }

    pub fn layers(&self) -> usize {
        self.layers
    }

    /// How much of the work is done, and how much there is.
    pub fn work(&self) -> (u64, u64) {
        (self.done, self.work.iter().copied().fold(0, u64::saturating_add))
    }

    /// The layers that could not be written, each with the reason.
    pub fn failed(&self) -> Vec<String> {
        self.failed.clone()
    }

    /// Why there is no file, if no layer has factors: the first reason, and how many layers there are with others.
    pub fn refused(&self) -> Option<String> {
        let has_factors = self.parts.values().any(|(part, _)| part.part.rank() > 0);
        let first = self.failed.first().filter(|_| !has_factors)?;
        Some(match self.failed.iter().filter(|why| *why != first).count() {
            0 => first.clone(),
            more => format!("{first}. {} could not be written either", crate::format::counted(more, "other tensor")),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_and_layers_are_counted_also_where_a_layer_fails_and_other_parameters_are_no_layers() {
        let items = [(7, 100), (2, 50), (40, 1)];
        let mut assembly = Assembly::new(items.into_iter(), 2, &WriteOptions::default());
        let failed = || Err("gone".to_owned());
        assert_eq!((assembly.layers(), assembly.work()), (0, (0, 151)));
        assembly.add(2, failed(), None);
        assert_eq!((assembly.layers(), assembly.work()), (1, (50, 151)));
        assembly.add(40, failed(), None);
        assert_eq!((assembly.layers(), assembly.work()), (1, (51, 151)));
        assembly.add(7, failed(), None);
        assert_eq!((assembly.layers(), assembly.work()), (2, (151, 151)));
        assert_eq!(assembly.refused().as_deref(), Some("gone"));
        assembly.add(9, Err("NaN".to_owned()), None);
        assert_eq!(assembly.refused().as_deref(), Some("gone. 1 other tensor could not be written either"));
    }
}
