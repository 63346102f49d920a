//! When the scale of a layer is unknown, and what then is refused; patterns of any number.

use std::fmt::Write;
use std::time::Instant;

use lora_rank_explorer::adapter::{
    Adapter, FactorDtype, Layer, LayerSpectrum, ResizeOptions, Scale, ScaleSource, UnknownScale, csv,
};

use crate::files::{Files, open, peft, peft_layer, problems};
use crate::scale::{known, scale_of};

#[test]
fn a_field_that_decides_and_cannot_be_read_makes_the_scale_unknown() {
    let files = peft_layer(Files::default(), "q", "F32", [6, 4, 5]);
    for (field, value) in [
        ("lora_alpha", "NaN"),
        ("lora_alpha", "[]"),
        ("use_rslora", "1"),
        ("alpha_pattern", "7"),
        ("alpha_pattern", "[]"),
    ] {
        let adapter = files.open(Some(&format!(r#"{{"r": 4, "{field}": {value}}}"#)));
        assert_eq!(scale_of(&adapter, "q").value(), None, "{field}");
        let found = problems(&adapter);
        assert!(found[0].starts_with(&format!("adapter_config.json, `{field}`: ")), "{found:?}");
    }
    // mlx-lm's configuration has no alpha, and PEFT's default of 8 is not its.
    let mlx = files.open(Some(r#"{"fine_tune_type": "lora", "lora_parameters": {"rank": 4, "scale": 20.0}}"#));
    assert_eq!(scale_of(&mlx, "q").value(), None);
}

#[test]
fn an_unreadable_entry_of_a_table_leaves_the_others_and_those_it_might_match_unknown() {
    let modules = ["a", "b", "zzz"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [6, 4, 5]));
    let with = |pattern: &str| {
        let adapter = files.open(Some(&format!(r#"{{"r": 4, "lora_alpha": 4, "alpha_pattern": {pattern}}}"#)));
        let found = problems(&adapter);
        assert!(found.len() == 1 && found[0].starts_with("adapter_config.json, `alpha_pattern`: "), "{found:?}");
        modules.map(|module| scale_of(&adapter, module).value())
    };
    assert_eq!(with(r#"{"a": 32, "zzz": null}"#), [Some(8.0), Some(1.0), None]);
    assert_eq!(with(r#"{"zzz": {}, "a": 32}"#), [Some(8.0), Some(1.0), None]);
    assert_eq!(with(r#"{"a": 32, "(?<!x)b": 8}"#), [Some(8.0), None, None], "it might match any module");
    let adapter = files.open(Some(r#"{"r": 4, "alpha_pattern": {"zzz": null}}"#));
    assert_eq!(
        scale_of(&adapter, "zzz").to_string(),
        "unknown: `alpha_pattern` of adapter_config.json might decide it by `zzz`, which cannot be read: correct \
         adapter_config.json and add it"
    );
}

#[test]
fn factors_that_are_transposed_are_read_so_where_the_configuration_decides_and_else_refused() {
    let [a, b] = peft("q");
    for (side, other) in [(16, 16), (16, 24)] {
        // A is side × 4 and B 4 × other.
        let files = Files::default().tensor(&a, "F32", &[side, 4]).tensor(&b, "F32", &[4, other]);
        let adapter = files.open(Some(r#"{"r": 4, "lora_alpha": 8}"#));
        let layer = &adapter.layers()[0];
        assert_eq!((layer.rank(), layer.rows(), layer.cols(), layer.transposed()), (4, other, side, true));
        assert_eq!(*layer.scale(), known(2.0, ScaleSource::Config));
        // The same numbers, stored as PEFT does it.
        let turned = |rows: usize, cols: usize| -> Vec<f64> {
            let number = |i: usize| f64::from(1f32 / i as f32) * if i.is_multiple_of(3) { -1.0 } else { 1.0 };
            (0..cols).flat_map(|j| (0..rows).map(move |i| number(i * cols + j + 1))).collect()
        };
        let usual = Files::default().numbers(&a, "F32", &[4, side], &turned(side, 4));
        let usual = usual.numbers(&b, "F32", &[other, 4], &turned(4, other));
        let expected = usual.open(Some(r#"{"r": 4, "lora_alpha": 8}"#)).layers()[0].read(&mut &usual.bytes()[..]);
        assert_eq!(layer.read(&mut &files.bytes()[..]), expected);

        for config in [None, Some(r#"{"lora_alpha": 8}"#), Some(r#"{"r": 5}"#)] {
            let refused = files.open(config);
            assert!(refused.layers().is_empty(), "{config:?}");
            let found = problems(&refused);
            let says = format!("module `q`: A is [{side}, 4] and B [4, {other}], transposed factors perhaps: add the");
            assert!(found[0].starts_with(&says), "{found:?}");
        }
    }
    let high = Files::default().tensor(&a, "F32", &[12, 16]).tensor(&b, "F32", &[6, 12]).open(None);
    assert_eq!(high.layers()[0].rank(), 12, "a rank above the sides alone is no contradiction");
}

#[test]
fn a_rank_that_contradicts_the_configuration_leaves_the_scale_unknown_unless_factors_are_fused() {
    let with = |module: &str, rank: usize| {
        let adapter =
            peft_layer(Files::default(), module, "F32", [24, rank, 16]).open(Some(r#"{"r": 4, "lora_alpha": 4}"#));
        let found = problems(&adapter);
        assert_eq!(
            found,
            [format!("module `{module}`: the configuration says rank 4, but the tensors have rank {rank}")]
        );
        scale_of(&adapter, module).clone()
    };
    assert_eq!(with("blocks.0.qkv_proj", 12), known(4.0 / 12.0, ScaleSource::Config));
    assert_eq!(with("blocks.0.q_proj", 12), Scale::Unknown(UnknownScale::Ranks { says: 4, found: 12 }));
    assert_eq!(with("blocks.0.qkv_proj", 6), Scale::Unknown(UnknownScale::Ranks { says: 4, found: 6 }));
}

#[test]
fn what_depends_on_an_unknown_scale_is_refused_with_the_file_to_add_and_shares_are_not() {
    let bytes = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).bytes();
    let adapter = open(&bytes, None).expect("an adapter");
    let says =
        "module `q`: its scale is unknown: the file does not hold it: add the adapter_config.json that belongs to it";
    assert_eq!(adapter.resize(&[2]).expect_err("a scale").to_string(), says);
    assert_eq!(adapter.module_ranks(&[2]).expect_err("a scale").to_string(), says);
    assert!(adapter.resize(&[4]).is_ok(), "nothing changes");

    let of = |adapter: &Adapter| {
        let spectrum = |layer: &Layer| layer.read(&mut &bytes[..]).expect("factors").spectrum().expect("memory");
        LayerSpectrum::of(&adapter.layers()[0], spectrum(&adapter.layers()[0]))
    };
    let layer = of(&adapter);
    assert_eq!(layer.scale(), None);
    assert!(layer.scale_unknown().is_some_and(|why| why.contains("adapter_config.json")));
    let error = layer.module_rank(2).expect_err("a scale").to_string();
    assert!(error.starts_with("q: the scale is unknown: ") && error.contains("adapter_config.json"), "{error}");
    let row = csv(std::slice::from_ref(&layer), &[1]);
    let cells: Vec<&str> = row.lines().nth(1).expect("a row").split(',').collect();
    assert!(cells[4].is_empty() && cells[7].is_empty() && cells[8].is_empty(), "no absolute number: {cells:?}");

    let scaled = of(&open(&bytes, Some(r#"{"r": 4, "lora_alpha": 32}"#)).expect("an adapter"));
    let rule = lora_rank_explorer::RankRule::energy_at_least(0.9).expect("a share");
    assert_eq!(rule.resolve(layer.spectrum()), rule.resolve(scaled.spectrum()));
    let of_scaled = csv(&[scaled], &[1]);
    assert_eq!(Some(cells[6]), of_scaled.lines().nth(1).and_then(|row| row.split(',').nth(6)), "the same energy");

    let json = serde_json::to_string(&layer).expect("JSON");
    assert!(json.contains(r#""scale":null,"scale_unknown":"the file"#), "{json}");
    assert_eq!(serde_json::from_str::<LayerSpectrum>(&json).expect("the same"), layer);
    let bare = r#"{"module":"q","rows":1,"cols":1,"rank":1,"scale":null,"singular_values":[1.0]}"#;
    let bare: LayerSpectrum = serde_json::from_str(bare).expect("a spectrum");
    assert!(bare.scale().is_none() && bare.scale_unknown().is_some());
}

#[test]
fn a_pattern_for_every_layer_gives_each_its_own_scale() {
    let opened = |layers: usize| {
        let mut files = Files::default();
        let (mut ranks, mut alphas) = (String::new(), String::new());
        for i in 0..layers {
            files = peft_layer(files, &format!("model.layers.{i}.self_attn.q_proj"), "F32", [1, 1, 1]);
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(ranks, r#"{comma}"^model\\.layers\\.{i}\\.self_attn\\.q_proj": 1"#);
            let _ = write!(alphas, r#"{comma}"model.layers.{i}.self_attn.q_proj": {i}"#);
        }
        let config =
            format!(r#"{{"r": 8, "lora_alpha": 8, "rank_pattern": {{{ranks}}}, "alpha_pattern": {{{alphas}}}}}"#);
        let bytes = files.bytes();
        let begun = Instant::now();
        let adapter = open(&bytes, Some(&config)).expect("an adapter");
        println!("{layers} layers with a pattern each: {:?}", begun.elapsed());
        assert_eq!(adapter.layers().len(), layers);
        for (i, layer) in adapter.layers().iter().enumerate() {
            assert_eq!(*layer.scale(), known(i as f64, ScaleSource::Config));
        }
        assert_eq!(problems(&adapter), Vec::<String>::new());
    };
    opened(250);
    opened(2000);
}

#[test]
fn hostile_patterns_are_refused_in_bounded_time() {
    let files = (0..100)
        .fold(Files::default(), |files, i| peft_layer(files, &format!("{}{i}", "a".repeat(200)), "F32", [1, 1, 1]));
    let begun = Instant::now();
    let patterns: Vec<String> = (0..2000).map(|i| format!(r#""(a?a?a?b{i}?){{40}}": 8"#)).collect();
    let adapter = files.open(Some(&format!(r#"{{"r": 1, "alpha_pattern": {{{}}}}}"#, patterns.join(","))));
    assert_eq!(adapter.layers().len(), 100);
    let found = problems(&adapter);
    assert!(found.len() == 3 && found[2].ends_with(" more"), "counted, and three are named: {found:?}");
    assert!(adapter.layers().iter().any(|layer| layer.scale().value().is_none()));
    println!("2,000 hostile patterns: {:?}", begun.elapsed());
}

#[test]
fn scales_that_are_unknown_because_a_table_cannot_be_read_stay_so_in_another_dtype() {
    let files = ["q", "v"].iter().fold(Files::default(), |files, module| peft_layer(files, module, "F64", [6, 4, 5]));
    let bytes = files.bytes();
    for (field, value) in [("alpha_pattern", r#""x""#), ("alpha_pattern", "[1]"), ("rank_pattern", "7"), ("r", "{}")] {
        let config = format!(r#"{{"peft_type": "LORA", "lora_alpha": 8, "use_rslora": [], "{field}": {value}}}"#);
        for config in [config.replace(r#""use_rslora": [], "#, ""), config] {
            let old = files.open(Some(&config));
            let scales = |adapter: &Adapter| ["q", "v"].map(|module| scale_of(adapter, module).value());
            let mut plan = old.resize_with(&[4, 4], &ResizeOptions::new().dtype(FactorDtype::F32)).expect("a plan");
            let mut file = Vec::new();
            plan.write(&mut &bytes[..], &mut file).expect("a file");
            let new = open(&file, plan.config()).expect("an adapter");
            assert_eq!(scales(&new), scales(&old), "{config} became {:?}", plan.config());
        }
    }
}

#[test]
fn a_scale_that_is_unknown_stays_so_where_other_layers_or_the_dtype_alone_change() {
    let layer = |files, module| peft_layer(files, module, "F64", [6, 4, 5]);
    let files = layer(layer(Files::default(), "q"), "v");
    let bytes = files.bytes();
    for config in [
        // `q` has another rank than its configuration says.
        r#"{"peft_type": "LORA", "r": 4, "rank_pattern": {"q": 0}}"#,
        r#"{"peft_type": "LORA", "r": 0, "rank_pattern": {"v": 4}}"#,
        r#"{"peft_type": "LORA", "r": 4, "use_rslora": true, "rank_pattern": {"q": 3}}"#,
        // Its alpha cannot be read.
        r#"{"peft_type": "LORA", "r": 4, "alpha_pattern": {"q": null}}"#,
        r#"{"peft_type": "LORA", "r": 4, "lora_alpha": [], "alpha_pattern": {"v": 8}}"#,
    ] {
        let old = files.open(Some(config));
        let [q, v] = ["q", "v"].map(|module| scale_of(&old, module).clone());
        assert!(q.value().is_none() && v.value().is_some(), "{config}");
        for (ranks, options) in [([4, 2], ResizeOptions::new()), ([4, 4], ResizeOptions::new().dtype(FactorDtype::F32))]
        {
            let mut plan = old.resize_with(&ranks, &options).expect("a plan");
            let mut file = Vec::new();
            plan.write(&mut &bytes[..], &mut file).expect("a file");
            let new = open(&file, plan.config()).expect("an adapter");
            assert_eq!(scale_of(&new, "q").value(), None, "{config} {:?}", plan.config());
            let (was, is) = (v.value().expect("a scale"), scale_of(&new, "v").value().expect("a scale"));
            assert!((is / was - 1.0).abs() < 1e-12, "{config}: {is} for {was}");
            assert_eq!(new.layers().iter().map(Layer::rank).collect::<Vec<_>>(), ranks);
        }
    }
}
