//! What a worker finds out about two checkpoints and their layers.

use lora_rank_explorer::adapter::LayerSpectrum;
use lora_rank_explorer::checkpoint::RoundingFloor;
use serde::{Deserialize, Serialize};

use crate::reading::protocol::{Found, Layer};

/// The reason for which a layer that does not differ has no spectrum.
pub const UNCHANGED: &str = "it is the same in both models";

/// What a layer says whose bytes are not those that it was listed with: some browsers read a file that was changed without a word.
pub fn changed(module: &str) -> String {
    format!("`{module}`: a file has changed since it was opened. Choose the files of both models again")
}

/// What was found of a layer, if it has the mark that the layer was listed with.
pub fn unchanged(layer: &Layer, found: Found) -> Result<Found, String> {
    let is_same = found.floor.as_ref().is_none_or(|floor| Some(&floor.mark) == layer.mark.as_ref());
    if is_same { Ok(found) } else { Err(changed(&layer.module)) }
}

/// The rounding floor of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    pub floor: RoundingFloor,
    /// How many singular values are above it, or why that is not known.
    pub above: Result<usize, String>,
    /// Tells the layer from the same one of other models: some of its bytes on both sides, in a few digits. Spectra that were
    /// saved hold for files with the same mark.
    pub mark: String,
    /// How many singular values were asked for.
    pub asked: usize,
}

/// What pairs, and what does not, before anything is computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// How many layers get factors.
    pub layers: usize,
    /// Pairs that no factors can stand for: norms, biases, embeddings and the like.
    pub others: Vec<String>,
    pub only_base: Vec<String>,
    pub only_tuned: Vec<String>,
    /// Tensors of the same name that are no pair, with the reason.
    pub unusable: Vec<String>,
    /// Layers that need more memory than a worker can have, with how much.
    #[serde(default)]
    pub too_large: Vec<String>,
    /// How far the names are the same, where they are not.
    pub names: Option<String>,
    /// What is wrong with the files of the base, and of the tuned model.
    pub problems: [Vec<String>; 2],
    /// What speaks against computing at once, though nothing is wrong with either model.
    pub doubt: Option<String>,
    /// How many singular values are computed of each layer.
    pub rank: usize,
    /// How many of the `others` are the same in both models.
    #[serde(default)]
    pub unchanged: usize,
    /// What a LoRA takes over whole of the `others` that differ, under each of the [names](super::options::NAMES).
    #[serde(default)]
    pub wholes: Vec<Wholes>,
}

/// The parameters that a LoRA takes over whole under some names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wholes {
    /// Each as the worker's item, and the memory in bytes that it takes to write it.
    pub items: Vec<(usize, u64)>,
    /// The bytes of their tensors, with numbers of 32 bits where the dtype can be chosen.
    pub bytes: u64,
    /// Those that the loaders of these names cannot have, each with the reason.
    pub refused: Vec<String>,
}

impl Paired {
    /// Whether there is nothing to be told before it is computed.
    pub fn is_whole(&self) -> bool {
        let lists = [&self.only_base, &self.only_tuned, &self.unusable, &self.too_large];
        let is_empty = lists.into_iter().chain(&self.problems).all(Vec::is_empty);
        self.layers > 0 && self.doubt.is_none() && is_empty
    }
}

/// A spectrum with its floor, as this page saves it.
#[derive(Serialize)]
pub struct Saved<'a> {
    #[serde(flatten)]
    pub layer: &'a LayerSpectrum,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<&'a Floor>,
}

/// The floor in a saved spectrum, if there is one.
pub fn saved_floor(json: &str) -> Option<Floor> {
    #[derive(Deserialize)]
    struct Beside {
        floor: Option<Floor>,
    }
    serde_json::from_str::<Beside>(json).ok()?.floor
}

#[cfg(test)]
mod tests {
    use lora_rank_explorer::Spectrum;

    use super::*;

    #[test]
    fn a_saved_spectrum_keeps_its_floor_and_is_one_of_a_layer_as_well() {
        let spectrum = Spectrum::leading(8, 6, vec![0.3, 0.1], Some(0.35)).expect("falling values");
        let layer = LayerSpectrum::new("q".to_owned(), 2, 1.0, spectrum);
        let floor = RoundingFloor::new(8, 6, 1.1e-3, 0.25, "BF16").expect("a floor");
        let floor = Floor { floor, above: Ok(2), mark: "5e".to_owned(), asked: 64 };
        let json = serde_json::to_string(&Saved { layer: &layer, floor: Some(&floor) }).expect("JSON");
        assert_eq!(saved_floor(&json), Some(floor));
        assert_eq!(serde_json::from_str::<LayerSpectrum>(&json).ok(), Some(layer.clone()));
        let plain = serde_json::to_string(&Saved { layer: &layer, floor: None }).expect("JSON");
        assert_eq!(plain, serde_json::to_string(&layer).expect("JSON"));
        assert_eq!(saved_floor(&plain), None);
    }

    #[test]
    fn what_was_found_of_other_bytes_than_those_that_were_listed_is_refused() {
        let layer = crate::ranks::tests::row("q", &[3.0, 1.0], None).layer;
        let listed = Layer { mark: Some("5e".to_owned()), ..layer };
        let found = |mark: &str| {
            let spectrum = Spectrum::leading(8, 4, vec![0.3], Some(0.35)).expect("falling values");
            let floor = RoundingFloor::new(8, 4, 1.1e-3, 0.25, "BF16").expect("a floor");
            let floor = Floor { floor, above: Ok(1), mark: mark.to_owned(), asked: 64 };
            Found { layer: LayerSpectrum::new("q".to_owned(), 1, 1.0, spectrum), floor: Some(floor) }
        };
        assert_eq!(unchanged(&listed, found("5e")), Ok(found("5e")));
        assert!(unchanged(&listed, found("5f")).is_err_and(|why| why.starts_with("`q`: a file has changed")));
        let of_adapter = Found { floor: None, ..found("5f") };
        assert_eq!(unchanged(&listed, of_adapter.clone()), Ok(of_adapter));
    }

    #[test]
    fn what_must_be_told_first_is_not_computed_at_once() {
        let whole = Paired { layers: 3, others: vec!["norm.weight".to_owned()], ..Paired::default() };
        assert!(whole.is_whole());
        let list = || vec!["x".to_owned()];
        for other in [
            Paired { layers: 0, ..whole.clone() },
            Paired { only_base: list(), ..whole.clone() },
            Paired { only_tuned: list(), ..whole.clone() },
            Paired { unusable: list(), ..whole.clone() },
            Paired { too_large: list(), ..whole.clone() },
            Paired { problems: [Vec::new(), list()], ..whole.clone() },
            Paired { doubt: Some("the same".to_owned()), ..whole.clone() },
        ] {
            assert!(!other.is_whole(), "{other:?}");
        }
    }
}
