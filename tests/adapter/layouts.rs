//! Names, scales and shapes of the layouts that are read.

use lora_rank_explorer::adapter::{Adapter, Header, Outline};
use lora_rank_explorer::{Spectrum, svd};

use crate::files::{Files, factors, kohya_layer, peft, peft_layer, problems};

fn scales(adapter: &Adapter) -> Vec<(&str, f64)> {
    adapter.layers().iter().map(|layer| (layer.module(), layer.scale().value().expect("a scale"))).collect()
}

#[test]
fn peft_divides_alpha_by_the_rank_or_its_root() {
    let files = peft_layer(Files::default(), "q", "F32", [6, 4, 5]);
    let plain = files.open(Some(r#"{"r": 4, "lora_alpha": 8}"#));
    assert_eq!(scales(&plain), [("q", 2.0)]);
    assert_eq!(plain.layers()[0].alpha(), Some(8.0));
    let root = files.open(Some(r#"{"r": 4, "lora_alpha": 8, "use_rslora": true}"#));
    assert_eq!(scales(&root), [("q", 4.0)]);
    let default = files.open(Some(r#"{"r": 4}"#));
    assert_eq!(scales(&default), [("q", 2.0)], "PEFT's default for lora_alpha is 8");
}

#[test]
fn the_first_pattern_that_matches_decides() {
    let modules = ["a.0.q", "a.0.k", "a.10.q", "a.0.xq"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [6, 1, 5]));
    let alphas = |pattern: &str| {
        let adapter = files.open(Some(&format!(r#"{{"r": 1, "lora_alpha": 7, "alpha_pattern": {pattern}}}"#)));
        assert_eq!(problems(&adapter), Vec::<String>::new());
        modules.map(|module| scales(&adapter).iter().find(|(name, _)| *name == module).expect("a layer").1)
    };
    assert_eq!(alphas(r#"{"q": 1, "a.0.q": 2}"#), [1.0, 7.0, 1.0, 7.0], "whole path components only");
    assert_eq!(alphas(r#"{"a.0.q": 2, "q": 1}"#), [2.0, 7.0, 1.0, 7.0], "in the order of the text");
    assert_eq!(alphas(r#"{"^0.q": 1, "^a.0.k$": 2}"#), [7.0, 2.0, 7.0, 7.0], "^ matches only the start of the path");
    assert_eq!(alphas(r#"{"k|xq": 3, "a\\.\\d+\\.q": 4}"#), [4.0, 3.0, 4.0, 3.0], "alternatives stay together");
    assert_eq!(alphas("null"), [7.0; 4]);
}

#[test]
fn a_kohya_module_without_an_alpha_or_with_0_has_its_rank_as_alpha() {
    let mut files = Files::default();
    for (module, alpha) in [("lora_unet_a", Some(2.0)), ("lora_unet_b", None), ("lora_unet_c", Some(0.0))] {
        files = kohya_layer(files, module, "F16", [6, 4, 5]);
        if let Some(alpha) = alpha {
            files = files.numbers(&format!("{module}.alpha"), "BF16", &[], &[alpha]);
        }
    }
    let adapter = files.open(None);
    assert_eq!(scales(&adapter), [("lora_unet_a", 0.5), ("lora_unet_b", 1.0), ("lora_unet_c", 1.0)]);
    assert_eq!(adapter.layers()[0].alpha(), Some(2.0));
    assert_eq!(problems(&adapter), Vec::<String>::new());
}

#[test]
fn every_known_pair_of_names_is_a_layer() {
    let pairs = [
        ["x.lora_A.weight", "x.lora_B.weight"],
        ["x.lora_A.default.weight", "x.lora_B.default.weight"],
        ["x.lora_embedding_A", "x.lora_embedding_B"],
        ["x.lora_down.weight", "x.lora_up.weight"],
        ["unet.x.lora.down.weight", "unet.x.lora.up.weight"],
        ["x.processor.to_q_lora.down.weight", "x.processor.to_q_lora.up.weight"],
        ["x.lora_linear_layer.down.weight", "x.lora_linear_layer.up.weight"],
        ["diffusion_model.x.lora_A.weight", "diffusion_model.x.lora_B.weight"],
    ];
    for [down, up] in pairs {
        let adapter = Files::default().tensor(down, "F32", &[2, 5]).tensor(up, "F32", &[7, 2]).open(None);
        let layer = adapter.layers().first().unwrap_or_else(|| panic!("{down}"));
        assert_eq!((layer.rows(), layer.cols(), layer.rank()), (7, 5, 2), "{down}");
        assert_eq!(layer.down().name(), down);
    }
}

#[test]
fn convolutions_are_flattened() {
    let [a, b] = peft("conv");
    let files = Files::default().tensor(&a, "F32", &[2, 3, 3, 3]).tensor(&b, "F32", &[5, 2, 1, 1]);
    let files = files.tensor("c.lora_down.weight", "F32", &[2, 3, 4]).tensor("c.lora_up.weight", "F32", &[5, 2, 1]);
    let shapes: Vec<_> = files.open(None).layers().iter().map(|layer| (layer.rows(), layer.cols())).collect();
    assert_eq!(shapes, [(5, 27), (5, 12)]);
}

#[test]
fn numbers_of_every_dtype_are_read_exactly() {
    let numbers = [1.0, -0.5, 0.099_976, 6.1e-5, 0.0, 2f64.powi(-14)];
    for dtype in ["F32", "F16", "BF16"] {
        let bytes = Files::default().numbers("w", dtype, &[2, 3], &numbers).bytes();
        let header = Header::read(&mut &bytes[..], bytes.len() as u64).expect("a header");
        let tensor = &header.tensors()[0];
        let data = &bytes[tensor.range().start as usize..];
        let rounded: Vec<f64> = numbers
            .iter()
            .map(|&number| match dtype {
                "F32" => f64::from(number as f32),
                "F16" => half::f16::from_f64(number).to_f64(),
                _ => half::bf16::from_f64(number).to_f64(),
            })
            .collect();
        assert_eq!(tensor.matrix(data).expect("a matrix").as_slice(), rounded);
        let single: Vec<f64> = tensor.to_f32(data).expect("numbers").into_iter().map(f64::from).collect();
        assert_eq!(single, rounded);
    }
}

#[test]
fn the_spectrum_is_that_of_the_product_with_its_scale() {
    let bytes = peft_layer(Files::default(), "q", "BF16", [6, 2, 5]).bytes();
    let adapter = crate::files::open(&bytes, Some(r#"{"r": 2, "lora_alpha": 6}"#)).expect("an adapter");
    let layer = &adapter.layers()[0];
    let [b, a] = factors(layer, &bytes);
    let values = svd::singular_values_of_product(&b, &a, 3.0).expect("factors that fit");
    assert_eq!(
        layer.read(&mut &bytes[..]).expect("factors").spectrum().ok(),
        Spectrum::leading(6, 5, values[..3].to_vec(), None).ok()
    );
    assert_eq!(values[2..], [0.0; 3], "one 0 stands for all");
}

#[test]
fn every_step_needs_only_the_ranges_that_it_states() {
    // No step before `Layer::read` needs the bytes of a weight.
    let files = kohya_layer(Files::default(), "q", "F32", [6, 2, 5]).numbers("q.alpha", "F32", &[], &[1.0]);
    let bytes = files.bytes();
    let range = Header::range(&bytes[Header::PREFIX.start as usize..8], bytes.len() as u64).expect("a length");
    let header = Header::parse(&bytes[8..range.end as usize], bytes.len() as u64).expect("a header");
    let outline = Outline::new(header, None);
    let [alpha] = &outline.alphas()[..] else { panic!("one alpha") };
    let alpha = bytes[alpha.start as usize..alpha.end as usize].to_vec();
    let adapter = outline.finish(vec![Ok(alpha)]);
    let [down, up] = &adapter.layers()[0].ranges()[..] else { panic!("two ranges") };
    assert_eq!((scales(&adapter)[0].1, down.end - down.start, up.end - up.start), (0.5, 40, 48));
}

#[test]
fn a_factor_alone_leaves_the_pair_of_its_module_under_other_names() {
    for lone in ["q.lora_A.weight", "q.lora_B.weight", "q_lora.down.weight", "base_model.model.q.lora_A.weight"] {
        for first in [true, false] {
            let add = |files: Files| files.tensor(lone, "F32", &[2, 5]);
            let files = if first { add(Files::default()) } else { Files::default() };
            let files = kohya_layer(files, "q", "F32", [6, 2, 5]).numbers("q.alpha", "F32", &[], &[1.0]);
            let adapter = if first { files } else { add(files) }.open(None);
            assert_eq!(scales(&adapter), [("q", 0.5)], "{lone}");
            let found = problems(&adapter);
            assert!(
                found.len() == 1 && found[0].starts_with(&format!("tensor `{lone}`: its other factor ")),
                "{found:?}"
            );
        }
    }
}

#[test]
fn numbers_of_64_and_of_8_bits_are_read_and_what_f32_cannot_hold_is_refused() {
    let read = |dtype: &str, numbers: &[f64]| {
        let bytes = Files::default().numbers("w", dtype, &[1, numbers.len()], numbers).bytes();
        let header = Header::read(&mut &bytes[..], bytes.len() as u64).expect("a header");
        let tensor = &header.tensors()[0];
        let data = bytes[tensor.range().start as usize..].to_vec();
        (tensor.matrix(&data).map(|matrix| matrix.as_slice().to_vec()), tensor.to_f32(&data))
    };
    let third = 1.0 / 3.0;
    assert_eq!(read("F64", &[third, -0.5, 1e-300]), (Ok(vec![third, -0.5, 1e-300]), Ok(vec![third as f32, -0.5, 0.0])));
    let (wide, narrow) = read("F64", &[1.0, 1e300]);
    assert_eq!(wide, Ok(vec![1.0, 1e300]));
    assert_eq!(
        narrow.expect_err("too large").to_string(),
        "tensor `w`: number 2 is 1e300, which is too large for 32 bits"
    );
    let nan = read("F64", &[f64::NAN]).1.expect_err("NaN").to_string();
    assert_eq!(nan, "tensor `w`: number 1 is NaN, which is not finite");
    assert_eq!(
        read("F8_E5M2", &[1.0, -0.375, 57344.0]),
        (Ok(vec![1.0, -0.375, 57344.0]), Ok(vec![1.0, -0.375, 57344.0]))
    );
    let infinite = read("F8_E5M2", &[f64::INFINITY]).0.expect_err("infinite").to_string();
    assert_eq!(infinite, "tensor `w`: number 1 is inf, which is not finite");
    // Bytes of E4M3: 1, −448, the smallest, and NaN.
    assert_eq!(read("F8_E4M3", &[56.0, 254.0, 1.0]).0, Ok(vec![1.0, -448.0, 2f64.powi(-9)]));
    assert!(
        read("F8_E4M3", &[56.0, 255.0])
            .0
            .expect_err("NaN")
            .to_string()
            .ends_with("number 2 is NaN, which is not finite")
    );
    assert!(read("I32", &[1.0]).0.expect_err("no weight").to_string().contains("the dtype I32 is not supported"));
}

#[test]
fn an_alpha_of_any_number_format_is_read() {
    let scale = |dtype: &str, shape: &[usize], alpha: f64| {
        let files = kohya_layer(Files::default(), "q", "F32", [6, 2, 5]).numbers("q.alpha", dtype, shape, &[alpha]);
        let adapter = files.open(None);
        assert_eq!(problems(&adapter), Vec::<String>::new(), "{dtype}");
        (adapter.layers()[0].scale().value(), adapter.layers()[0].alpha())
    };
    for dtype in ["F64", "F32", "F16", "BF16", "F8_E5M2", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8"] {
        for shape in [&[][..], &[1], &[1, 1]] {
            assert_eq!(scale(dtype, shape, 6.0), (Some(3.0), Some(6.0)), "{dtype} {shape:?}");
        }
    }
    for dtype in ["F64", "BF16", "F8_E5M2", "I64", "I32", "I16", "I8"] {
        assert_eq!(scale(dtype, &[], -8.0), (Some(-4.0), Some(-8.0)), "{dtype}");
    }
    assert_eq!(scale("U8", &[], 200.0).0, Some(100.0));
    assert_eq!(scale("F8_E4M3", &[], 80.0).0, Some(4.0), "the byte 80 is 8");
}

#[test]
fn weights_of_8_bits_that_another_tensor_scales_are_not_taken_as_they_are() {
    for ending in ["scale_weight", "weight_scale", "weight_scale_inv"] {
        let files = ["a", "b", "c", "d", "e"].iter().fold(Files::default(), |files, module| {
            let files = files.tensor(&format!("{module}.weight"), "F8_E5M2", &[2, 2]);
            files.numbers(&format!("{module}.{ending}"), "F32", &[], &[0.5])
        });
        let adapter = files.tensor("plain.weight", "F8_E5M2", &[2, 2]).tensor("f.weight", "F32", &[2, 2]).open(None);
        let plain: Vec<&str> =
            adapter.plain_tensors().iter().map(|t| t.name()).filter(|n| n.ends_with(".weight")).collect();
        assert_eq!(plain, ["plain.weight", "f.weight"]);
        let found = problems(&adapter);
        assert_eq!(found.len(), 4);
        assert_eq!(
            found[0],
            format!("tensor `a.weight`: its numbers are scaled by `a.{ending}`, which is not read here")
        );
        assert_eq!(found[3], "the file: 2 more tensors whose numbers another tensor scales");
    }
}
