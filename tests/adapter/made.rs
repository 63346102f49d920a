//! A layer in another form than B·A: at a rank below its own, a resized file holds a pair in its place, which is the best
//! approximation of ΔW under the names, shapes and alpha that its loaders look for.

use half::{bf16, f16};
use lora_rank_explorer::adapter::{Adapter, FactorDtype, Kind, Layer, Names, ResizeOptions};
use nalgebra::DMatrix;
use safetensors::SafeTensors;
use serde_json::{Value, json};

use crate::files::{Files, kohya_layer, open, peft_layer, problems};
use crate::kept::{Written, scales, written};
use crate::kinds::{add, matrix};

/// An alpha as this writes it.
fn number_of(file: &[u8], name: &str) -> f64 {
    numbers_of(file, name).0[0]
}

/// The numbers of a tensor, and its first side.
fn numbers_of(file: &[u8], name: &str) -> (Vec<f64>, usize) {
    let tensors = SafeTensors::deserialize(file).expect("a valid file");
    let tensor = tensors.tensor(name).expect("a tensor");
    let data = tensor.data();
    let numbers = match tensor.dtype() {
        safetensors::Dtype::F64 => data.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
        safetensors::Dtype::F32 => data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes).into()).collect(),
        safetensors::Dtype::F16 => data.as_chunks().0.iter().map(|bytes| f16::from_le_bytes(*bytes).into()).collect(),
        safetensors::Dtype::BF16 => data.as_chunks().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).into()).collect(),
        other => panic!("{other:?}"),
    };
    (numbers, tensor.shape().first().copied().unwrap_or(1))
}

/// A tensor, its first side against all others.
pub fn matrix_of(file: &[u8], name: &str) -> DMatrix<f64> {
    let (numbers, rows) = numbers_of(file, name);
    DMatrix::from_row_slice(rows, numbers.len() / rows, &numbers)
}

/// scale·B·A of a pair as its loaders compute it: alpha / r of its own tensor, or of the configuration.
pub fn product(file: &[u8], config: Option<&str>, layer: &Layer) -> DMatrix<f64> {
    let [a, b] = [layer.down(), layer.up()].map(|tensor| matrix_of(file, tensor.name()));
    let alpha = match config {
        None => number_of(file, &layer.down().name().replace("lora_down.weight", "alpha")),
        Some(config) => {
            let fields: Value = serde_json::from_str(config).expect("JSON");
            let mut patterns = fields["alpha_pattern"].as_object().into_iter().flatten();
            let own = patterns.find(|(key, _)| key.replace('\\', "") == layer.module()).map(|(_, alpha)| alpha);
            own.unwrap_or(&fields["lora_alpha"]).as_f64().expect("a number")
        }
    };
    let rank = a.nrows() as f64;
    b * a * (alpha / rank)
}

/// ‖ΔW − product‖_F is the least that rank `rank` allows, up to `bar`·σ₁.
pub fn assert_best(whole: &DMatrix<f64>, product: &DMatrix<f64>, rank: usize, bar: f64, what: &str) {
    let mut values: Vec<f64> = whole.clone().svd(false, false).singular_values.iter().copied().collect();
    values.sort_by(|x, y| y.total_cmp(x));
    let least = values.iter().skip(rank).map(|value| value * value).sum::<f64>().sqrt();
    let found = (whole - product).norm();
    assert!((found - least).abs() <= bar * values[0], "{what}: {found:e} is left, and {least:e} has to be");
}

/// Writes the file's one layer at ranks below its own.
pub fn check_made(adapter: &Adapter, bytes: &[u8], whole: &DMatrix<f64>) {
    let own = adapter.layers()[0].rank();
    for rank in [1, own / 2, own - 1].into_iter().filter(|rank| (1..own).contains(rank)) {
        let mut plan = adapter.resize(&[rank]).expect("a plan");
        let mut file = Vec::new();
        plan.write(&mut &bytes[..], &mut file).expect("written");
        assert!(plan.kept().is_empty() && file.len() as u64 == plan.file_bytes());
        let after = open(&file, plan.config()).expect("a safetensors file");
        assert!(problems(&after).iter().all(|text| text.contains("LoRA bias")), "{:?}", problems(&after));
        let [layer] = after.layers() else { panic!("{} layers", after.layers().len()) };
        assert_eq!((layer.kind(), layer.rank(), layer.scale().value()), (Kind::Lora, rank, Some(1.0)));
        let what = format!("{:?} at rank {rank}", adapter.layers()[0].kind());
        assert_best(whole, &product(&file, plan.config(), layer), rank, 1e-12, &what);
    }
}

/// The names of a file's tensors with their shapes.
fn shapes(file: &[u8]) -> Vec<(String, Vec<usize>)> {
    let tensors = SafeTensors::deserialize(file).expect("a valid file");
    let mut shapes: Vec<_> = tensors.iter().map(|(name, tensor)| (name.to_owned(), tensor.shape().to_vec())).collect();
    shapes.sort();
    shapes
}

fn files(tensors: &[(&str, &[usize])]) -> Files {
    tensors.iter().fold(Files::default(), |files, (name, shape)| add(files, name, shape))
}

#[test]
fn a_pair_has_the_names_and_the_shape_that_its_loaders_expect() {
    type Shapes<'a> = &'a [(&'a str, &'a [usize])];
    let cases: [(Shapes, [&[usize]; 2]); 9] = [
        (
            &[("q.hada_w1_a", &[6, 3]), ("q.hada_w1_b", &[3, 8]), ("q.hada_w2_a", &[6, 3]), ("q.hada_w2_b", &[3, 8])],
            [&[2, 8], &[6, 2]],
        ),
        (
            &[
                ("q.hada_w1_a", &[3, 6]),
                ("q.hada_w1_b", &[3, 4]),
                ("q.hada_t1", &[3, 3, 3, 2]),
                ("q.hada_w2_a", &[3, 6]),
                ("q.hada_w2_b", &[3, 4]),
                ("q.hada_t2", &[3, 3, 3, 2]),
            ],
            [&[2, 4, 3, 2], &[6, 2, 1, 1]],
        ),
        (&[("q.lokr_w1", &[2, 3]), ("q.lokr_w2", &[4, 5])], [&[2, 15], &[8, 2]]),
        (&[("q.lokr_w1", &[2, 3]), ("q.lokr_w2", &[4, 5, 3, 3])], [&[2, 15, 3, 3], &[8, 2, 1, 1]]),
        (
            &[("q.lokr_w1", &[2, 3]), ("q.lokr_w2_a", &[2, 4]), ("q.lokr_w2_b", &[2, 5]), ("q.lokr_t2", &[2, 2, 3, 3])],
            [&[2, 15, 3, 3], &[8, 2, 1, 1]],
        ),
        (
            &[
                ("q.lora_down.weight", &[3, 5, 1, 1]),
                ("q.lora_up.weight", &[7, 3, 1, 1]),
                ("q.lora_mid.weight", &[3, 3, 3, 1]),
            ],
            [&[2, 5, 3, 1], &[7, 2, 1, 1]],
        ),
        (&[("q.diff", &[6, 8])], [&[2, 8], &[6, 2]]),
        (&[("q.diff", &[6, 4, 3])], [&[2, 4, 3], &[6, 2, 1]]),
        (&[("q.diff", &[6, 2, 3, 3, 3])], [&[2, 2, 3, 3, 3], &[6, 2, 1, 1, 1]]),
    ];
    for (tensors, [down, up]) in cases {
        // An alpha that means nothing beside whole factors would mean something beside a pair.
        let files = files(tensors).numbers("q.alpha", "F32", &[1], &[7.0]).tensor("other.weight", "F32", &[3]);
        let bytes = files.bytes();
        let new = written(&bytes, None, &[2], &ResizeOptions::new());
        let expected: [(&str, &[usize]); 4] =
            [("other.weight", &[3]), ("q.alpha", &[]), ("q.lora_down.weight", down), ("q.lora_up.weight", up)];
        assert_eq!(shapes(&new.file), expected.map(|(name, shape)| (name.to_owned(), shape.to_vec())), "{tensors:?}");
        assert_eq!((number_of(&new.file, "q.alpha"), new.config), (2.0, None));
        // A pair like any other: it is resized in its turn.
        let again = written(&new.file, None, &[1], &ResizeOptions::new());
        assert_eq!((again.adapter().layers()[0].kind(), again.adapter().layers()[0].rank()), (Kind::Lora, 1));
    }
}

/// A LoHa of rank 7 and ΔW 7 × 8 at scale 2, and a pair of rank 4.
fn loha_and_pair() -> Files {
    let names = [("hada_w1_a", [7, 3]), ("hada_w1_b", [3, 8]), ("hada_w2_a", [7, 3]), ("hada_w2_b", [3, 8])];
    let files =
        names.iter().fold(Files::default(), |files, (name, shape)| add(files, &format!("lora_unet_h.{name}"), shape));
    kohya_layer(files, "lora_unet_p", "F64", [6, 4, 8])
}

fn loha(module: &str, scale: f64) -> DMatrix<f64> {
    let side =
        |i: usize| matrix(&format!("{module}.hada_w{i}_a"), 7, 3) * matrix(&format!("{module}.hada_w{i}_b"), 3, 8);
    side(1).component_mul(&side(2)) * scale
}

fn with_alphas() -> Files {
    loha_and_pair().numbers("lora_unet_h.alpha", "F32", &[], &[6.0]).numbers("lora_unet_p.alpha", "F32", &[], &[2.0])
}

fn made<'a>(adapter: &'a Adapter, module: &str) -> &'a Layer {
    adapter.layers().iter().find(|layer| layer.module() == module).expect("a layer")
}

#[test]
fn every_option_does_to_the_new_pair_what_it_says() {
    let bytes = with_alphas().bytes();
    let new = ResizeOptions::new;
    for (options, scales_of, dtype, bar) in [
        (new(), [(2, 1.0), (2, 0.5)], "F64", 1e-12),
        (new().bake_scale(), [(2, 1.0), (2, 1.0)], "F64", 1e-12),
        (new().one_alpha(), [(2, 1.0), (2, 1.0)], "F64", 1e-12),
        (new().dtype(FactorDtype::F32), [(2, 1.0), (2, 0.5)], "F32", 1e-6),
        (new().dtype(FactorDtype::F16), [(2, 1.0), (2, 0.5)], "F16", 1e-2),
        (new().dtype(FactorDtype::Bf16), [(2, 1.0), (2, 0.5)], "BF16", 5e-2),
        (new().drop_layers_of_rank_0(), [(2, 1.0), (2, 0.5)], "F64", 1e-12),
        (new().round_ranks_up_to([3, 4]), [(3, 1.0), (3, 0.5)], "F64", 1e-12),
    ] {
        let written = written(&bytes, None, &[2, 2], &options);
        assert!(written.kept.is_empty(), "{options:?}");
        let after = written.adapter();
        assert_eq!((scales(&after), problems(&after)), (scales_of.to_vec(), Vec::new()), "{options:?}");
        let layer = made(&after, "lora_unet_h");
        assert_eq!((layer.up().dtype().to_string(), layer.down().dtype().to_string()), (dtype.into(), dtype.into()));
        let whole = loha("lora_unet_h", 2.0);
        assert_best(&whole, &product(&written.file, None, layer), layer.rank(), bar, &format!("{options:?}"));
    }
    // The pair keeps its rank: one alpha for all is then the commonest rank, 4, the first of two.
    let one = written(&bytes, None, &[5, 4], &new().one_alpha());
    let after = one.adapter();
    let alphas: Vec<_> = after.layers().iter().map(Layer::alpha).collect();
    assert_eq!(alphas[0], alphas[1], "one alpha");
    assert_best(
        &loha("lora_unet_h", 2.0),
        &product(&one.file, None, made(&after, "lora_unet_h")),
        5,
        1e-12,
        "one alpha",
    );

    let mut values: Vec<f64> = loha("lora_unet_h", 2.0).svd(false, false).singular_values.iter().copied().collect();
    values.sort_by(|x, y| y.total_cmp(x));
    let cap = (values[0] * values[1]).sqrt();
    for options in [new().cap_singular_values(cap), new().cap_singular_values(cap).one_alpha()] {
        let capped = written(&bytes, None, &[3, 2], &options);
        let after = capped.adapter();
        let found = product(&capped.file, None, made(&after, "lora_unet_h")).svd(false, false).singular_values;
        let mut found: Vec<f64> = found.iter().copied().collect();
        found.sort_by(|x, y| y.total_cmp(x));
        for (i, value) in values.iter().take(3).enumerate() {
            assert!((found[i] - value.min(cap)).abs() <= 1e-12 * values[0], "σ{} is {}, not {value}", i + 1, found[i]);
        }
    }

    let dropped = written(&bytes, None, &[0, 2], &new().drop_layers_of_rank_0());
    let names: Vec<String> = shapes(&dropped.file).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["lora_unet_p.alpha", "lora_unet_p.lora_down.weight", "lora_unet_p.lora_up.weight"]);
    let named = written(&bytes, None, &[2, 2], &new().names(Names::Kohya));
    assert_eq!(shapes(&named.file), shapes(&written(&bytes, None, &[2, 2], &new()).file));
    let mut dotted = Files::default();
    for (name, shape) in [("hada_w1_a", [7, 3]), ("hada_w1_b", [3, 8]), ("hada_w2_a", [7, 3]), ("hada_w2_b", [3, 8])] {
        dotted = add(dotted, &format!("diffusion_model.double_blocks.0.q.{name}"), &shape);
    }
    let dotted = dotted.numbers("diffusion_model.double_blocks.0.q.alpha", "F32", &[], &[6.0]).bytes();
    for (names, module) in
        [(Names::ComfyUi, "diffusion_model.double_blocks.0.q"), (Names::Kohya, "lora_unet_double_blocks_0_q")]
    {
        let named = written(&dotted, None, &[2], &new().names(names));
        let names: Vec<String> = shapes(&named.file).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["alpha", "lora_down.weight", "lora_up.weight"].map(|end| format!("{module}.{end}")));
        let whole = loha("diffusion_model.double_blocks.0.q", 2.0);
        assert_best(&whole, &product(&named.file, None, &named.adapter().layers()[0]), 2, 1e-12, "names");
    }
    let peft = written(&dotted, None, &[2], &new().names(Names::Peft));
    assert_eq!(shapes(&peft.file)[0].0, "base_model.model.double_blocks.0.q.lora_A.weight");
    let whole = loha("diffusion_model.double_blocks.0.q", 2.0);
    assert_best(&whole, &product(&peft.file, peft.config.as_deref(), &peft.adapter().layers()[0]), 2, 1e-12, "PEFT's");
}

#[test]
fn the_new_pair_has_its_own_alpha_beside_one_for_all_in_the_metadata() {
    let bytes = loha_and_pair().entry("__metadata__", r#"{"network_alpha": "6", "ss_network_dim": "3"}"#).bytes();
    for (options, ranks, of_pair) in [
        (ResizeOptions::new(), [2, 2], (2, 1.5)),
        (ResizeOptions::new().bake_scale(), [2, 3], (3, 1.0)),
        (ResizeOptions::new().one_alpha(), [2, 2], (2, 1.0)),
        (ResizeOptions::new(), [2, 4], (4, 1.5)),
    ] {
        let new = written(&bytes, None, &ranks, &options);
        let after = new.adapter();
        assert_eq!((problems(&after), scales(&after)), (Vec::new(), vec![(2, 1.0), of_pair]), "{options:?}");
        let layer = made(&after, "lora_unet_h");
        assert_best(&loha("lora_unet_h", 2.0), &product(&new.file, None, layer), 2, 1e-12, "its own alpha");
        let dim = if ranks[0] == ranks[1] && of_pair.1 == 1.0 { "2" } else { "Dynamic" };
        assert_eq!(after.header().metadata("ss_network_dim"), Some(dim), "{options:?}");
    }
}

#[test]
fn a_number_that_does_not_fit_keeps_the_layer_and_makes_the_others() {
    let big = |files: Files, name: &str, value: f64| files.numbers(name, "F16", &[2, 2], &[value, 0.0, 0.0, value]);
    let files = ["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"]
        .iter()
        .fold(with_alphas(), |files, name| big(files, &format!("lora_unet_x.{name}"), 6e4));
    let files = ["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"]
        .iter()
        .fold(files, |files, name| big(files, &format!("lora_unet_z.{name}"), f64::NAN));
    let diff = |files: Files, name: &str, size: f64| files.numbers(name, "F16", &[2, 2], &[size, 0.0, 0.0, size]);
    let bytes = diff(files, "lora_unet_y.diff", 6e4).bytes();
    let before = open(&bytes, None).expect("an adapter");
    let ranks: Vec<usize> = before.layers().iter().map(|layer| 1.max(layer.rank() / 2)).collect();
    let new = written(&bytes, None, &ranks, &ResizeOptions::new());
    let said: Vec<String> = new.kept.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("module `lora_unet_x` is kept as it was: ")
            && said[0].ends_with("cannot be stored in its dtype")
    );
    assert!(said[1].starts_with("module `lora_unet_z` is kept as it was: tensor `lora_unet_z.hada_w"), "{}", said[1]);
    let after = new.adapter();
    let kinds: Vec<Kind> =
        ["h", "p", "x", "y", "z"].map(|name| made(&after, &format!("lora_unet_{name}")).kind()).to_vec();
    assert_eq!(kinds, [Kind::Lora, Kind::Lora, Kind::LoHa, Kind::Lora, Kind::LoHa]);
}

/// Two LoHa of PEFT, of rank 7 and scales 2 and 4.
fn peft_loha() -> Files {
    let shapes = [("hada_w1_a", [7, 3]), ("hada_w1_b", [3, 8]), ("hada_w2_a", [7, 3]), ("hada_w2_b", [3, 8])];
    let layer = |files: Files, module: &str| {
        shapes
            .iter()
            .fold(files, |files, (name, shape)| add(files, &format!("base_model.model.{module}.{name}"), shape))
    };
    let files = layer(layer(Files::default(), "model.k"), "model.q");
    add(files, "base_model.model.classifier.weight", &[2, 3])
}

const LOHA: &str = r#"{"task_type": "CAUSAL_LM", "peft_type": "LOHA", "base_model_name_or_path": "some/model", "inference_mode": true,
    "rank_pattern": {}, "alpha_pattern": {"model.q": 12}, "r": 3, "alpha": 6, "rank_dropout": 0.1, "module_dropout": 0.0,
    "use_effective_conv2d": false, "target_modules": ["q", "k"], "exclude_modules": null, "init_weights": true,
    "modules_to_save": ["classifier"]}"#;

fn fields(new: &Written) -> Value {
    serde_json::from_str(new.config.as_deref().expect("a configuration")).expect("JSON")
}

#[test]
fn pefts_layers_become_pairs_together_with_the_configuration_of_lora() {
    let bytes = peft_loha().bytes();
    for (ranks, options) in
        [([2, 2], ResizeOptions::new()), ([5, 2], ResizeOptions::new()), ([1, 3], ResizeOptions::new().one_alpha())]
    {
        let new = written(&bytes, Some(LOHA), &ranks, &options);
        assert!(new.kept.is_empty());
        let names: Vec<String> = shapes(&new.file).into_iter().map(|(name, _)| name).collect();
        let end = |module: &str, side: &str| format!("base_model.model.model.{module}.lora_{side}.weight");
        assert_eq!(
            names,
            [
                "base_model.model.classifier.weight".to_owned(),
                end("k", "A"),
                end("k", "B"),
                end("q", "A"),
                end("q", "B")
            ]
        );
        let found = fields(&new);
        assert_eq!((&found["peft_type"], &found["task_type"]), (&json!("LORA"), &json!("CAUSAL_LM")));
        assert_eq!((&found["target_modules"], &found["modules_to_save"]), (&json!(["q", "k"]), &json!(["classifier"])));
        assert_eq!(found["base_model_name_or_path"], "some/model");
        for gone in ["alpha", "rank_dropout", "module_dropout", "use_effective_conv2d", "init_weights"] {
            assert!(found.get(gone).is_none(), "{gone} is unknown to LoRA");
        }
        let after = new.adapter();
        assert_eq!(problems(&after), Vec::<String>::new());
        for (module, scale, rank) in [("model.k", 2.0, ranks[0]), ("model.q", 4.0, ranks[1])] {
            let layer = made(&after, module);
            assert_eq!((layer.kind(), layer.rank()), (Kind::Lora, rank));
            let whole = loha(&format!("base_model.model.{module}"), scale);
            assert_best(&whole, &product(&new.file, new.config.as_deref(), layer), rank, 1e-12, module);
        }
    }
    let drop = written(&bytes, Some(LOHA), &[2, 0], &ResizeOptions::new().drop_layers_of_rank_0());
    assert_eq!((drop.adapter().layers().len(), fields(&drop)["exclude_modules"].clone()), (1, json!(["model.q"])));
}

#[test]
fn adalora_becomes_lora_without_what_lora_would_apply_and_adalora_does_not() {
    let config = r#"{"peft_type": "ADALORA", "r": 8, "init_r": 4, "target_r": 2, "tinit": 0, "deltaT": 1, "beta1": 0.85,
        "lora_alpha": 8, "use_rslora": true, "init_lora_weights": "pissa", "fan_in_fan_out": true, "lora_dropout": 0.1,
        "rank_pattern": {"q.lora_E": [true, false, true]}, "target_modules": null, "total_step": 10}"#;
    let name = |part: &str| format!("base_model.model.q.{part}");
    let files =
        add(add(add(Files::default(), &name("lora_A"), &[3, 8]), &name("lora_B"), &[6, 3]), &name("lora_E"), &[3, 1]);
    let bytes = files.numbers(&name("ranknum"), "F32", &[1], &[6.0]).bytes();
    let diagonal = DMatrix::from_diagonal(&matrix(&name("lora_E"), 3, 1).column(0).into_owned());
    let whole = matrix(&name("lora_B"), 6, 3) * diagonal * matrix(&name("lora_A"), 3, 8) * (8.0 / (6.0 + 1e-5));
    for rank in [1, 2] {
        let new = written(&bytes, Some(config), &[rank], &ResizeOptions::new());
        let found = fields(&new);
        let expected = json!({
            "peft_type": "LORA", "r": rank, "init_lora_weights": true, "fan_in_fan_out": true, "lora_dropout": 0.1,
            "target_modules": ["q"], "lora_alpha": rank, "rank_pattern": {}, "alpha_pattern": {},
        });
        assert_eq!(found, expected);
        let names: Vec<String> = shapes(&new.file).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [name("lora_A.weight"), name("lora_B.weight")]);
        let after = new.adapter();
        let layer = &after.layers()[0];
        assert_eq!((layer.scale().value(), layer.rslora()), (Some(1.0), false));
        assert_best(&whole, &product(&new.file, new.config.as_deref(), layer), rank, 1e-12, "AdaLoRA");
    }
}

#[test]
fn projections_of_transformers_are_no_convolutions() {
    for module in ["proj_out", "single_transformer_blocks.0.proj_out"] {
        let name = |end: &str| format!("base_model.model.{module}.hada_{end}");
        let sides = [("w1_a", [6, 3]), ("w1_b", [3, 8]), ("w2_a", [6, 3]), ("w2_b", [3, 8])];
        let files = sides.iter().fold(Files::default(), |files, (end, shape)| add(files, &name(end), shape));
        let adapter = files.open(Some(r#"{"peft_type": "LOHA", "r": 3, "alpha": 3}"#));
        assert_eq!(adapter.layers()[0].kept(), None, "{module}");
    }
}

#[test]
fn a_module_that_adalora_has_pruned_wholly_is_said_and_the_others_become_lora() {
    let config = r#"{"peft_type": "ADALORA", "init_r": 4, "lora_alpha": 8, "target_modules": ["q", "k"],
        "init_lora_weights": false}"#;
    let part = |module: &str, part: &str| format!("base_model.model.{module}.{part}");
    let module = |files: Files, module: &str, rank: usize| {
        let files = add(add(files, &part(module, "lora_A"), &[rank, 8]), &part(module, "lora_B"), &[6, rank]);
        let shape = if rank == 0 { [0, 1] } else { [rank, 1] };
        add(files, &part(module, "lora_E"), &shape).numbers(&part(module, "ranknum"), "F32", &[1], &[4.0])
    };
    let bytes = module(module(Files::default(), "q", 3), "k", 0).bytes();
    let adapter = open(&bytes, Some(config)).expect("an adapter");
    assert_eq!(adapter.layers().len(), 1);
    assert_eq!(problems(&adapter), ["module `k`: AdaLoRA has pruned it to rank 0, so that it changes nothing"]);
    let new = written(&bytes, Some(config), &[2], &ResizeOptions::new());
    assert!(new.kept.is_empty());
    let names: Vec<String> = shapes(&new.file).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [part("q", "lora_A.weight"), part("q", "lora_B.weight")]);
    assert_eq!(fields(&new)["init_lora_weights"], true, "the other target begins at 0");
    // As AdaLoRA it stays whole.
    assert_eq!(shapes(&written(&bytes, Some(config), &[3], &ResizeOptions::new()).file), shapes(&bytes));
}

#[test]
fn pefts_layers_are_kept_together_where_one_of_them_cannot_become_a_pair() {
    let bytes = peft_loha().bytes();
    let stays = |bytes: &[u8], ranks: &[usize], options: &ResizeOptions, reasons: &[&str]| {
        let new = written(bytes, Some(LOHA), ranks, options);
        let said: Vec<String> = new.kept.iter().map(ToString::to_string).collect();
        assert!(
            said.len() == reasons.len() && said.iter().zip(reasons).all(|(said, why)| said.contains(why)),
            "{said:?}"
        );
        assert_eq!(shapes(&new.file), shapes(bytes));
        assert_eq!(fields(&new), serde_json::from_str::<Value>(LOHA).expect("JSON"));
    };
    let plain = ResizeOptions::new();
    stays(&bytes, &[7, 2], &plain, &["choose a rank below its own for every layer"]);
    stays(&bytes, &[9, 7], &plain, &[]);
    stays(&bytes, &[0, 7], &plain.clone().drop_layers_of_rank_0(), &["choose a rank below its own for every layer"]);
    stays(&bytes, &[7, 7], &plain.clone().bake_scale(), &["only a rank below its own makes a pair"; 2]);
    let nan = peft_loha();
    let name = |end: &str| format!("base_model.model.model.v.hada_{end}");
    let nan = add(add(nan, &name("w1_a"), &[7, 3]), &name("w1_b"), &[3, 8]);
    let nan = add(nan.numbers(&name("w2_a"), "F64", &[7, 3], &[f64::NAN; 21]), &name("w2_b"), &[3, 8]).bytes();
    stays(
        &nan,
        &[2, 2, 2],
        &plain,
        &["another layer of it cannot be written as a pair", "another layer", "number 1 is NaN"],
    );
    // What is no layer at all.
    let dora = peft_loha().tensor("base_model.model.model.o.hada_w1_a", "F32", &[6, 3]).bytes();
    let adapter = open(&dora, Some(LOHA)).expect("an adapter");
    assert!(adapter.layers().iter().all(|layer| !layer.becomes_pair()));
    stays(&dora, &[2, 2], &plain, &["not everything in this one can be written as pairs"; 2]);
    // A layer of rank 1 has no rank below its own, and is no larger as a pair.
    let one = [("w1_a", [6, 1]), ("w1_b", [1, 8]), ("w2_a", [6, 1]), ("w2_b", [1, 8])];
    let one = one.iter().fold(peft_loha(), |files, (end, shape)| add(files, &name(end), shape)).bytes();
    let config = LOHA.replace(r#""rank_pattern": {}"#, r#""rank_pattern": {"model.v": 1}"#);
    let new = written(&one, Some(&config), &[2, 2, 1], &plain);
    assert!(new.kept.is_empty() && new.adapter().layers().iter().all(|layer| layer.kind() == Kind::Lora));
    assert_eq!(scales(&new.adapter()), [(2, 1.0), (2, 1.0), (1, 1.0)]);
    let after = new.adapter();
    let whole = (matrix(&name("w1_a"), 6, 1) * matrix(&name("w1_b"), 1, 8))
        .component_mul(&(matrix(&name("w2_a"), 6, 1) * matrix(&name("w2_b"), 1, 8)))
        * 6.0;
    assert_best(&whole, &product(&new.file, new.config.as_deref(), made(&after, "model.v")), 1, 1e-12, "its own rank");
}

#[test]
fn pairs_beside_keep_what_they_have() {
    // A pair with NaN is kept at its scale, and the LoHa beside it is made.
    let files = with_alphas().numbers("lora_unet_n.lora_down.weight", "F32", &[2, 2], &[f64::NAN; 4]);
    let files =
        files.tensor("lora_unet_n.lora_up.weight", "F32", &[2, 2]).numbers("lora_unet_n.alpha", "F32", &[], &[1.0]);
    let bytes = files.bytes();
    let new = written(&bytes, None, &[2, 2, 1], &ResizeOptions::new().one_alpha());
    assert_eq!(new.kept.len(), 1);
    let after = new.adapter();
    assert_eq!(scales(&after).len(), 3);
    assert!(after.layers().iter().all(|layer| layer.alpha() == Some(1.0)), "the kept one's alpha");
    assert_best(&loha("lora_unet_h", 2.0), &product(&new.file, None, made(&after, "lora_unet_h")), 2, 1e-12, "beside");
    // PEFT's pairs in the same file as a whole difference under other names.
    let files = peft_layer(Files::default(), "model.p", "F64", [6, 4, 8]);
    let bytes = add(files, "lora_unet_d.diff", &[6, 8]).bytes();
    let config = r#"{"peft_type": "LORA", "r": 4, "lora_alpha": 8}"#;
    let new = written(&bytes, Some(config), &[2, 2], &ResizeOptions::new());
    assert_eq!((new.kept.len(), scales(&new.adapter())), (0, vec![(2, 1.0), (2, 2.0)]));
}
