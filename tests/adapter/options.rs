//! The options of a resized file: each does what it says, and scale·B·A stays what it is.

use half::f16;
use lora_rank_explorer::adapter::{Adapter, FactorDtype, Layer, Names, ResizeOptions};
use lora_rank_explorer::{VLLM_RANKS, svd};
use safetensors::SafeTensors;
use serde_json::{Value, json};

use crate::files::{Files, factors, kohya_layer, open, peft_layer, problems};
use crate::kept::{Written, scales, written};

/// scale·B·A of a layer, row by row.
fn delta(layer: &Layer, bytes: &[u8]) -> Vec<f64> {
    let ([b, a], scale) = (factors(layer, bytes), layer.scale().value().expect("a scale"));
    let entry =
        |i: usize, j: usize| (0..b.cols()).map(|k| b.row(i).expect("B")[k] * a.row(k).expect("A")[j]).sum::<f64>();
    (0..b.rows()).flat_map(|i| (0..a.cols()).map(move |j| (i, j))).map(|(i, j)| scale * entry(i, j)).collect()
}

/// Whether both files have the same scale·B·A in every layer, in the order of the modules' last names.
fn assert_same_deltas(old: (&[u8], Option<&str>), new: &Written, unit: f64) {
    let sorted = |adapter: &Adapter| {
        let mut layers = adapter.layers().to_vec();
        layers.sort_by_key(|layer| layer.module().rsplit(['.', '_']).next().map(str::to_owned));
        layers
    };
    let (before, after) = (sorted(&open(old.0, old.1).expect("old")), sorted(&new.adapter()));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        let (old, new) = (delta(before, old.0), delta(after, &new.file));
        let largest = old.iter().fold(0.0, |most: f64, entry| most.max(entry.abs()));
        let off = old.iter().zip(&new).fold(0.0, |most: f64, (old, new)| most.max((old - new).abs()));
        assert!(old.len() == new.len() && off <= unit * largest, "{}: {off:e} of {largest}", before.module());
    }
}

fn config(new: &Written) -> Value {
    serde_json::from_str(new.config.as_deref().expect("a configuration")).expect("JSON")
}

fn refused(bytes: &[u8], config: Option<&str>, ranks: &[usize], options: &ResizeOptions) -> String {
    open(bytes, config).expect("an adapter").resize_with(ranks, options).expect_err("refused").to_string()
}

/// Two layers of rank 4 in PEFT's names.
fn two() -> Vec<u8> {
    peft_layer(peft_layer(Files::default(), "a.k", "F32", [6, 4, 8]), "a.q", "F32", [6, 4, 8]).bytes()
}

const TWO: &str = r#"{"r": 4, "lora_alpha": 12, "alpha_pattern": {"q": 7}}"#;

#[test]
fn no_option_changes_nothing() {
    let bytes = two();
    let plain = open(&bytes, Some(TWO)).expect("an adapter").resize(&[2, 4]).expect("a plan");
    let with =
        open(&bytes, Some(TWO)).expect("an adapter").resize_with(&[2, 4], &ResizeOptions::new()).expect("a plan");
    assert!(plain.header() == with.header() && plain.config() == with.config());
    let same = written(&bytes, Some(TWO), &[4, 4], &ResizeOptions::new());
    let (old, new) =
        (SafeTensors::deserialize(&bytes).expect("old"), SafeTensors::deserialize(&same.file).expect("new"));
    assert!(old.iter().all(|(name, tensor)| new.tensor(name).expect("a tensor").data() == tensor.data()));
}

#[test]
fn baked_scales_are_1_and_every_alpha_is_its_rank() {
    let bake = ResizeOptions::new().bake_scale();
    for rslora in [false, true] {
        let old = TWO.replace("12", &format!("12, \"use_rslora\": {rslora}"));
        let new = written(&two(), Some(&old), &[4, 4], &bake);
        assert_eq!(scales(&new.adapter()), [(4, 1.0), (4, 1.0)]);
        assert_same_deltas((&two(), Some(&old)), &new, 1e-6);
        let new = written(&two(), Some(&old), &[3, 2], &bake);
        assert_eq!(scales(&new.adapter()), [(3, 1.0), (2, 1.0)]);
        assert_eq!((&config(&new)["use_rslora"], &config(&new)["lora_alpha"]), (&false.into(), &config(&new)["r"]));
        assert_eq!(config(&new)["rank_pattern"], config(&new)["alpha_pattern"]);
    }
    // BF16 holds no 257, and I8 no 200; an alpha of 0 counts as r.
    for (dtype, alpha, rank) in
        [("F16", 3.0, 4), ("BF16", 2.0, 257), ("I8", -4.0, 200), ("F32", 0.0, 4), ("I64", 5.0, 4)]
    {
        let files = kohya_layer(Files::default(), "lora_unet_q", "F32", [6, rank, 8]);
        let bytes = files.numbers("lora_unet_q.alpha", dtype, &[], &[alpha]).bytes();
        let new = written(&bytes, None, &[rank], &bake);
        let after = new.adapter();
        assert_eq!((after.layers()[0].alpha(), scales(&after)), (Some(rank as f64), vec![(rank, 1.0)]), "{dtype}");
        assert_same_deltas((&bytes, None), &new, 1e-6);
    }
}

#[test]
fn a_bias_beside_b_is_scaled_too_so_that_the_scale_stays_and_it_goes_with_its_layer() {
    let files = ["q", "k"].into_iter().fold(Files::default(), |files, module| {
        peft_layer(files, module, "F32", [6, 4, 8]).tensor(
            &format!("base_model.model.{module}.lora_B.bias"),
            "F32",
            &[6],
        )
    });
    let (bytes, config) = (files.bytes(), r#"{"r": 4, "lora_alpha": 8, "lora_bias": true}"#);
    let adapter = open(&bytes, Some(config)).expect("an adapter");
    for options in [ResizeOptions::new().bake_scale(), ResizeOptions::new().one_alpha()] {
        let refused = adapter.resize_with(&[2, 4], &options).expect_err("another scale").to_string();
        assert_eq!(
            refused,
            "module `q`: its `base_model.model.q.lora_B.bias` is multiplied by the scale, too, which this choice changes: leave \
             the scales as they are"
        );
    }
    let same = written(&bytes, Some(config), &[2, 4], &ResizeOptions::new());
    assert_eq!(scales(&same.adapter()), [(4, 2.0), (2, 2.0)], "what is copied comes first");
    let dropped = written(&bytes, Some(config), &[0, 4], &ResizeOptions::new().drop_layers_of_rank_0());
    let new = SafeTensors::deserialize(&dropped.file).expect("a file");
    let names: Vec<&str> = new.iter().map(|(name, _)| name).collect();
    assert!(names.len() == 3 && names.iter().all(|name| name.contains(".k.lora_")), "{names:?}");
}

#[test]
fn one_alpha_divided_by_each_rank_gives_the_scales() {
    let modules = ["a", "b", "c"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [9, 6, 8]));
    let old = r#"{"r": 6, "lora_alpha": 9, "use_rslora": true, "alpha_pattern": {"c": 2}}"#;
    let bytes = files.bytes();
    let one = ResizeOptions::new().one_alpha();
    let new = written(&bytes, Some(old), &[6, 6, 6], &one);
    assert_same_deltas((&bytes, Some(old)), &new, 1e-6);
    let new = written(&bytes, Some(old), &[4, 2, 4], &one);
    assert_eq!(scales(&new.adapter()), [(4, 1.0), (2, 2.0), (4, 1.0)]);
    assert_eq!((&config(&new)["lora_alpha"], &config(&new)["alpha_pattern"]), (&4.into(), &json!({})));
    assert_eq!(config(&new)["use_rslora"], false);
    let last = ResizeOptions::new().bake_scale().one_alpha();
    assert_eq!(last, one, "the last of the two counts");
}

#[test]
fn diffusers_metadata_and_one_alpha_for_all_are_baked_or_refused() {
    let bake = ResizeOptions::new().bake_scale();
    let files = |metadata: &Value| {
        let layer = |files: Files, name: &str| {
            let files = files.tensor(&format!("transformer.{name}.lora_A.weight"), "F32", &[4, 8]);
            files.tensor(&format!("transformer.{name}.lora_B.weight"), "F32", &[6, 4])
        };
        layer(layer(Files::default(), "k"), "q").entry("__metadata__", &metadata.to_string()).bytes()
    };
    let own = r#"{"transformer.r": 4, "transformer.lora_alpha": 12, "transformer.use_rslora": true}"#;
    let bytes = files(&json!({"lora_adapter_metadata": own}));
    let new = written(&bytes, None, &[4, 4], &bake);
    assert_eq!(scales(&new.adapter()), [(4, 1.0); 2]);
    assert_same_deltas((&bytes, None), &new, 1e-6);

    // With rank 1, no number of the factors changes, but what alpha is divided by does.
    let [a, b] = ["A", "B"].map(|side| format!("transformer.q.lora_{side}.weight"));
    let own = r#"{"transformer.r": 1, "transformer.lora_alpha": 1, "transformer.use_rslora": true}"#;
    let one = Files::default().tensor(&a, "F32", &[1, 8]).tensor(&b, "F32", &[6, 1]);
    let one = one.entry("__metadata__", &json!({"lora_adapter_metadata": own}).to_string()).bytes();
    let new = written(&one, None, &[1], &bake);
    assert!(!new.adapter().layers()[0].rslora() && scales(&new.adapter()) == [(1, 1.0)]);

    let bytes = files(&json!({"lora_alpha": "12"}));
    let new = written(&bytes, None, &[2, 2], &bake);
    assert_eq!((new.adapter().header().metadata("lora_alpha"), scales(&new.adapter())), (Some("2"), vec![(2, 1.0); 2]));
    let says = refused(&bytes, None, &[2, 3], &bake);
    assert!(says.starts_with("the file: its metadata hold one alpha for all layers, `lora_alpha`"), "{says}");
}

#[test]
fn a_root_of_the_rank_stays_where_others_depend_on_it() {
    let bytes = peft_layer(peft_layer(Files::default(), "q", "F32", [6, 4, 8]), "dora", "F32", [6, 4, 8]);
    let bytes = bytes.tensor("base_model.model.dora.lora_magnitude_vector", "F32", &[6]).bytes();
    let new = written(
        &bytes,
        Some(r#"{"r": 4, "lora_alpha": 6, "use_rslora": true}"#),
        &[3],
        &ResizeOptions::new().bake_scale(),
    );
    let fields = config(&new);
    assert_eq!((&fields["r"], &fields["lora_alpha"], &fields["use_rslora"]), (&4.into(), &6.into(), &true.into()));
    let [(rank, scale)] = scales(&new.adapter())[..] else { panic!("one layer") };
    assert!(rank == 3 && (scale - 1.0).abs() < 1e-15, "{scale}");
}

#[test]
fn what_needs_the_scale_is_refused_where_it_is_unknown_and_the_dtype_is_not() {
    let bytes = two();
    for options in [
        ResizeOptions::new().bake_scale(),
        ResizeOptions::new().cap_singular_values(1.0),
        ResizeOptions::new().names(Names::Peft),
    ] {
        let says = refused(&bytes, None, &[4, 4], &options);
        assert!(says.contains("its scale is unknown: "), "{says}");
    }
    let new = written(&bytes, None, &[4, 4], &ResizeOptions::new().dtype(FactorDtype::Bf16));
    assert!(new.adapter().layers().iter().all(|layer| layer.up().dtype().to_string() == "BF16"));
    assert!(new.adapter().layers().iter().all(|layer| layer.scale().value().is_none()));
}

#[test]
fn numbers_are_rounded_to_the_nearest_of_the_dtype_and_ties_to_even() {
    let tie = 2f64.powi(-11);
    let numbers = [1.0 + tie, 1.0 + 3.0 * tie, 1.0 + tie * (1.0 + 1e-3), -1.0 - tie, 0.1, 65504.0, 0.0, 3.0];
    let files = Files::default().numbers("q.lora_down.weight", "F32", &[1, 8], &numbers);
    let bytes = files.tensor("q.lora_up.weight", "F64", &[3, 1]).tensor("other.weight", "F32", &[2]).bytes();
    let new = written(&bytes, None, &[1], &ResizeOptions::new().dtype(FactorDtype::F16));
    let tensors = SafeTensors::deserialize(&new.file).expect("new");
    let found = tensors.tensor("q.lora_down.weight").expect("A").data().to_vec();
    let expected =
        [1.0, 1.0 + 4.0 * tie, 1.0 + 2.0 * tie, -1.0, f16::from_f64(0.1f32.into()).to_f64(), 65504.0, 0.0, 3.0];
    assert_eq!(found, expected.iter().flat_map(|&value| f16::from_f64(value).to_le_bytes()).collect::<Vec<_>>());
    assert_eq!(tensors.tensor("other.weight").expect("kept").dtype(), safetensors::Dtype::F32);
    assert_eq!(tensors.tensor("q.lora_up.weight").expect("B").dtype(), safetensors::Dtype::F16);

    let cut = written(&two(), Some(TWO), &[2, 4], &ResizeOptions::new().dtype(FactorDtype::F16));
    let plain = written(&two(), Some(TWO), &[2, 4], &ResizeOptions::new());
    let values =
        |new: &Written, layer: &Layer| layer.read(&mut &new.file[..]).expect("factors").spectrum().expect("memory");
    for (half, single) in cut.adapter().layers().iter().zip(plain.adapter().layers()) {
        assert_eq!((half.module(), half.rank()), (single.module(), single.rank()));
        let (half, single) = (values(&cut, half), values(&plain, single));
        for (half, single) in half.singular_values().iter().zip(single.singular_values()) {
            assert!((half - single).abs() <= 2e-3 * plain.adapter().layers().len() as f64, "{half} {single}");
        }
    }
}

#[test]
fn a_singular_value_above_the_cap_becomes_it_and_the_others_stay() {
    for (names, config) in [("peft", Some(TWO)), ("kohya", None)] {
        let bytes = match names {
            "peft" => two(),
            _ => kohya_layer(Files::default(), "q", "F32", [6, 4, 8]).numbers("q.alpha", "F32", &[], &[-6.0]).bytes(),
        };
        let before = open(&bytes, config).expect("an adapter");
        for ranks in [vec![4; before.layers().len()], vec![2; before.layers().len()]] {
            let values = |adapter: &Adapter, file: &[u8]| -> Vec<Vec<f64>> {
                let read = |layer: &Layer| layer.read(&mut &file[..]).expect("factors").spectrum().expect("memory");
                adapter.layers().iter().map(|layer| read(layer).singular_values().to_vec()).collect()
            };
            let old = values(&before, &bytes);
            let cap = (old[0][0] * old[0][1]).sqrt();
            let new = written(&bytes, config, &ranks, &ResizeOptions::new().cap_singular_values(cap));
            for (old, new) in old.iter().zip(values(&new.adapter(), &new.file)) {
                for (i, (old, new)) in old.iter().zip(&new).take(ranks[0]).enumerate() {
                    assert!((old.min(cap) - new).abs() <= 1e-6 * cap, "{names}, σ{}: {old} became {new}", i + 1);
                }
            }
            let high = written(&bytes, config, &ranks, &ResizeOptions::new().cap_singular_values(1e9));
            assert_eq!(high.file, written(&bytes, config, &ranks, &ResizeOptions::new()).file, "nothing is above it");
        }
    }
    for cap in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let says = refused(&two(), Some(TWO), &[4, 4], &ResizeOptions::new().cap_singular_values(cap));
        assert!(says.starts_with("the file: singular values can be capped at a number above 0, not at "), "{says}");
    }
}

#[test]
fn a_rank_of_0_leaves_the_layer_out_where_that_is_asked_for() {
    let drop = ResizeOptions::new().drop_layers_of_rank_0();
    assert_eq!(refused(&two(), Some(TWO), &[0, 4], &ResizeOptions::new()), "module `a.k`: its rank is 0");
    let with_excluded = TWO.replace("12", r#"12, "exclude_modules": null"#);
    let new = written(&two(), Some(&with_excluded), &[0, 2], &drop);
    let tensors = SafeTensors::deserialize(&new.file).expect("new");
    assert!(tensors.names().iter().all(|name| name.starts_with("base_model.model.a.q.")) && tensors.len() == 2);
    assert_eq!((scales(&new.adapter()), problems(&new.adapter())), (vec![(2, 1.75)], vec![]));
    assert_eq!((&config(&new)["r"], &config(&new)["exclude_modules"]), (&2.into(), &json!(["a.k"])));
    assert!(config(&written(&two(), Some(TWO), &[0, 2], &drop)).get("exclude_modules").is_none(), "an older PEFT");

    let files = kohya_layer(Files::default(), "q", "F32", [6, 4, 8]).numbers("q.alpha", "F32", &[], &[1.0]);
    let bytes = files.tensor("other.weight", "F32", &[2]).bytes();
    let new = written(&bytes, None, &[0], &drop);
    assert_eq!(SafeTensors::deserialize(&new.file).expect("new").names(), ["other.weight"]);
}

#[test]
fn ranks_are_rounded_up_to_the_list_but_not_above_the_layers_own() {
    let layer = |files, name, rank| peft_layer(files, name, "F32", [40, rank, 40]);
    let files = [("a", 20), ("b", 20), ("c", 20), ("d", 6)];
    let bytes = files.into_iter().fold(Files::default(), |files, (name, rank)| layer(files, name, rank)).bytes();
    let config = r#"{"r": 20, "lora_alpha": 20, "rank_pattern": {"d": 6}}"#;
    let options = ResizeOptions::new().round_ranks_up_to(VLLM_RANKS);
    let new = written(&bytes, Some(config), &[1, 9, 17, 5], &options);
    assert_eq!(scales(&new.adapter()).iter().map(|(rank, _)| *rank).collect::<Vec<_>>(), [1, 16, 20, 6]);
    let says = refused(&bytes, Some(config), &[1, 9, 17, 5], &ResizeOptions::new().round_ranks_up_to([4, 8]));
    assert_eq!(says, "module `b`: its rank 9 is above the ranks to round up to, which end with 8");
    let drop = options.drop_layers_of_rank_0();
    assert_eq!(written(&bytes, Some(config), &[0, 0, 2, 0], &drop).adapter().layers()[0].rank(), 8);
}

/// A diffusion model's LoRA under PEFT's names.
fn diffusion() -> Vec<u8> {
    let modules = ["double_blocks.0.img_attn.q", "double_blocks.0.img_attn.k"];
    modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [6, 4, 8])).bytes()
}

const DIFFUSION: &str = r#"{"r": 4, "lora_alpha": 12, "use_rslora": true, "target_modules": ["q", "k"]}"#;

#[test]
fn names_of_other_tools_come_with_alphas_where_their_loaders_look() {
    for (names, module) in [
        (Names::ComfyUi, "diffusion_model.double_blocks.0.img_attn."),
        (Names::Kohya, "lora_unet_double_blocks_0_img_attn_"),
    ] {
        for ranks in [[4, 4], [2, 4], [3, 1]] {
            let new = written(&diffusion(), Some(DIFFUSION), &ranks, &ResizeOptions::new().names(names));
            assert_eq!(new.config, None);
            let tensors = SafeTensors::deserialize(&new.file).expect("new");
            let mut found = tensors.names();
            found.sort_unstable();
            let expected = ["k", "q"]
                .map(|end| ["alpha", "lora_down.weight", "lora_up.weight"].map(|part| format!("{module}{end}.{part}")));
            assert_eq!(found, expected.as_flattened());
            // 12/√4 in B·A of both, with rsLoRA's root.
            assert!(
                new.adapter().layers().iter().all(|layer| layer.scale().value() == Some(6.0)),
                "{:?}",
                scales(&new.adapter())
            );
            if ranks == [4, 4] {
                assert_same_deltas((&diffusion(), Some(DIFFUSION)), &new, 1e-12);
                // And back, as far as that is defined.
                let back = open(&new.file, None)
                    .expect("an adapter")
                    .resize_with(&ranks, &ResizeOptions::new().names(Names::Peft));
                match names {
                    Names::Kohya => {
                        let says = back.expect_err("refused").to_string();
                        assert!(says.contains("its underscores do not say which of them were dots"), "{says}");
                    }
                    _ => {
                        let back = written(&new.file, None, &ranks, &ResizeOptions::new().names(Names::Peft));
                        let names = SafeTensors::deserialize(&back.file).expect("back").names().len();
                        assert_eq!((names, &config(&back)["peft_type"]), (4, &"LORA".into()));
                        assert_eq!(config(&back)["target_modules"].as_array().map(Vec::len), Some(2));
                        assert_same_deltas((&diffusion(), Some(DIFFUSION)), &back, 1e-12);
                    }
                }
            }
            let again = written(&new.file, None, &[4, 4], &ResizeOptions::new().names(names));
            assert_eq!(again.file, new.file, "they are right already");
        }
    }
}

#[test]
fn names_are_refused_where_they_do_not_follow() {
    let says = |files: Files, config: Option<&str>, names| {
        let bytes = files.bytes();
        let layers = open(&bytes, config).expect("an adapter").layers().len();
        refused(&bytes, config, &vec![2; layers], &ResizeOptions::new().names(names))
    };
    let pair = |files: Files, name: &str| {
        files.tensor(&format!("{name}.lora_A.weight"), "F32", &[4, 8]).tensor(
            &format!("{name}.lora_B.weight"),
            "F32",
            &[6, 4],
        )
    };
    let config = Some(r#"{"r": 4, "lora_alpha": 4}"#);
    let cases = [
        (
            pair(Files::default(), "transformer.transformer_blocks.0.attn.to_q"),
            None,
            Names::ComfyUi,
            "its path is that of diffusers' model",
        ),
        (
            peft_layer(Files::default(), "model.layers.0.q", "F32", [6, 4, 8]),
            config,
            Names::Kohya,
            "do not say that it is a diffusion model's",
        ),
        (
            kohya_layer(Files::default(), "lora_unet_blocks_0_q", "F32", [6, 4, 8]),
            None,
            Names::ComfyUi,
            "its underscores do not say",
        ),
        (pair(pair(Files::default(), "unet.a.q"), "text_encoder.a.q"), None, Names::Peft, "layers of several models"),
        (
            pair(pair(Files::default(), "double_blocks.a.b"), "double_blocks.a_b"),
            None,
            Names::Kohya,
            "would have the same name",
        ),
        (
            peft_layer(Files::default(), "double_blocks.0.q", "F32", [6, 4, 8]).tensor(
                "base_model.model.double_blocks.0.q.lora_B.bias",
                "F32",
                &[6],
            ),
            config,
            Names::ComfyUi,
            "part of no layer here",
        ),
        (
            Files::default().tensor("double_blocks.0.processor.qkv_lora1.down.weight", "F32", &[4, 8]).tensor(
                "double_blocks.0.processor.qkv_lora1.up.weight",
                "F32",
                &[6, 4],
            ),
            None,
            Names::Peft,
            "it names a processor",
        ),
    ];
    let transposed = Files::default().tensor("base_model.model.q.lora_A.weight", "F32", &[16, 4]);
    let transposed = transposed.tensor("base_model.model.q.lora_B.weight", "F32", &[4, 24]);
    let cases = cases.into_iter().chain([(transposed, config, Names::Peft, "its factors are stored transposed")]);
    for (files, config, names, expected) in cases {
        let says = says(files, config, names);
        assert!(says.contains(expected), "{says}");
    }
}

#[test]
fn metadata_that_contradict_the_new_names_are_left_out_and_all_else_stays() {
    let own = r#"{"r": 4, "lora_alpha": 12}"#;
    let metadata = json!({"lora_adapter_metadata": own, "format": "pt", "lora_alpha": "12", "n": "1"});
    let name = |side| format!("double_blocks.0.q.lora_{side}.weight");
    let files = Files::default().tensor(&name("A"), "F32", &[4, 8]).tensor(&name("B"), "F32", &[6, 4]);
    let bytes = files.entry("__metadata__", &metadata.to_string()).bytes();
    let new = written(&bytes, None, &[2], &ResizeOptions::new().names(Names::Kohya));
    let after = new.adapter();
    let kept = ["lora_adapter_metadata", "lora_alpha", "format", "n"]
        .map(|key| after.header().metadata(key).map(str::to_owned));
    assert_eq!(kept, [None, None, Some("pt".to_owned()), Some("1".to_owned())]);
    assert_eq!(scales(&after), [(2, 3.0)]);
}

#[test]
fn options_work_together() {
    let options = ResizeOptions::new()
        .bake_scale()
        .dtype(FactorDtype::F32)
        .names(Names::ComfyUi)
        .drop_layers_of_rank_0()
        .cap_singular_values(2.0)
        .round_ranks_up_to([3]);
    let new = written(&diffusion(), Some(DIFFUSION), &[0, 2], &options);
    let after = new.adapter();
    assert_eq!((scales(&after), after.layers()[0].alpha()), (vec![(3, 1.0)], Some(3.0)));
    let before = open(&diffusion(), Some(DIFFUSION)).expect("old");
    let [b, a] = factors(&before.layers()[1], &diffusion());
    let old = svd::singular_values_of_product(&b, &a, 6.0).expect("memory");
    let new = after.layers()[0].read(&mut &new.file[..]).expect("factors").spectrum().expect("memory");
    assert!(
        old[0] > 2.0
            && old.iter().zip(new.singular_values()).take(3).all(|(old, new)| (old.min(2.0) - new).abs() < 1e-6)
    );
}

#[test]
fn what_stands_before_pefts_prefix_or_after_its_factors_does_not_get_into_new_names() {
    let files = ["A", "B"].iter().zip([[4, 8], [6, 4]]).fold(Files::default(), |files, (side, shape)| {
        files.tensor(&format!("model.base_model.model.a.q.lora_{side}.policy.weight"), "F32", &shape)
    });
    let bytes = files.bytes();
    let config = Some(r#"{"peft_type": "LORA", "r": 4, "lora_alpha": 12}"#);
    let new = written(&bytes, config, &[2], &ResizeOptions::new().names(Names::Peft));
    let after = new.adapter();
    assert_eq!(after.layers()[0].down().name(), "base_model.model.a.q.lora_A.weight");
    assert_eq!(problems(&after), Vec::<String>::new());
    assert_same_deltas((&bytes, config), &written(&bytes, config, &[4], &ResizeOptions::new().names(Names::Peft)), 0.0);
}
