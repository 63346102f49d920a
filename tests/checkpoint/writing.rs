//! What is written, read back by the module `adapter` and by the reference implementation.

use std::num::NonZeroUsize;

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Names};
use lora_rank_explorer::checkpoint::{
    CheckpointProblem, LoraFile, LoraOptions, LoraPart, Pair, PairKind, Pairing, Side, SigmaSplit, sample, video_sample,
};
use safetensors::SafeTensors;
use serde_json::Value;

use crate::files::Files;
use crate::models::{Model, Random, paired};

/// Two models, their pairs, and how they are written.
struct Made {
    base: Model,
    tuned: Model,
    pairing: Pairing,
    options: LoraOptions,
}

impl Made {
    fn new(base: impl Into<Model>, tuned: impl Into<Model>, options: LoraOptions) -> Self {
        let (base, tuned) = (base.into(), tuned.into());
        let pairing = paired(&base, &tuned);
        Self { base, tuned, pairing, options }
    }

    fn pair(&self, name: &str) -> &Pair {
        self.pairing.pairs().iter().find(|pair| pair.name() == name).expect("a pair")
    }

    fn factors(&self, name: &str, rank: usize) -> Result<LoraPart, CheckpointProblem> {
        let pair = self.pair(name);
        let difference = pair.read(&mut self.base.sources(), &mut self.tuned.sources()).expect("finite");
        pair.lora(&difference.low_rank(NonZeroUsize::new(rank).expect("a rank")).expect("memory"), &self.options)
    }

    fn whole(&self, name: &str) -> Result<LoraPart, CheckpointProblem> {
        let pair = self.pair(name);
        let base = pair.read_bytes(Side::Base, &mut self.base.sources())?;
        pair.whole(&base, &pair.read_bytes(Side::Tuned, &mut self.tuned.sources())?, &self.options)
    }

    fn file(&self, parts: Vec<LoraPart>) -> Result<(Vec<u8>, Option<Value>), CheckpointProblem> {
        let file = LoraFile::new(&self.pairing, parts, &self.options)?;
        let mut bytes = Vec::new();
        file.write(&mut bytes)?;
        assert_eq!(bytes.len() as u64, file.file_bytes());
        SafeTensors::deserialize(&bytes).expect("a file for the reference implementation");
        Ok((bytes, file.config().map(|config| serde_json::from_str(config).expect("JSON"))))
    }
}

/// Two models whose weights of these names and shapes differ everywhere.
fn made(weights: &[(&str, &[usize])], options: LoraOptions) -> Made {
    let mut random = Random(6);
    let mut model = |size| {
        let add = |files: Files, (name, shape): &(&str, &[usize])| {
            files.numbers(name, "F32", shape, &random.weights(shape.iter().product(), size))
        };
        Model::one(&weights.iter().fold(Files::default(), add))
    };
    Made::new(model(1.0), model(0.5), options)
}

fn open(bytes: &[u8], config: Option<&Value>) -> Adapter {
    let config = config.map(Value::to_string);
    Adapter::open(&mut &bytes[..], bytes.len() as u64, config.as_deref()).expect("an adapter")
}

#[test]
fn a_file_for_peft_has_the_factors_and_a_configuration_for_every_rank() {
    let sample = sample();
    let made = Made::new(sample.base, sample.tuned, LoraOptions::default());
    let ranks = [
        ("layers.0.self_attn.q_proj.weight", 8),
        ("layers.1.mlp.up_proj.weight", 5),
        ("layers.1.mlp.down_proj.weight", 8),
    ];
    let mut parts: Vec<LoraPart> =
        ranks.iter().map(|(name, rank)| made.factors(name, *rank).expect("factors")).collect();
    parts.push(made.whole("norm.weight").expect("a norm"));
    let (bytes, config) = made.file(parts).expect("a file");
    let config = config.expect("PEFT reads one");
    assert_eq!((&config["r"], &config["lora_alpha"], &config["use_rslora"]), (&8.into(), &8.into(), &false.into()));
    assert_eq!(config["rank_pattern"], serde_json::json!({r"model\.layers\.1\.mlp\.up_proj": 5}));
    assert_eq!(config["target_modules"][0], "model.layers.0.self_attn.q_proj");
    assert_eq!(config["modules_to_save"], serde_json::json!(["model.norm"]));
    let adapter = open(&bytes, Some(&config));
    assert!(adapter.problems().is_empty(), "{:?}", adapter.problems());
    assert_eq!(adapter.layers().len(), 3);
    for (layer, (name, rank)) in adapter.layers().iter().zip(ranks) {
        assert_eq!((layer.scale().value(), layer.rank()), (Some(1.0), rank), "{name}");
        let found = layer.read(&mut &bytes[..]).expect("factors").spectrum().expect("memory");
        let difference = made.pair(name).read(&mut made.base.sources(), &mut made.tuned.sources()).expect("finite");
        let low_rank = difference.low_rank(NonZeroUsize::new(rank).expect("a rank")).expect("memory");
        for (found, expected) in found.singular_values().iter().zip(low_rank.singular_values()) {
            assert!((found / expected - 1.0).abs() < 1e-6, "{name}: {found} {expected}");
        }
    }
    // A norm is the tuned one, byte for byte.
    let file = SafeTensors::deserialize(&bytes).expect("a file");
    let norm = file.tensor("base_model.model.model.norm.weight").expect("the norm");
    assert_eq!(
        norm.data(),
        made.pair("norm.weight").read_bytes(Side::Tuned, &mut made.tuned.sources()).expect("bytes")[0]
    );
}

#[test]
fn a_file_for_comfyui_has_alphas_and_differences_and_kernels_keep_their_sides() {
    let sample = video_sample();
    for (dtype, split) in [(FactorDtype::F32, SigmaSplit::Up), (FactorDtype::Bf16, SigmaSplit::Both)] {
        let options = LoraOptions::default().names(Names::ComfyUi).dtype(dtype).split(split);
        let made = Made::new(sample.base.clone(), sample.tuned.clone(), options);
        let parts = vec![
            made.factors("patch_embedding.weight", 8).expect("factors"),
            made.factors("blocks.0.ffn.0.weight", 3).expect("factors"),
            made.whole("blocks.0.ffn.0.bias").expect("a bias"),
            made.whole("blocks.1.modulation").expect("a parameter"),
        ];
        let (bytes, config) = made.file(parts).expect("a file");
        assert!(config.is_none());
        let file = SafeTensors::deserialize(&bytes).expect("a file");
        let shape = |name: &str| file.tensor(&format!("diffusion_model.{name}")).expect(name).shape().to_vec();
        assert_eq!(shape("patch_embedding.lora_down.weight"), [8, 16, 1, 2, 2]);
        assert_eq!(shape("patch_embedding.lora_up.weight"), [192, 8, 1, 1, 1]);
        assert_eq!(shape("blocks.0.ffn.0.diff_b"), [512]);
        assert_eq!(shape("blocks.1.modulation.diff"), [1, 6, 192]);
        assert_eq!(file.tensor("diffusion_model.blocks.0.ffn.0.alpha").expect("alpha").data(), 3f32.to_le_bytes());
        for (_, tensor) in file.iter() {
            let from = tensor.data().as_ptr() as usize - bytes.as_ptr() as usize;
            assert!(from.is_multiple_of(tensor.dtype().bitsize() / 8), "aligned");
        }
        let adapter = open(&bytes, None);
        // The parameter is a layer there, too: a difference that is given whole.
        assert_eq!(adapter.layers().len(), 3);
        assert!(adapter.layers().iter().all(|layer| layer.scale().value() == Some(1.0)));
    }
}

#[test]
fn kohyas_names_have_underscores_and_no_other_parameters() {
    let options = LoraOptions::default().names(Names::Kohya);
    let made =
        made(&[("model.diffusion_model.a.b_c.weight", &[12, 9]), ("model.diffusion_model.a.b_c.bias", &[12])], options);
    let (bytes, _) = made.file(vec![made.factors("a.b_c.weight", 2).expect("factors")]).expect("a file");
    let file = SafeTensors::deserialize(&bytes).expect("a file");
    let mut names = file.names();
    names.sort();
    assert_eq!(names, ["lora_unet_a_b_c.alpha", "lora_unet_a_b_c.lora_down.weight", "lora_unet_a_b_c.lora_up.weight"]);
    let says = made.whole("a.b_c.bias").expect_err("no names for it").to_string();
    assert!(says.contains("sd-scripts loads factors only"), "{says}");
}

#[test]
fn what_the_loaders_of_these_names_do_not_look_for_is_refused_and_peft_takes_it() {
    let layer = |name: &'static str| -> [(&str, &[usize]); 1] { [(name, &[8, 6])] };
    let said = |name: &'static str, names: Names| {
        let made = made(&layer(name), LoraOptions::default().names(names));
        made.factors(made.pairing.pairs()[0].name(), 2).err().map(|problem| problem.to_string())
    };
    let (beside, diffusers) = ("of the VAE or of an averaged copy", "diffusers' model");
    // Of diffusers' FLUX also what another model has under that name.
    let flux: [(&str, &[usize]); 2] =
        [("single_transformer_blocks.0.proj_out.weight", &[8, 6]), ("transformer_blocks.0.attn.to_q.weight", &[8, 6])];
    let flux = made(&flux, LoraOptions::default().names(Names::ComfyUi));
    for pair in flux.pairing.pairs() {
        let refused = pair.check_lora(&flux.options).expect_err("diffusers' names").to_string();
        assert!(refused.contains(diffusers), "{refused}");
    }
    for (name, comfy_ui, kohya) in [
        ("cond_stage_model.transformer.text_model.layers.0.q.weight", Some(beside), Some(beside)),
        ("conditioner.embedders.0.q.weight", Some(beside), Some(beside)),
        ("first_stage_model.q.weight", Some(beside), Some(beside)),
        ("model_ema.q.weight", Some(beside), Some(beside)),
        ("text_encoders.q.weight", Some(beside), Some(beside)),
        ("vae.q.weight", Some(beside), Some(beside)),
        ("transformer.single_transformer_blocks.0.attn.to_q.weight", Some(diffusers), Some(diffusers)),
        ("model.diffusion_model.input_blocks.1.q.weight", None, None),
        ("down_blocks.0.attn.to_q.weight", Some(diffusers), None),
        ("single_transformer_blocks.0.attn.to_q.weight", Some(diffusers), Some(diffusers)),
        // Qwen-Image's own names are these.
        ("transformer_blocks.0.attn.to_q.weight", None, None),
    ] {
        for (names, why) in [(Names::ComfyUi, comfy_ui), (Names::Kohya, kohya), (Names::Peft, None)] {
            let said = said(name, names);
            assert_eq!(said.is_some(), why.is_some(), "{name} {names:?}: {said:?}");
            assert!(said.is_none_or(|said| said.contains(why.unwrap_or_default())), "{name} {names:?}");
        }
    }
}

/// The base in a file of the inner model, as on the Hugging Face Hub, and the tuned model as its whole class saves it.
#[test]
fn peft_s_paths_are_those_of_the_class_around_the_model() {
    let model = |prefix: &str, size: f64| {
        let mut random = Random(size.to_bits());
        let names = ["h.0.attn.c_attn.weight", "h.0.mlp.c_fc.weight", "ln_f.weight"];
        let shapes: [&[usize]; 3] = [&[6, 18], &[6, 24], &[6]];
        let add = |files: Files, (name, shape): (&str, &[usize])| {
            files.numbers(&format!("{prefix}{name}"), "F32", shape, &random.weights(shape.iter().product(), size))
        };
        Model::one(&names.into_iter().zip(shapes).fold(Files::default(), add))
    };
    for [base, tuned] in [["", "transformer."], ["transformer.", ""]] {
        let made = Made::new(model(base, 1.0), model(tuned, 0.5), LoraOptions::default());
        let parts = vec![
            made.factors("h.0.attn.c_attn.weight", 2).expect("factors"),
            made.whole("ln_f.weight").expect("a norm"),
        ];
        let (bytes, config) = made.file(parts).expect("a file");
        let file = SafeTensors::deserialize(&bytes).expect("a file");
        assert!(
            file.tensor("base_model.model.transformer.h.0.attn.c_attn.lora_A.weight").is_ok(),
            "{:?}",
            file.names()
        );
        assert!(file.tensor("base_model.model.transformer.ln_f.weight").is_ok(), "{:?}", file.names());
        let config = config.expect("PEFT reads one");
        assert_eq!(config["target_modules"], serde_json::json!(["transformer.h.0.attn.c_attn"]));
        assert_eq!(config["modules_to_save"], serde_json::json!(["transformer.ln_f"]));
    }
    // A parameter of the same module that only the base has, by a name without the prefix.
    let mut base = model("", 1.0);
    let bias = Files::default().tensor("ln_f.bias", "F32", &[6]);
    base.files.push(("bias.safetensors".to_owned(), bias.bytes()));
    let made = Made::new(base, model("transformer.", 0.5), LoraOptions::default());
    let parts =
        vec![made.factors("h.0.attn.c_attn.weight", 2).expect("factors"), made.whole("ln_f.weight").expect("a norm")];
    let refused = made.file(parts).expect_err("half a module").to_string();
    assert!(refused.contains("PEFT loads a module whole: write `transformer.ln_f.bias` as well"), "{refused}");
    // What stands before the paths of a diffusion model is a container's.
    for (base, tuned) in [("transformer.", ""), ("", "transformer."), ("transformer.", "transformer.")] {
        let name = |prefix: &str| format!("{prefix}transformer_blocks.0.attn.to_q.weight");
        let file = |name: String, seed| {
            Model::one(&Files::default().numbers(&name, "F32", &[4, 3], &Random(seed).weights(12, 1.0)))
        };
        let made = Made::new(file(name(base), 1), file(name(tuned), 2), LoraOptions::default());
        let (_, config) = made.file(vec![made.factors(&name(""), 1).expect("factors")]).expect("a file");
        let targets = &config.expect("PEFT reads one")["target_modules"];
        assert_eq!(targets, &serde_json::json!(["transformer_blocks.0.attn.to_q"]));
    }
    // Also of a name without a pair: the bias belongs to the weight that only one side can read.
    let numbers = |files: Files, name: &str, size: f64| {
        files.numbers(&format!("transformer.transformer_blocks.0.{name}"), "F32", &[4], &[size; 4])
    };
    let file = |size: f64, dtype: &str| {
        let files = Files::default().tensor("transformer.transformer_blocks.0.ff.weight", dtype, &[4, 3]);
        Model::one(&numbers(files, "ff.bias", size))
    };
    let options = LoraOptions::default().names(Names::ComfyUi);
    let pairing = paired(&file(1.0, "F32"), &file(2.0, "I8"));
    assert_eq!((pairing.pairs().len(), pairing.unusable().len()), (1, 1));
    assert!(
        pairing.wholes(&options, |_| true).iter().all(|(_, whole)| whole.is_ok()),
        "ComfyUI finds it by the weight"
    );
}

#[test]
fn a_list_of_targets_that_would_name_another_module_becomes_a_pattern() {
    let weights: [(&str, &[usize]); 3] = [("q.weight", &[8, 6]), ("a.q.weight", &[8, 6]), ("a.k.weight", &[8, 6])];
    let made = made(&weights, LoraOptions::default());
    let target = |parts: &[&str]| {
        let parts = parts.iter().map(|name| made.factors(name, 2).expect("factors")).collect();
        made.file(parts).expect("a file").1.expect("a configuration")["target_modules"].clone()
    };
    assert_eq!(target(&["q.weight", "a.k.weight"]), r"q|a\.k");
    assert_eq!(target(&["a.q.weight", "a.k.weight"]), serde_json::json!(["a.q", "a.k"]));
    assert_eq!(target(&["q.weight", "a.q.weight"]), serde_json::json!(["q", "a.q"]));
}

#[test]
fn what_peft_would_load_as_something_else_is_refused_with_what_to_do() {
    let weights: [(&str, &[usize]); 7] = [
        ("norm.weight", &[6]),
        ("q.weight", &[8, 6]),
        ("q.bias", &[8]),
        ("ln.weight", &[6]),
        ("ln.bias", &[6]),
        ("a.norm.weight", &[6]),
        ("scale", &[6]),
    ];
    let made = made(&weights, LoraOptions::default());
    let says = |whole: &[&str]| {
        let mut parts = vec![made.factors("q.weight", 2)?];
        parts.extend(whole.iter().map(|name| made.whole(name)).collect::<Result<Vec<_>, _>>()?);
        made.file(parts).map(|(_, config)| config.expect("a configuration")["modules_to_save"].to_string())
    };
    let refused = |whole: &[&str]| says(whole).expect_err("refused").to_string();
    assert_eq!(says(&["ln.weight", "ln.bias"]).expect("whole"), r#"["ln"]"#);
    assert_eq!(says(&["a.norm.weight"]).expect("whole"), r#"["a.norm"]"#);
    assert!(refused(&["ln.weight"]).contains("PEFT loads a module whole: write `ln.bias` as well"));
    assert!(refused(&["q.bias"]).contains("PEFT saves no parameter of a module beside its factors"));
    assert!(refused(&["norm.weight"]).contains("PEFT would take `norm` for `a.norm` as well"));
    assert!(refused(&["scale"]).contains("PEFT saves whole modules"));
}

#[test]
fn nothing_twice_nothing_empty_and_no_factors_of_a_vector() {
    let weights: [(&str, &[usize]); 3] = [("q.weight", &[8, 6]), ("norm.weight", &[6]), ("wte.weight", &[9, 6])];
    let made = made(&weights, LoraOptions::default());
    let q = made.factors("q.weight", 2).expect("factors");
    let says = made.file(vec![q.clone(), q]).expect_err("twice").to_string();
    assert!(says.contains("another part is written as `base_model.model.q.lora_A.weight`, too"), "{says}");
    for parts in [vec![], vec![made.whole("norm.weight").expect("a norm")]] {
        let says = made.file(parts).expect_err("nothing").to_string();
        assert!(says.starts_with("no layer with factors is left"), "{says}");
    }
    assert_eq!(made.pair("wte.weight").kind(), PairKind::Embedding);
    for name in ["norm.weight", "wte.weight"] {
        let says = made.factors(name, 1).expect_err(name).to_string();
        assert!(says.ends_with("Write it whole"), "{says}");
    }
    let difference = made.pair("wte.weight").read(&mut made.base.sources(), &mut made.tuned.sources()).expect("finite");
    let other = difference.low_rank(NonZeroUsize::MIN).expect("memory");
    let says = made.pair("q.weight").lora(&other, &made.options).expect_err("another shape").to_string();
    assert!(says.ends_with("the factors are those of another pair"), "{says}");
}

#[test]
fn numbers_that_do_not_fit_their_dtype_are_refused() {
    let files = |number: f64| Files::default().numbers("q.weight", "F32", &[4, 4], &[number; 16]);
    for (number, says) in [(1e6, "cannot be stored in its dtype"), (1e-9, "F16")] {
        let options = LoraOptions::default().dtype(FactorDtype::F16).split(SigmaSplit::Up);
        let made = Made::new(Model::one(&files(0.0)), Model::one(&files(number)), options);
        let error = made.factors("q.weight", 1).expect_err("it does not fit").to_string();
        assert!(error.starts_with("`q.weight`: ") && error.contains(says), "{error}");
    }
}

#[test]
fn what_can_be_written_whole_is_known_before_anything_is_read() {
    let weights: [(&str, &[usize]); 11] = [
        ("lm_head.weight", &[9, 6]),
        ("norm.weight", &[6]),
        ("q.weight", &[8, 6]),
        ("q.bias", &[8]),
        ("ln.weight", &[6]),
        ("ln.bias", &[6]),
        ("a.norm.weight", &[6]),
        ("scale", &[6]),
        ("b.wte.weight", &[9, 6]),
        ("lone.bias", &[6]),
        ("c.other.weight", &[6]),
    ];
    for names in [Names::Peft, Names::ComfyUi, Names::Kohya] {
        let made = made(&weights, LoraOptions::default().names(names));
        let is_same = |pair: &Pair| ["ln.bias", "c.other.weight"].contains(&pair.name());
        let wholes = made.pairing.wholes(&made.options, |pair| !is_same(pair));
        let mut parts = vec![made.factors("q.weight", 2).expect("factors")];
        let (mut written, mut refused) = (Vec::new(), Vec::new());
        for (i, whole) in wholes {
            let pair = &made.pairing.pairs()[i];
            match whole {
                Ok(bytes) => {
                    parts.push(made.whole(pair.name()).expect("what can be written"));
                    assert_eq!(parts.last().map(LoraPart::bytes), Some(bytes), "{}", pair.name());
                    assert!(pair.whole_memory(&made.options) >= pair.bytes() + bytes);
                    written.push(pair.name().to_owned());
                }
                Err(why) => refused.push(why.to_string()),
            }
        }
        made.file(parts).expect("a file that its loader reads in full");
        let of = |expected: &[&str]| expected.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        match names {
            Names::Peft => {
                // The bias does not differ, and its module is saved whole.
                assert_eq!(written, of(&["ln.weight", "ln.bias", "a.norm.weight", "b.wte.weight", "lone.bias"]));
                let says = |i: usize, why: &str| assert!(refused[i].contains(why), "{refused:?}");
                assert_eq!(refused.len(), 3);
                says(0, "`norm.weight`: PEFT would take `norm` for `a.norm` as well");
                says(1, "`q.bias`: PEFT saves no parameter of a module beside its factors");
                says(2, "`scale`: it is no weight and no bias of a module");
            }
            Names::ComfyUi => {
                assert_eq!(
                    written,
                    of(&["norm.weight", "q.bias", "ln.weight", "a.norm.weight", "scale", "b.wte.weight"])
                );
                assert_eq!(refused.len(), 1);
                assert!(refused[0].starts_with("`lone.bias`: ComfyUI finds a bias by the weight"), "{refused:?}");
            }
            _ => {
                assert_eq!((written.len(), refused.len()), (0, 7));
                assert!(refused[0].contains("sd-scripts loads factors only"), "{refused:?}");
            }
        }
    }
}

#[test]
fn a_module_that_lacks_a_parameter_is_not_saved_in_part() {
    let model = |is_base: bool| {
        let mut random = Random(7);
        let files = Files::default().numbers("q.weight", "F32", &[8, 6], &random.weights(48, 1.0));
        let files = files.numbers("ln.weight", "F32", &[6], &random.weights(6, if is_base { 1.0 } else { 2.0 }));
        Model::one(&if is_base { files.numbers("ln.bias", "F32", &[6], &[1.0; 6]) } else { files })
    };
    let made = Made::new(model(true), model(false), LoraOptions::default());
    let wholes = made.pairing.wholes(&made.options, |_| true);
    let [(_, Err(why))] = &wholes[..] else { panic!("{wholes:?}") };
    assert_eq!(
        why.to_string(),
        "`ln.weight`: PEFT loads a module whole, and `ln.bias` cannot be written: leave it out"
    );
}

#[test]
fn a_parameter_with_a_nan_is_not_saved() {
    let model = |number: f64| Model::one(&Files::default().numbers("ln.weight", "F32", &[3], &[1.0, number, 2.0]));
    for names in [Names::Peft, Names::ComfyUi] {
        let made = Made::new(model(1.0), model(f64::NAN), LoraOptions::default().names(names));
        let says = made.whole("ln.weight").expect_err("NaN").to_string();
        assert!(says.contains("number 2 is NaN"), "{says}");
    }
}

#[test]
fn an_embedding_that_is_the_output_layer_too_is_not_saved_for_peft() {
    let embedding: (&str, &[usize]) = ("model.embed_tokens.weight", &[9, 6]);
    let layer: (&str, &[usize]) = ("model.q.weight", &[8, 6]);
    let (tied, own) = ([embedding, layer].to_vec(), [embedding, layer, ("lm_head.weight", &[9, 6])].to_vec());
    for (weights, names, is_refused) in
        [(&tied, Names::Peft, true), (&own, Names::Peft, false), (&tied, Names::ComfyUi, false)]
    {
        let made = made(weights, LoraOptions::default().names(names));
        let wholes = made.pairing.wholes(&made.options, |_| true);
        assert_eq!((wholes.len(), wholes[0].1.is_err()), (1, is_refused));
        let parts = vec![made.factors("q.weight", 2).expect("factors"), made.whole("embed_tokens.weight").expect("it")];
        let written = made.file(parts);
        assert_eq!(written.is_err(), is_refused);
        if let Err(problem) = written {
            assert_eq!(wholes[0].1, Err(problem.clone()));
            assert!(problem.to_string().contains("the models have no output layer of their own"), "{problem}");
        }
    }
}

#[test]
fn the_layers_of_gpt2_which_are_stored_as_in_by_out_have_the_factors_of_their_transpose_for_peft() {
    // `c_proj` is square: its shape does not tell.
    let weights: [(&str, &[usize]); 4] = [
        ("h.0.attn.c_attn.weight", &[6, 18]),
        ("h.0.attn.c_proj.weight", &[6, 6]),
        ("h.0.mlp.c_fc.weight", &[6, 24]),
        ("lm_head.weight", &[9, 6]),
    ];
    for (names, split) in
        [(Names::Peft, SigmaSplit::Up), (Names::Peft, SigmaSplit::Both), (Names::Kohya, SigmaSplit::Up)]
    {
        let made = made(&weights, LoraOptions::default().names(names).split(split));
        let parts = weights.iter().map(|(name, _)| made.factors(name, 2).expect("factors")).collect::<Vec<_>>();
        for (part, (name, shape)) in parts.iter().zip(weights) {
            let difference = made.pair(name).read(&mut made.base.sources(), &mut made.tuned.sources()).expect("finite");
            let low_rank = difference.low_rank(NonZeroUsize::new(2).expect("a rank")).expect("memory");
            let (best, written) =
                (difference.residual(&low_rank), difference.written_residual(part).expect("of the shape"));
            assert!((written / best - 1.0).abs() < 1e-6, "{name}: {written} {best}");
            let (bytes, config) = made.file(vec![part.clone()]).expect("a file");
            let file = SafeTensors::deserialize(&bytes).expect("a file");
            let is_up = |tensor: &str| tensor.contains("lora_B") || tensor.contains("lora_up");
            let b = file.names().into_iter().find(|tensor| is_up(tensor)).expect("B").to_owned();
            let is_turned = names == Names::Peft && name.starts_with("h.");
            assert_eq!(file.tensor(&b).expect("B").shape(), [shape[usize::from(is_turned)], 2], "{name}");
            assert_eq!(
                config.map(|config| config["fan_in_fan_out"] == true),
                (names == Names::Peft).then_some(is_turned)
            );
        }
    }
}
