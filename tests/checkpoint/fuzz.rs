//! Damaged files and indexes: never a panic, and whatever is given out is a difference of finite numbers.

use std::num::NonZeroUsize;

use lora_rank_explorer::checkpoint::{LoraFile, LoraOptions, Pairing, Side};
use proptest::prelude::*;

use crate::files::Files;
use crate::models::Model;

fn model() -> Model {
    let first = Files::default().tensor("model.a.weight", "BF16", &[12, 9]).tensor("model.a.bias", "BF16", &[12]);
    let first = first.tensor("model.f.weight", "F8_E5M2", &[4, 4]).numbers("model.f.scale_weight", "F32", &[1], &[0.5]);
    let second = Files::default().tensor("model.c.weight", "F16", &[6, 4, 3, 3]).tensor("model.n.weight", "F32", &[7]);
    let index = r#"{"weight_map": {"model.a.weight": "one", "model.a.bias": "one", "model.f.weight": "one",
        "model.f.scale_weight": "one", "model.c.weight": "two", "model.n.weight": "two"}}"#;
    Model {
        files: vec![("one".to_owned(), first.bytes()), ("two".to_owned(), second.bytes())],
        index: Some(index.to_owned()),
    }
}

/// All that can be done with two models.
fn run(base: &Model, tuned: &Model) {
    let (Ok(of_base), Ok(of_tuned)) = (base.try_open(), tuned.try_open()) else { return };
    let pairing = Pairing::new(&of_base, &of_tuned);
    let options = LoraOptions::default();
    let mut parts = Vec::new();
    let texts = of_base.problems().iter().map(ToString::to_string);
    let texts = texts.chain(pairing.unusable().iter().map(ToString::to_string)).chain([pairing.names().to_string()]);
    assert!(texts.into_iter().all(|text| !text.is_empty()));
    for pair in pairing.pairs() {
        let Ok(difference) = pair.read(&mut base.sources(), &mut tuned.sources()) else { continue };
        assert!(difference.entries().iter().all(|entry| entry.is_finite()));
        assert_eq!(difference.entries().len(), pair.rows() * pair.cols());
        let low_rank = difference.low_rank(NonZeroUsize::new(2).expect("a rank")).expect("memory");
        let leading = difference.leading(NonZeroUsize::new(3).expect("a rank")).expect("memory");
        let _ = difference.floor().rank_above(leading.singular_values());
        let _ = difference.spectrum(&leading);
        let found = difference.residual(&low_rank);
        assert!(found <= difference.frobenius_norm() * (1.0 + 1e-6), "{found}");
        let bytes = [Side::Base, Side::Tuned].map(|side| {
            pair.read_bytes(side, &mut if side == Side::Base { base.sources() } else { tuned.sources() })
                .expect("read before")
        });
        parts.extend(pair.lora(&low_rank, &options).ok());
        let _ = pair.whole(&bytes[0], &bytes[1], &options);
    }
    if let Ok(file) = LoraFile::new(&pairing, parts, &options) {
        let bytes: Vec<u8> = file.bytes().flatten().copied().collect();
        assert!(safetensors::SafeTensors::deserialize(&bytes).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_model_is_no_reason_to_panic(
        damage in prop::collection::vec((0usize..2, 0usize..900, any::<u8>()), 0..6),
        cut in prop::option::of((0usize..2, 0usize..900)),
        of_index in prop::option::of((0usize..300, any::<u8>())),
        without_index in any::<bool>(),
    ) {
        let (base, mut tuned) = (model(), model());
        for (file, at, byte) in damage {
            let bytes = &mut tuned.files[file].1;
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Some((file, at)) = cut {
            tuned.files[file].1.truncate(at);
        }
        if let (Some((at, byte)), Some(index)) = (of_index, &mut tuned.index) {
            let mut bytes = index.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte % 128;
            *index = String::from_utf8(bytes).expect("ASCII");
        }
        if without_index {
            tuned.index = None;
        }
        run(&base, &tuned);
        run(&tuned, &base);
    }
}
