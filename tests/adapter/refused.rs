//! What is no B·A, or not known to be: named for its module, with what it would need, and never listed as plain weights.

use lora_rank_explorer::adapter::{Adapter, Kind, Reason};

use crate::files::{Files, kohya_layer, peft_layer, problems};

/// A parameter of each kind that has no spectrum here.
const KINDS: [(&str, &str, Kind); 27] = [
    ("a", "lora_magnitude_vector", Kind::DoRa),
    ("b", "dora_scale", Kind::DoRa),
    ("o", "adapter.linear_in.weight", Kind::Megatron),
    ("i", "w_norm", Kind::Norm),
    ("j", "oft_blocks", Kind::Oft),
    ("ja", "oft_R.weight", Kind::Oft),
    ("jb", "boft_R", Kind::Oft),
    ("k", "ia3_l", Kind::Ia3),
    ("l", "on_input", Kind::Ia3),
    ("m", "vera_lambda_b", Kind::VeRa),
    ("n", "glora_A", Kind::GLoRa),
    ("p", "miss_block", Kind::Other("MiSS")),
    ("q", "vblora_logits_A", Kind::Other("VB-LoRA")),
    ("r", "fourierft_spectrum", Kind::Other("FourierFT")),
    ("s", "hra_u.policy", Kind::Other("HRA")),
    ("t", "ln_tuning_layers.weight", Kind::Other("LN tuning")),
    ("u", "randlora_lambda", Kind::Other("RandLoRA")),
    ("v", "c3a_kernel", Kind::Other("C3A")),
    ("w", "shira_weight", Kind::Other("SHiRA")),
    ("x", "road_theta", Kind::Other("RoAd")),
    ("y", "delora_A", Kind::Other("DeLoRA")),
    ("z", "poly_lora_A", Kind::Other("Poly")),
    ("aa", "prompt_encoder", Kind::Prompt),
    ("ab", "lora_XS.weight", Kind::Unknown),
    ("ac", "diff_b", Kind::Bias),
    ("ad", "set_weight", Kind::Beside),
    ("ae", "diff_m", Kind::Beside),
];

fn kinds(adapter: &Adapter) -> Vec<Kind> {
    let of = |reason: &Reason| match reason {
        Reason::Unsupported(kind) => *kind,
        reason => panic!("{reason}"),
    };
    adapter.problems().iter().map(|problem| of(&problem.reason)).collect()
}

#[test]
fn every_kind_without_a_spectrum_is_named_once_for_its_module_and_the_rest_is_read() {
    let mut files = peft_layer(Files::default(), "good", "F32", [4, 2, 3]);
    for (module, name, kind) in KINDS {
        if kind == Kind::DoRa {
            files = kohya_layer(files, module, "F32", [4, 2, 3]);
        }
        files = files.tensor(&format!("base_model.model.{module}.{name}"), "F32", &[2, 2]);
    }
    files = kohya_layer(files, "base_model.model.a", "F32", [4, 2, 3]);
    files = files.tensor("base_model.model.good.lora_B.bias", "F32", &[4]).tensor("model.norm.weight", "F32", &[4]);
    let adapter = files.tensor("prompt_embeddings", "F32", &[5, 4]).open(None);
    assert_eq!(adapter.layers().iter().map(|layer| layer.module()).collect::<Vec<_>>(), ["good", "a", "b"]);
    assert_eq!(adapter.plain_tensors().iter().map(|tensor| tensor.name()).collect::<Vec<_>>(), ["model.norm.weight"]);
    let expected = KINDS.into_iter().map(|(_, _, kind)| kind).chain([Kind::Bias, Kind::Prompt]);
    let found = kinds(&adapter);
    assert_eq!(found, expected.collect::<Vec<_>>());
    // These are told by the configuration.
    let is_by_configuration = |kind: &&Kind| matches!(kind, Kind::BdLora | Kind::QaLora | Kind::ChangesBase(_));
    for kind in Kind::ALL.iter().filter(|kind| !is_by_configuration(kind)) {
        assert_eq!(kind.why().is_some(), found.contains(kind), "{kind:?} is either read or tried here");
    }
    let texts = problems(&adapter);
    assert_eq!(
        texts[0],
        "module `a`: DoRA: a magnitude for each column is learnt beside B·A; its update depends on the base weight, which would \
         be needed"
    );
    assert!(
        texts.iter().any(|text| text.starts_with("module `prompt_embeddings`: prompt or prefix tuning: ")),
        "{texts:?}"
    );
}

#[test]
fn names_that_say_something_only_beside_others_are_told_by_all_of_them() {
    let all = ["a1", "a2", "b1", "b2"];
    let add = |files: Files, word: &&str| files.tensor(&format!("q.{word}.weight"), "F32", &[2, 2]);
    let adapter = all.iter().fold(Files::default(), add).open(None);
    assert_eq!((kinds(&adapter), adapter.plain_tensors().len()), (vec![Kind::GLoRa], 0));
    for [magnitude, a, b] in [["q.m", "q.lora_a", "q.lora_b"], ["q.magnitude", "q.lora_a.weight", "q.lora_b.weight"]] {
        let dora = Files::default().tensor(a, "F32", &[2, 2]).tensor(b, "F32", &[2, 2]).tensor(magnitude, "F32", &[2]);
        assert_eq!((kinds(&dora.open(None)), dora.open(None).layers().len()), (vec![Kind::DoRa], 0), "{magnitude}");
        let alone = Files::default().tensor(magnitude, "F32", &[2]).open(None);
        assert_eq!((kinds(&alone), alone.plain_tensors().len()), (vec![], 1), "{magnitude}");
    }
    let adapter = all[1..].iter().fold(Files::default(), add).open(None);
    assert_eq!((kinds(&adapter), adapter.plain_tensors().len()), (vec![], 3), "three of them are a model's weights");
}

#[test]
fn a_configuration_of_another_method_is_named_and_nothing_is_read_as_lora() {
    let pair = peft_layer(Files::default(), "q", "F32", [4, 2, 3]);
    for (peft_type, says) in [
        ("MISS", "MiSS: not B·A"),
        ("VERA", "VeRA: its matrices are shared"),
        ("XLORA", "X-LoRA: not B·A"),
        ("LN_TUNING", "LN tuning: not B·A"),
        ("PREFIX_TUNING", "prompt or prefix tuning: "),
        ("SOMETHING_NEW", "the method \"SOMETHING_NEW\" is not known here"),
    ] {
        let adapter = pair.open(Some(&format!(r#"{{"peft_type": "{peft_type}", "r": 2, "lora_alpha": 2}}"#)));
        let found = problems(&adapter);
        assert!(adapter.layers().is_empty(), "{peft_type}");
        assert!(found[0].starts_with(&format!("adapter_config.json, `peft_type`: {says}")), "{found:?}");
        assert!(found[1].starts_with("module `q`: "), "{found:?}");
    }
    // LoRA's pairs are no LoHa, and LoHa's factors are no LoRA.
    let adapter = pair.open(Some(r#"{"peft_type": "LOHA", "r": 2, "alpha": 2}"#));
    assert_eq!(problems(&adapter), ["module `q`: the configuration says LoHa, but the tensors have LoRA"]);
    let hada = ["hada_w1_b", "hada_w1_a", "hada_w2_b", "hada_w2_a"];
    let add = |files: Files, name: &&str| files.tensor(&format!("base_model.model.q.{name}"), "F32", &[2, 2]);
    let adapter = hada.iter().fold(Files::default(), add).open(Some(r#"{"peft_type": "LORA", "r": 2}"#));
    assert_eq!(problems(&adapter), ["module `q`: the configuration says LORA, but the tensors have LoHa"]);
}

#[test]
fn names_that_peft_does_not_look_for_are_said_to_be_so() {
    for before in ["_orig_mod.", "module.", "model._orig_mod."] {
        let a = format!("{before}base_model.model.model.q_proj.lora_A.weight");
        let files = Files::default().tensor(&a, "F32", &[2, 5]).tensor(&a.replace("_A", "_B"), "F32", &[4, 2]);
        let adapter = files.open(Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 2}"#));
        assert_eq!(adapter.layers()[0].module(), "model.q_proj");
        let found = problems(&adapter);
        let says = format!("the file: its names begin with `{before}` before `base_model.model.`");
        assert!(found.len() == 1 && found[0].starts_with(&says) && found[0].contains("PEFT matches none"), "{found:?}");
    }
}

#[test]
fn a_part_without_the_others_of_its_layer_is_named() {
    for (name, says) in [
        ("q.lora_mid.weight", "tensor `q.lora_mid.weight`: it belongs to a layer whose other tensors are missing"),
        ("q.lora_E", "tensor `q.lora_E`: it belongs to a layer whose other tensors are missing"),
        ("q.ranknum", "tensor `q.ranknum`: it belongs to a layer whose other tensors are missing"),
        ("q.hada_w1_a", "module `q`: its other factor `hada_w1_b` is missing"),
        ("q.hada_t1", "module `q`: its other factor `hada_w1_a` is missing"),
        ("q.lokr_w1", "module `q`: its other factor `lokr_w2` is missing"),
        ("q.lokr_w2_b", "module `q`: its other factor `lokr_w1` is missing"),
    ] {
        let adapter = Files::default().tensor(name, "F32", &[2, 2]).open(None);
        assert_eq!(problems(&adapter), [says]);
        assert_eq!((adapter.layers().len(), adapter.plain_tensors().len()), (0, 0), "{name}");
    }
    // A vector's difference is no matrix.
    let adapter = Files::default().tensor("norm.diff", "F32", &[4]).open(None);
    assert_eq!(
        problems(&adapter),
        ["module `norm`: trained normalisation: a vector, not a matrix; it is left as it is"]
    );
}

#[test]
fn a_module_with_two_layers_in_it_has_neither_without_a_word() {
    let diff = |files: Files| files.tensor("q.diff", "F32", &[4, 3]);
    let pair = |files: Files| kohya_layer(files, "q", "F32", [4, 2, 3]);
    for files in [pair(diff(Files::default())), diff(pair(Files::default()))] {
        assert_eq!(
            problems(&files.open(None)),
            [
                "tensor `q.diff`: its module has factors of another kind, too, and which of them loaders apply is not known"
            ]
        );
        assert!(files.open(None).layers().is_empty());
    }
    let adapter = Files::default().tensor("q.diff", "F32", &[4, 3]).tensor("q.lokr_w1", "F32", &[4, 3]).open(None);
    assert_eq!((adapter.layers().len(), adapter.problems().len()), (0, 1));
}
