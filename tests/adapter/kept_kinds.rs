//! Layers that are no pair and keep their rank stay byte for byte beside pairs that are resized, whatever else is asked for; and
//! mlx-lm's pairs, whose configuration holds one rank and one scale for all.

use lora_rank_explorer::adapter::{FactorDtype, Kind, Names, ResizeOptions};
use safetensors::SafeTensors;
use serde_json::{Value, json};

use crate::files::{Files, kohya_layer, open, peft, peft_layer, problems};
use crate::kept::{Written, written};
use crate::kinds::{add, distance, matrix, spectrum};

/// A LoHa of rank 3 and a pair of rank 4; the alphas stand where `alphas` puts them.
fn loha_and_pair(alphas: bool) -> Files {
    let shapes = [("hada_w1_a", [6, 3]), ("hada_w1_b", [3, 8]), ("hada_w2_a", [6, 3]), ("hada_w2_b", [3, 8])];
    let files = shapes
        .iter()
        .fold(Files::default(), |files, (name, shape)| files.tensor(&format!("lora_unet_h.{name}"), "F32", shape));
    let files = kohya_layer(files, "lora_unet_p", "F32", [6, 4, 8]);
    match alphas {
        true => files.numbers("lora_unet_h.alpha", "F32", &[], &[6.0]).numbers("lora_unet_p.alpha", "F32", &[], &[2.0]),
        false => files,
    }
}

/// The LoHa has the same tensors and the same scale, and the pair the same scale·B·A up to its rank.
fn assert_kept_and_resized(bytes: &[u8], config: Option<&str>, new: &Written, rank: usize) {
    let (before, after) = (open(bytes, config).expect("old"), new.adapter());
    assert_eq!(problems(&after), Vec::<String>::new());
    let layer = |adapter: &lora_rank_explorer::adapter::Adapter, is_kept: bool| {
        adapter.layers().iter().find(|layer| (layer.kind() != Kind::Lora) == is_kept).expect("a layer").clone()
    };
    let (old, now) = (layer(&before, true), layer(&after, true));
    assert_eq!((old.kind(), old.name()), (now.kind(), now.name()));
    assert_eq!(old.scale(), now.scale());
    let [tensors, again] = [bytes, &new.file].map(|file| SafeTensors::deserialize(file).expect("a valid file"));
    for tensor in old.tensors() {
        let [old, now] = [&tensors, &again].map(|file| file.tensor(tensor.name()).expect("a tensor"));
        assert!(old.data() == now.data() && old.dtype() == now.dtype() && old.shape() == now.shape(), "{tensor:?}");
    }
    let (old, now) = (layer(&before, false), layer(&after, false));
    assert_eq!(now.rank(), rank);
    let (old, now) = (spectrum(&old, bytes), spectrum(&now, &new.file));
    for (i, value) in old.iter().enumerate().take(rank) {
        assert!((value - now[i]).abs() <= 2e-3 * old[0], "σ{}: {} and {value}", i + 1, now[i]);
    }
    assert!(now.iter().skip(rank).all(|value| *value <= 2e-3 * old[0]));
}

#[test]
fn every_option_leaves_a_layer_that_is_no_pair_at_its_own_rank_and_says_so() {
    let bytes = loha_and_pair(true).bytes();
    let new = ResizeOptions::new;
    for (options, ranks, rank, says) in [
        // More than the rank of the LoHa asks for nothing.
        (new(), [9, 2], 2, false),
        (new().bake_scale(), [9, 2], 2, true),
        (new().one_alpha(), [9, 2], 2, true),
        (new().dtype(FactorDtype::F32), [9, 2], 2, false),
        (new().dtype(FactorDtype::F16), [9, 4], 4, true),
        (new().cap_singular_values(1e6), [9, 2], 2, true),
        (new().drop_layers_of_rank_0(), [6, 2], 2, false),
        // The list ends below the rank of the LoHa, which is not rounded.
        (new().round_ranks_up_to([1, 3]), [9, 2], 3, false),
    ] {
        let written = written(&bytes, None, &ranks, &options);
        assert_kept_and_resized(&bytes, None, &written, rank);
        let said: Vec<String> = written.kept.iter().map(ToString::to_string).collect();
        let text = "module `lora_unet_h` is kept as it was: it is stored in another form than B·A, of which only a rank below its \
                    own makes a pair";
        assert_eq!(said, vec![text.to_owned(); usize::from(says)], "{options:?}");
    }
    let refused = open(&bytes, None).expect("old").resize(&[0, 2]).expect_err("not asked for").to_string();
    assert_eq!(refused, "module `lora_unet_h`: its rank is 0");
    let names = open(&bytes, None).expect("old").resize_with(&[9, 2], &new().names(Names::Kohya));
    let refused = names.expect_err("a LoHa has other names").to_string();
    assert!(refused.contains("its name cannot be changed: it is not stored as a pair"), "{refused}");
}

#[test]
fn baking_the_scale_reaches_the_pairs_beside_a_kept_layer() {
    let bytes = loha_and_pair(true).bytes();
    let after = written(&bytes, None, &[9, 2], &ResizeOptions::new().bake_scale()).adapter();
    let scales: Vec<_> = after.layers().iter().map(|layer| (layer.kind(), layer.scale().value())).collect();
    assert_eq!(scales, [(Kind::LoHa, Some(2.0)), (Kind::Lora, Some(1.0))]);
}

#[test]
fn one_alpha_for_all_in_the_metadata_stays_beside_a_kept_layer() {
    let bytes = loha_and_pair(false).entry("__metadata__", r#"{"network_alpha": "6", "sshs_model_hash": "x"}"#).bytes();
    for options in [ResizeOptions::new(), ResizeOptions::new().one_alpha()] {
        let new = written(&bytes, None, &[9, 2], &options);
        assert_kept_and_resized(&bytes, None, &new, 2);
        assert_eq!(new.adapter().header().metadata("network_alpha"), Some("6"));
    }
    let adapter = open(&bytes, None).expect("old");
    let refused = adapter.resize_with(&[9, 2], &ResizeOptions::new().bake_scale()).expect_err("two scales");
    assert!(refused.to_string().contains("`network_alpha`, and some are not resized"), "{refused}");
}

#[test]
fn a_file_in_which_every_layer_keeps_its_rank_keeps_its_configuration_and_metadata() {
    let names = ["hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"].map(|name| format!("base_model.model.q.{name}"));
    let shapes = [[6, 3], [3, 8], [6, 3], [3, 8]];
    let files =
        names.iter().zip(shapes).fold(Files::default(), |files, (name, shape)| files.tensor(name, "F32", &shape));
    let bytes = files.entry("__metadata__", r#"{"sshs_model_hash": "x", "ss_network_dim": "3"}"#).bytes();
    let config = r#"{"peft_type": "LOHA", "r": 3, "alpha": 6, "rank_pattern": {}, "alpha_pattern": {}}"#;
    let new = ResizeOptions::new;
    for (options, kept) in [(new(), 0), (new().bake_scale(), 1), (new().one_alpha(), 1)] {
        let new = written(&bytes, Some(config), &[6], &options);
        let (old, now): (Value, Value) = (
            serde_json::from_str(config).expect("JSON"),
            serde_json::from_str(new.config.as_deref().expect("a configuration")).expect("JSON"),
        );
        assert_eq!((old, new.kept.len()), (now, kept));
        let (old, now) = (open(&bytes, Some(config)).expect("old"), new.adapter());
        for key in ["sshs_model_hash", "ss_network_dim"] {
            assert_eq!(old.header().metadata(key), now.header().metadata(key));
        }
    }
}

#[test]
fn experts_of_one_pair_keep_their_rank_and_alpha_beside_a_layer_that_is_resized() {
    let config = r#"{"peft_type": "LORA", "r": 4, "lora_alpha": 12, "target_parameters": ["mlp.experts.down_proj"]}"#;
    let [a, b] = peft("m.mlp.experts");
    let files = Files::default().tensor(&a, "F32", &[8, 5]).tensor(&b, "F32", &[7, 8]);
    let bytes = peft_layer(files, "m.q", "F32", [6, 4, 8]).bytes();
    for options in [ResizeOptions::new(), ResizeOptions::new().bake_scale(), ResizeOptions::new().one_alpha()] {
        let new = written(&bytes, Some(config), &[2, 2, 2], &options);
        let said: Vec<&str> = new.kept.iter().map(|kept| kept.module.as_str()).collect();
        assert_eq!(said, ["m.mlp.experts[expert 0]", "m.mlp.experts[expert 1]"]);
        assert_kept_and_resized(&bytes, Some(config), &new, 2);
        let fields: Value = serde_json::from_str(new.config.as_deref().expect("a configuration")).expect("JSON");
        assert_eq!((&fields["r"], &fields["lora_alpha"]), (&json!(4), &json!(12)), "the experts depend on them");
    }
}

const MLX: &str =
    r#"{"fine_tune_type": "lora", "num_layers": 1, "lora_parameters": {"rank": 4, "dropout": 0.0, "scale": 20.0}}"#;

/// Two layers as mlx-lm stores them: A is n × r, B is r × m.
fn mlx() -> Vec<u8> {
    let pair = |files: Files, module: &str| {
        add(add(files, &format!("{module}.lora_a"), &[8, 4]), &format!("{module}.lora_b"), &[4, 6])
    };
    pair(pair(Files::default(), "model.q"), "model.v").bytes()
}

#[test]
fn a_resized_file_of_mlx_lm_has_the_truncated_products_and_one_rank_and_scale_for_all() {
    let bytes = mlx();
    for (options, scale) in [(ResizeOptions::new(), 20.0), (ResizeOptions::new().bake_scale(), 1.0)] {
        let new = written(&bytes, Some(MLX), &[2, 2], &options);
        assert!(new.kept.is_empty());
        let fields: Value = serde_json::from_str(new.config.as_deref().expect("a configuration")).expect("JSON");
        let parameters = json!({"rank": 2, "dropout": 0.0, "scale": scale});
        let same = |key: &str| fields["lora_parameters"][key].as_f64() == parameters[key].as_f64();
        assert!(["rank", "dropout", "scale"].into_iter().all(same), "{fields}");
        assert_eq!((&fields["fine_tune_type"], fields.get("r")), (&json!("lora"), None));
        let after = new.adapter();
        assert_eq!((after.layers().len(), problems(&after)), (2, Vec::new()));
        for layer in after.layers() {
            let [a, b] = [("a", 8, 4), ("b", 4, 6)]
                .map(|(side, rows, cols)| matrix(&format!("{}.lora_{side}", layer.module()), rows, cols));
            let mut svd = ((a * b).transpose() * 20.0).svd(true, true);
            svd.singular_values.iter_mut().skip(2).for_each(|value| *value = 0.0);
            let truncated = svd.recompose().expect("both sides");
            assert_eq!((layer.rank(), layer.transposed(), layer.scale().value()), (2, true, Some(scale)));
            assert_eq!(layer.down().shape(), [8, 2]);
            assert!(distance(&spectrum(layer, &new.file), &truncated) <= 1e-12);
            let written = |name: &str| {
                SafeTensors::deserialize(&new.file).expect("a file").tensor(name).expect("it").data().to_vec()
            };
            let numbers = |side: &str, rows: usize, cols: usize| {
                let bytes = written(&format!("{}.lora_{side}", layer.module()));
                let numbers = bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
                nalgebra::DMatrix::from_row_iterator(rows, cols, numbers)
            };
            // As mlx-lm applies them: scale · (x · A) · B.
            let product = (numbers("a", 8, 2) * numbers("b", 2, 6)).transpose() * scale;
            assert!((&product - &truncated).amax() <= 1e-12 * truncated.amax());
        }
    }
}

#[test]
fn what_mlx_lm_would_not_load_is_not_written() {
    let adapter = open(&mlx(), Some(MLX)).expect("an adapter");
    let refused = adapter.resize(&[2, 3]).expect_err("two ranks").to_string();
    assert!(refused.contains("mlx-lm loads one rank and one scale for all layers"), "{refused}");
    // Experts, which keep the old rank.
    let shapes = [("e.lora_a", [2, 4, 8]), ("e.lora_b", [2, 6, 4])];
    let files = shapes.iter().fold(Files::default(), |files, (name, shape)| add(files, name, shape));
    let bytes = add(add(files, "model.q.lora_a", &[8, 4]), "model.q.lora_b", &[4, 6]).bytes();
    let adapter = open(&bytes, Some(MLX)).expect("an adapter");
    let ranks: Vec<usize> = adapter.layers().iter().map(|layer| if layer.kept().is_some() { 4 } else { 2 }).collect();
    assert_eq!((problems(&adapter), ranks.len()), (Vec::new(), 3));
    let refused = adapter.resize(&ranks).expect_err("the experts depend on the rank").to_string();
    assert!(refused.contains("some of this file cannot be resized"), "{refused}");
    let same: Vec<usize> = adapter.layers().iter().map(|layer| layer.rank()).collect();
    assert_eq!(written(&bytes, Some(MLX), &same, &ResizeOptions::new()).adapter().layers().len(), 3);
}
