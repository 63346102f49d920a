//! The reader answers any file of any kind: no panic, and a layer that is read has the shape that it says.

use lora_rank_explorer::adapter::{Adapter, FactorDtype, ResizeOptions, Resized};
use proptest::prelude::*;

use crate::files::{Files, open};

/// Every name that is part of a layer, behind any module.
const NAMES: [&str; 36] = [
    "lora_A.weight",
    "lora_B.weight",
    "lora_A.policy.weight",
    "lora_B.policy.weight",
    "lora_A",
    "lora_B",
    "lora_embedding_A",
    "lora_embedding_B",
    "lora_down.weight",
    "lora_up.weight",
    "lora.down.weight",
    "lora.up.weight",
    "lora_a",
    "lora_b",
    "lora_a.weight",
    "lora_b.weight",
    "lora_mid.weight",
    "lora_E",
    "ranknum",
    "lora_diag",
    "hada_w1_a",
    "hada_w1_b",
    "hada_w2_a",
    "hada_w2_b",
    "hada_t1",
    "hada_t2",
    "lokr_w1",
    "lokr_w1_a",
    "lokr_w1_b",
    "lokr_w2",
    "lokr_w2_a",
    "lokr_w2_b",
    "lokr_t2",
    "diff",
    "alpha",
    "dora_scale",
];

const SETS: [&[&str]; 9] = [
    &["lora_A.weight", "lora_B.weight"],
    &["lora_a", "lora_b"],
    &["lora_down.weight", "lora_up.weight", "lora_mid.weight", "alpha"],
    &["lora_A", "lora_B", "lora_E", "ranknum"],
    &["lora_A.weight", "lora_B.weight", "lora_diag"],
    &["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2", "alpha"],
    &["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"],
    &["lokr_w1", "lokr_w2_a", "lokr_w2_b", "lokr_t2", "alpha"],
    &["lokr_w1_a", "lokr_w1_b", "lokr_w2"],
];

const CONFIGS: [Option<&str>; 8] = [
    None,
    Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_parameters": ["experts.down_proj", "gate"]}"#),
    Some(r#"{"peft_type": "LORA", "r": 2, "use_qalora": true}"#),
    Some(r#"{"peft_type": "LORA", "r": 0, "target_parameters": ["experts.down_proj"]}"#),
    Some(r#"{"peft_type": "ADALORA", "init_r": 0, "lora_alpha": 0}"#),
    Some(r#"{"peft_type": "LOHA", "r": 0, "alpha": 2}"#),
    Some(r#"{"peft_type": "LOKR", "r": 2, "alpha": 1e300}"#),
    Some(r#"{"lora_parameters": {"rank": 2, "scale": 1e300}}"#),
];

/// Shapes that fit together now and then, and now and then not at all.
fn shape() -> impl Strategy<Value = Vec<usize>> {
    let side = || prop_oneof![8 => Just(2usize), 3 => 1usize..5, 1 => Just(0)];
    prop_oneof![
        6 => prop::collection::vec(side(), 2),
        2 => prop::collection::vec(side(), 4),
        1 => prop::collection::vec(side(), 0..6),
    ]
}

/// Every layer is there again, and what cannot be resized is the same and named.
fn check_kept(adapter: &Adapter, bytes: &[u8], plan: &Resized, file: &[u8]) {
    let again = open(file, plan.config()).expect("what is written is valid");
    for (i, layer) in adapter.layers().iter().enumerate() {
        let old = layer.read(&mut &bytes[..]).ok();
        if layer.kept().is_none() && old.is_some() {
            continue;
        }
        let is_named = plan.kept().iter().any(|kept| kept.layer == i);
        assert!(is_named || layer.rank() == 1, "{} is kept and not named", layer.name());
        let same = again.layers().iter().find(|other| other.name() == layer.name());
        let same = same.unwrap_or_else(|| panic!("{} is lost: {:?}", layer.name(), again.problems()));
        assert_eq!((same.read(&mut &file[..]).ok(), same.scale()), (old, layer.scale()), "{}", layer.name());
    }
}

fn exercise(bytes: &[u8], config: Option<&str>) -> Adapter {
    let adapter = open(bytes, config).expect("a header");
    let mut layers = 0;
    for (layer, delta) in adapter.deltas(&mut &bytes[..]) {
        layers += 1;
        assert!(layer.ranges().iter().all(|range| range.start <= range.end && range.end <= bytes.len() as u64));
        assert!(layer.rank() > 0 && !layer.name().is_empty() && !layer.scale().to_string().is_empty());
        if let Some((module, _)) = layer.group() {
            assert!(!module.is_empty());
        }
        let Ok(delta) = delta else { continue };
        assert_eq!((delta.rows(), delta.cols()), (layer.rows(), layer.cols()), "{}", layer.name());
        let spectrum = delta.spectrum().expect("memory");
        let above = spectrum.singular_values().iter().filter(|value| **value > 0.0).count();
        assert!(above <= layer.rank(), "{}: {above} values of rank {}", layer.name(), layer.rank());
    }
    assert_eq!(layers, adapter.layers().len());
    let said: Vec<String> = adapter.problems().iter().map(ToString::to_string).collect();
    assert!(said.iter().all(|text| !text.is_empty()));
    let new = ResizeOptions::new;
    for options in [new(), new().bake_scale(), new().one_alpha(), new().dtype(FactorDtype::F32)] {
        let Ok(mut plan) = adapter.resize_with(&vec![1; layers], &options) else { continue };
        let mut file = Vec::new();
        if plan.write(&mut &bytes[..], &mut file).is_ok() {
            check_kept(&adapter, bytes, &plan, &file);
        }
    }
    adapter
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn any_parts_of_any_shape_under_any_configuration_are_answered(
        tensors in prop::collection::vec(
            (prop::sample::select(NAMES.to_vec()), prop::sample::select(vec!["q", "mlp.experts", "e.base_layer"]), shape()),
            0..7,
        ),
        set in prop::option::of((prop::sample::select(SETS.to_vec()), prop::collection::vec(shape(), 7))),
        config in prop::sample::select(CONFIGS.to_vec()),
        peft in any::<bool>(),
        dtype in prop::sample::select(vec!["F32", "F16", "BF16", "F64", "I32"]),
    ) {
        let prefix = if peft { "base_model.model." } else { "" };
        let whole = set.iter().flat_map(|(names, shapes)| names.iter().zip(shapes).map(|(name, shape)| (*name, "q", shape.clone())));
        let mut files = Files::default();
        for (name, module, shape) in whole.chain(tensors.iter().cloned()) {
            files = files.tensor(&format!("{prefix}{module}.{name}"), dtype, &shape);
        }
        exercise(&files.bytes(), config);
    }

    /// Sets of parts whose shapes fit, so that each kind is read, with a byte of the data changed.
    #[test]
    fn whole_layers_with_a_changed_byte_are_answered(
        kind in 0usize..SETS.len(),
        r in 1usize..4,
        [m, n] in [3usize..6, 3usize..6],
        changed in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        config in prop::sample::select(CONFIGS.to_vec()),
    ) {
        let is_tucker = SETS[kind].iter().any(|name| matches!(*name, "hada_t1" | "lokr_t2"));
        let shape = |name: &str| match name {
            "alpha" | "ranknum" => vec![1],
            "lora_E" => vec![r, 1],
            "lora_diag" => vec![r],
            "lora_mid.weight" | "hada_t1" | "hada_t2" | "lokr_t2" => vec![r, r, 2, 1],
            "lokr_w1" => vec![2, 2],
            "lokr_w2" => vec![m, n],
            "lora_a" => vec![n, r],
            "lora_b" => vec![r, m],
            name if name.ends_with("_b") || name.contains("lora_A") || name.contains("down") => vec![r, n],
            _ if is_tucker => vec![r, m],
            _ => vec![m, r],
        };
        let add = |files: Files, name: &&str| files.tensor(&format!("q.{name}"), "F64", &shape(name));
        let mut bytes = SETS[kind].iter().fold(Files::default(), add).bytes();
        let adapter = exercise(&bytes, None);
        prop_assert_eq!(adapter.layers().len(), 1, "{:?}: {:?}", SETS[kind], adapter.problems());
        prop_assert!(adapter.layers()[0].read(&mut &bytes[..]).is_ok());
        if let Some((at, byte)) = changed {
            let data = 8 + u64::from_le_bytes(*bytes.first_chunk().expect("a prefix")) as usize;
            let at = data + at.index(bytes.len() - data);
            bytes[at] = byte;
        }
        exercise(&bytes, config);
    }
}
