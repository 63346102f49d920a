//! Ranks and alphas that a resized file says, as the file's owner reads them.

use std::collections::BTreeMap;

use lora_rank_explorer::adapter::{Adapter, ScaleSource};
use safetensors::SafeTensors;
use serde_json::Value;

use crate::files::{Files, kohya_layer, open, peft, peft_layer, problems};

fn written(bytes: &[u8], config: Option<&str>, ranks: &[usize]) -> (Vec<u8>, Option<String>) {
    let mut plan = open(bytes, config).expect("an adapter").resize(ranks).expect("a plan");
    let mut file = Vec::new();
    plan.write(&mut &bytes[..], &mut file).expect("a file");
    (file, plan.config().map(str::to_owned))
}

fn metadata_of(file: &[u8]) -> BTreeMap<String, String> {
    let (_, metadata) = SafeTensors::read_metadata(file).expect("a header");
    metadata.metadata().clone().expect("metadata").into_iter().collect()
}

fn scales(adapter: &Adapter) -> Vec<(usize, f64)> {
    adapter.layers().iter().map(|layer| (layer.rank(), layer.scale().value().expect("a scale"))).collect()
}

/// σ of both files agree up to each new rank.
fn assert_same_values(old: (&[u8], Option<&str>), new: (&[u8], Option<&str>)) {
    let values = |(bytes, config): (&[u8], Option<&str>)| {
        let adapter = open(bytes, config).expect("an adapter");
        let read = |layer: &lora_rank_explorer::adapter::Layer| {
            let spectrum = layer.read(&mut &bytes[..]).expect("factors").spectrum().expect("memory");
            (layer.rank(), spectrum.singular_values().to_vec())
        };
        adapter.layers().iter().map(read).collect::<Vec<_>>()
    };
    for ((_, old), (rank, new)) in values(old).iter().zip(values(new)) {
        assert!((0..rank.min(old.len())).all(|j| (old[j] - new[j]).abs() <= 4e-7 * old[0]), "{old:?} {new:?}");
    }
}

/// The rank and the alpha that PEFT gives a module: the first pattern that matches, by `re.match(r"(.*\.)?(key)$", module)`.
fn peft_reads(fields: &Value, prefix: &str, module: &str) -> (u64, f64) {
    let first = |name: &str, top: &str| {
        let table = fields[format!("{prefix}{name}")].as_object().cloned().unwrap_or_default();
        // serde_json sorts keys; the longest first is the order that was written.
        let mut keys: Vec<&String> = table.keys().collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        let matches = |key: &&&String| {
            let name = key.replace('\\', "");
            module == name || module.ends_with(&format!(".{name}"))
        };
        keys.iter().find(matches).map_or(fields[format!("{prefix}{top}")].clone(), |key| table[*key].clone())
    };
    let rank = first("rank_pattern", "r").as_u64().expect("a rank");
    (rank, first("alpha_pattern", "lora_alpha").as_f64().expect("an alpha"))
}

#[test]
fn the_commonest_rank_and_its_alpha_stand_at_the_top_and_patterns_name_the_rest_behind_any_prefix() {
    let modules = ["layers.0.q", "encoder.layers.0.q", "layers.1.q", "layers.2.q", "q"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [12, 8, 10]));
    let bytes = files.bytes();
    let config = r#"{"r": 8, "lora_alpha": 16, "x": NaN, "rank_pattern": {"gone": 3}}"#;
    let (file, new) = written(&bytes, Some(config), &[2, 4, 4, 4, 3]);
    let new = new.expect("a configuration");
    assert!(new.contains("\"x\": NaN"), "{new}");
    let fields: Value = serde_json::from_str(&new.replace("NaN", "0")).expect("JSON");
    assert_eq!((fields["r"].as_u64(), fields["lora_alpha"].as_u64()), (Some(4), Some(8)), "{new}");
    let patterns = fields["rank_pattern"].as_object().expect("patterns").len();
    assert_eq!(patterns, 5, "the two others, and three whose paths end alike");
    for (module, rank) in modules.iter().zip([2, 4, 4, 4, 3]) {
        for prefix in ["", "_orig_mod.", "base_model.model."] {
            let expected = (rank, rank as f64 * 2.0);
            assert_eq!(peft_reads(&fields, "", &format!("{prefix}{module}")), expected, "{prefix}{module} in {new}");
        }
    }
    let after = open(&file, Some(&new)).expect("new");
    assert_eq!(scales(&after), [2, 4, 4, 4, 3].map(|rank| (rank, 2.0)));
    assert_eq!(problems(&after), Vec::<String>::new());
    assert_same_values((&bytes, Some(config)), (&file, Some(&new)));

    let (_, same) = written(&bytes, Some(config), &[4; 5]);
    let same: Value = serde_json::from_str(&same.expect("a configuration").replace("NaN", "0")).expect("JSON");
    assert_eq!((&same["rank_pattern"], &same["alpha_pattern"]), (&serde_json::json!({}), &serde_json::json!({})));
}

#[test]
fn an_old_pattern_with_the_key_of_a_new_one_does_not_undo_it() {
    let files = peft_layer(Files::default(), "q", "F32", [9, 5, 7]);
    let files =
        peft_layer(files, "dora", "F32", [9, 4, 7]).tensor("base_model.model.dora.lora_magnitude_vector", "F32", &[9]);
    let config = r#"{"r": 4, "lora_alpha": 4, "rank_pattern": {"^q": 5}, "alpha_pattern": {"^q": 10}}"#;
    let (_, new) = written(&files.bytes(), Some(config), &[2]);
    let new = new.expect("a configuration");
    assert_eq!(new.matches("\"^q\"").count(), 2, "one in each table: {new}");
    let fields: Value = serde_json::from_str(&new).expect("JSON");
    assert_eq!(
        (&fields["rank_pattern"]["^q"], &fields["alpha_pattern"]["^q"], &fields["r"]),
        (&2.into(), &4.into(), &4.into())
    );
}

#[test]
fn diffusers_reads_the_new_ranks_from_the_metadata_and_all_else_survives() {
    let names = ["transformer.blocks.0.q", "transformer.blocks.1.q", "transformer.blocks.2.q", "text_encoder.q"];
    let files = names.iter().fold(Files::default(), |files, name| {
        files.tensor(&format!("{name}.lora_A.weight"), "F32", &[8, 9]).tensor(
            &format!("{name}.lora_B.weight"),
            "F32",
            &[10, 8],
        )
    });
    let own = r#"{"transformer.r": 8, "transformer.lora_alpha": 32, "transformer.alpha_pattern": {"blocks.1.q": 16},
        "transformer.target_modules": ["to_q"], "transformer.loss": NaN,
        "text_encoder.r": 8, "text_encoder.lora_alpha": 8, "text_encoder.use_rslora": true}"#;
    let metadata = serde_json::json!({"format": "pt", "lora_adapter_metadata": own, "note": "kept"});
    let bytes = files.entry("__metadata__", &metadata.to_string()).bytes();
    let (file, config) = written(&bytes, None, &[2, 2, 8, 4]);
    assert_eq!(config, None);
    let after = open(&file, None).expect("new");
    assert_eq!(problems(&after), Vec::<String>::new());
    assert!(after.layers().iter().all(|layer| matches!(
        layer.scale(),
        lora_rank_explorer::adapter::Scale::Known { source: ScaleSource::AdapterMetadata, .. }
    )));
    assert_eq!(scales(&after)[..3], [(2, 4.0), (2, 2.0), (8, 4.0)]);
    assert!((scales(&after)[3].1 - 8.0 / 8f64.sqrt()).abs() < 1e-15);
    assert_same_values((&bytes, None), (&file, None));
    let new = metadata_of(&file);
    assert_eq!((new["format"].as_str(), new["note"].as_str()), ("pt", "kept"));
    let text = &new["lora_adapter_metadata"];
    assert!(text.contains("\"transformer.loss\": NaN"), "{text}");
    let fields: Value = serde_json::from_str(&text.replace("NaN", "0")).expect("JSON");
    assert_eq!(fields["transformer.target_modules"], serde_json::json!(["to_q"]));
    for (module, expected) in [("blocks.0.q", (2, 8.0)), ("blocks.1.q", (2, 4.0)), ("blocks.2.q", (8, 32.0))] {
        assert_eq!(peft_reads(&fields, "transformer.", module), expected, "{text}");
    }
    assert_eq!(fields["text_encoder.r"], 4);
}

#[test]
fn one_alpha_for_all_in_the_metadata_keeps_every_layer_right() {
    let files = ["blocks.0.q", "blocks.1.q"].iter().fold(Files::default(), |files, name| {
        files.tensor(&format!("{name}.lora_A.weight"), "F32", &[8, 9]).tensor(
            &format!("{name}.lora_B.weight"),
            "F32",
            &[10, 8],
        )
    });
    let bytes = files.entry("__metadata__", r#"{"lora_alpha": "16", "lora_rank": "8", "rank": "0"}"#).bytes();
    for (ranks, alpha, rank) in [([4, 4], "8", "4"), ([2, 4], "16", "Dynamic"), ([2, 8], "16", "Dynamic")] {
        let (file, _) = written(&bytes, None, &ranks);
        assert_same_values((&bytes, None), (&file, None));
        let new = metadata_of(&file);
        assert_eq!((new["lora_alpha"].as_str(), new["lora_rank"].as_str(), new["rank"].as_str()), (alpha, rank, "0"));
    }
}

#[test]
fn a_guess_that_the_scale_is_1_still_holds_for_the_resized_file() {
    let bytes = peft_layer(Files::default(), "double_blocks.0.q", "F32", [12, 8, 10]).bytes();
    let (file, config) = written(&bytes, None, &[3]);
    assert_eq!((scales(&open(&file, None).expect("new")), config), (vec![(3, 1.0)], None));
    assert_same_values((&bytes, None), (&file, None));
}

#[test]
fn an_alpha_in_whole_numbers_stays_one_and_the_factors_make_up_for_it() {
    for (dtype, alpha) in [("I64", 8.0), ("I64", -3.0), ("U8", 1.0), ("I8", 100.0), ("F64", 0.3), ("F16", 0.0)] {
        let files = kohya_layer(Files::default(), "lora_unet_a", "F32", [12, 8, 10]);
        let bytes = files.numbers("lora_unet_a.alpha", dtype, &[], &[alpha]).bytes();
        let (file, _) = written(&bytes, None, &[3]);
        let after = open(&file, None).expect("new");
        assert_eq!(problems(&after), Vec::<String>::new());
        assert_eq!(after.layers()[0].alpha() == Some(0.0), alpha == 0.0, "{dtype}");
        assert_same_values((&bytes, None), (&file, None));
        let tensor = after.header().tensors().iter().find(|tensor| tensor.name().ends_with("alpha")).expect("an alpha");
        assert_eq!(tensor.dtype().to_string(), dtype);
    }
}

#[test]
fn transposed_factors_stay_transposed() {
    let [a, b] = peft("q");
    let bytes = Files::default().tensor(&a, "F32", &[16, 4]).tensor(&b, "F32", &[4, 24]).bytes();
    let config = r#"{"r": 4, "lora_alpha": 8}"#;
    let (file, new) = written(&bytes, Some(config), &[2]);
    let new = new.expect("a configuration");
    let after = open(&file, Some(&new)).expect("new");
    let layer = &after.layers()[0];
    assert_eq!((layer.down().shape(), layer.up().shape(), layer.transposed()), (&[16, 2][..], &[2, 24][..], true));
    assert_same_values((&bytes, Some(config)), (&file, Some(&new)));
}
