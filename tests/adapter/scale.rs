//! The scale of a layer: where it stands, and which source counts.

use lora_rank_explorer::adapter::{Adapter, Scale, ScaleSource, UnknownScale};

use crate::files::{Files, kohya_layer, peft_layer, problems};

pub fn scale_of<'a>(adapter: &'a Adapter, module: &str) -> &'a Scale {
    adapter.layers().iter().find(|layer| layer.module() == module).unwrap_or_else(|| panic!("{module}")).scale()
}

pub fn known(value: f64, source: ScaleSource) -> Scale {
    Scale::Known { value, source }
}

/// A pair under any names, with rank 4.
fn pair(files: Files, module: &str) -> Files {
    files.tensor(&format!("{module}.lora_A.weight"), "F32", &[4, 5]).tensor(
        &format!("{module}.lora_B.weight"),
        "F32",
        &[6, 4],
    )
}

fn metadata(files: Files, pairs: &[(&str, &str)]) -> Files {
    let pairs: std::collections::BTreeMap<_, _> = pairs.iter().copied().collect();
    files.entry("__metadata__", &serde_json::to_string(&pairs).expect("JSON"))
}

const DIFFUSERS: &str = r#"{"transformer.r": 4, "transformer.lora_alpha": 16, "transformer.use_rslora": false,
    "transformer.alpha_pattern": {"blocks.1.q": 20}, "text_encoder.r": 4, "text_encoder.lora_alpha": 2,
    "text_encoder.use_rslora": true, "text_encoder.init": NaN}"#;

#[test]
fn the_first_source_in_order_counts_and_is_said() {
    let name = "transformer.blocks.0.q";
    let all = |alpha: bool, config: bool, diffusers: bool, flat: bool, name: &str| {
        let mut files = pair(Files::default(), name);
        if alpha {
            files = files.numbers(&format!("{name}.alpha"), "F32", &[], &[2.0]);
        }
        let pairs = [("lora_adapter_metadata", DIFFUSERS), ("lora_alpha", "12")];
        files = metadata(files, &pairs[usize::from(!diffusers)..1 + usize::from(flat)]);
        let adapter = files.open(config.then_some(r#"{"r": 4, "lora_alpha": 32}"#));
        assert_eq!(problems(&adapter), Vec::<String>::new());
        scale_of(&adapter, name).clone()
    };
    assert_eq!(all(true, true, true, true, name), known(0.5, ScaleSource::Tensor));
    assert_eq!(all(false, true, true, true, name), known(8.0, ScaleSource::Config));
    assert_eq!(all(false, false, true, true, name), known(4.0, ScaleSource::AdapterMetadata));
    assert_eq!(all(false, false, false, true, name), known(3.0, ScaleSource::Metadata("lora_alpha")));
    let none = |name| pair(Files::default(), name).open(None).layers()[0].scale().clone();
    assert_eq!(none(name), known(1.0, ScaleSource::Diffusion));
    assert_eq!(none("blocks.0.q"), Scale::Unknown(UnknownScale::NoConfig));
    assert_eq!(all(false, false, true, true, name).to_string(), "4, from the file's metadata");
    assert!(none(name).to_string().starts_with("1, a guess: "));
}

#[test]
fn a_number_in_the_metadata_counts_as_its_text_and_takes_nothing_else_along() {
    let files = pair(Files::default(), "transformer.q").entry("__metadata__", r#"{"lora_alpha": 12, "note": "x"}"#);
    let adapter = files.open(None);
    assert_eq!(adapter.layers()[0].scale(), &known(3.0, ScaleSource::Metadata("lora_alpha")));
    assert_eq!(adapter.header().metadata("note"), Some("x"));
    let said = problems(&adapter);
    assert!(said.len() == 1 && said[0].starts_with("the file's metadata, `lora_alpha`: not the JSON"), "{said:?}");
}

#[test]
fn every_model_in_the_metadata_of_diffusers_has_its_own_fields() {
    let names = ["transformer.blocks.0.q", "transformer.blocks.1.q", "text_encoder.q", "other.q"];
    let files = names.iter().fold(Files::default(), |files, name| pair(files, name));
    let adapter = metadata(files, &[("lora_adapter_metadata", DIFFUSERS)]).open(None);
    assert_eq!(names.map(|name| scale_of(&adapter, name).value()), [Some(4.0), Some(5.0), Some(1.0), Some(1.0)]);
    assert_eq!(*scale_of(&adapter, "other.q"), known(1.0, ScaleSource::Diffusion));
    // Without prefixes, as a model saves itself.
    let files = metadata(pair(Files::default(), "q"), &[("lora_adapter_metadata", r#"{"r": 4, "lora_alpha": 8}"#)]);
    assert_eq!(*scale_of(&files.open(None), "q"), known(2.0, ScaleSource::AdapterMetadata));
}

#[test]
fn metadata_that_cannot_be_read_leave_the_scale_unknown_and_are_named() {
    for (key, text) in [("lora_adapter_metadata", "{"), ("lora_alpha", "eight"), ("network_alpha", "")] {
        let adapter = metadata(pair(Files::default(), "transformer.q"), &[(key, text)]).open(None);
        assert_eq!(scale_of(&adapter, "transformer.q").value(), None, "{key}");
        assert!(problems(&adapter)[0].starts_with(&format!("the file's metadata, `{key}`: ")), "{key}");
    }
}

#[test]
fn an_alpha_is_read_in_every_number_format_and_0_says_who_applies_what() {
    let with = |dtype: &str, shape: &[usize], alpha: f64| {
        let files = kohya_layer(Files::default(), "lora_unet_a", "F16", [6, 4, 5]);
        files.numbers("lora_unet_a.alpha", dtype, shape, &[alpha]).open(None)
    };
    for dtype in ["F32", "F16", "BF16", "F64", "I64", "I32", "I16", "I8", "U8"] {
        for shape in [&[][..], &[1], &[1, 1]] {
            let adapter = with(dtype, shape, 8.0);
            assert_eq!(*scale_of(&adapter, "lora_unet_a"), known(2.0, ScaleSource::Tensor), "{dtype}");
        }
    }
    assert_eq!(scale_of(&with("I64", &[], -8.0), "lora_unet_a").value(), Some(-2.0));
    for dtype in ["F16", "I64"] {
        let zero = with(dtype, &[], 0.0);
        assert_eq!(*scale_of(&zero, "lora_unet_a"), known(1.0, ScaleSource::TensorZero));
        assert_eq!(zero.layers()[0].alpha(), Some(0.0));
        assert!(scale_of(&zero, "lora_unet_a").to_string().ends_with("ComfyUI applies 0"));
    }
}

#[test]
fn an_alpha_of_more_than_one_number_is_refused_unread() {
    let files = kohya_layer(Files::default(), "q", "F32", [6, 4, 5]).tensor("q.alpha", "F32", &[100_000]);
    let bytes = files.bytes();
    let header = lora_rank_explorer::adapter::Header::read(&mut &bytes[..], bytes.len() as u64).expect("a header");
    let outline = lora_rank_explorer::adapter::Outline::new(header, None);
    assert!(outline.alphas().is_empty());
    assert!(problems(&outline.finish(Vec::new()))[0].contains("one number is expected"));
}

#[test]
fn a_diffusion_lora_without_a_scale_is_told_by_its_names() {
    let told = |name: &str| pair(Files::default(), name).open(None).layers()[0].scale().value() == Some(1.0);
    for name in [
        "base_model.model.double_blocks.0.img_attn.proj",
        "diffusion_model.blocks.0.q",
        "transformer.blocks.0.attn.to_q",
        "transformer_blocks.0.attn.to_q",
        "unet.down_blocks.0.q",
        "text_encoder.text_model.q",
        "lora_unet_a",
        "_orig_mod.diffusion_model.q",
    ] {
        assert!(told(name), "{name}");
    }
    for name in [
        "base_model.model.transformer.h.0.attn.c_attn",
        "transformer.h.0.attn.c_attn",
        "base_model.model.model.layers.0.self_attn.q_proj",
        "model.layers.0.self_attn.q_proj",
        "blocks.0.attn.qkv",
        "base_model.model.text_encoder.q",
    ] {
        assert!(!told(name), "{name}");
    }
    // One name tells it for the whole file.
    let adapter = ["base_model.model.double_blocks.0.q", "base_model.model.final_layer.linear"]
        .iter()
        .fold(Files::default(), |files, name| pair(files, name))
        .open(None);
    assert!(adapter.layers().iter().all(|layer| *layer.scale() == known(1.0, ScaleSource::Diffusion)));
}

#[test]
fn a_base_models_config_counts_as_none_and_is_named() {
    let base = r#"{"architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "model_type": "llama"}"#;
    let adapter = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).open(Some(base));
    assert_eq!(*scale_of(&adapter, "q"), Scale::Unknown(UnknownScale::OtherConfig));
    assert!(
        problems(&adapter)[0].starts_with("adapter_config.json: not an adapter's configuration, but a base model's")
    );
    let adapter = pair(Files::default(), "diffusion_model.q").open(Some(base));
    assert_eq!(*scale_of(&adapter, "diffusion_model.q"), known(1.0, ScaleSource::Diffusion));
    let adapter = pair(Files::default(), "diffusion_model.q").open(Some("{"));
    assert_eq!(*scale_of(&adapter, "diffusion_model.q"), Scale::Unknown(UnknownScale::ConfigJson));
}

#[test]
fn numbers_in_quotes_and_pythons_nan_are_read() {
    let files = peft_layer(Files::default(), "q", "F32", [6, 4, 5]);
    for config in [
        r#"{"r": "4", "lora_alpha": "8"}"#,
        r#"{"r": 4.0, "lora_alpha": 8, "loss": NaN, "x": [-Infinity]}"#,
        r#"{"r": 4, "lora_alpha": 1, "alpha_pattern": {"q": "8"}}"#,
    ] {
        let adapter = files.open(Some(config));
        assert_eq!(*scale_of(&adapter, "q"), known(2.0, ScaleSource::Config), "{config}");
        assert_eq!(problems(&adapter), Vec::<String>::new(), "{config}");
    }
}
