//! What is no pair and cannot become one that its loaders apply alike is kept, with the reason.

use lora_rank_explorer::adapter::ResizeOptions;
use safetensors::SafeTensors;

use crate::files::{Files, open};
use crate::kept::written;

const LOHA: [(&str, [usize; 2]); 4] =
    [("hada_w1_a", [6, 3]), ("hada_w1_b", [3, 8]), ("hada_w2_a", [6, 3]), ("hada_w2_b", [3, 8])];

fn loha(files: Files, module: &str) -> Files {
    LOHA.iter().fold(files, |files, (name, shape)| files.tensor(&format!("{module}.{name}"), "F32", shape))
}

#[test]
fn each_reason_is_known_before_anything_is_chosen_and_nothing_of_the_layer_changes() {
    let new = Files::default;
    let alpha = |files: Files, module: &str| files.numbers(&format!("{module}.alpha"), "F32", &[], &[6.0]);
    let pair = |ends: [&str; 2], shapes: [&[usize]; 2]| {
        let name = |end: &str| format!("base_model.model.q.{end}");
        new().tensor(&name(ends[0]), "F32", shapes[0]).tensor(&name(ends[1]), "F32", shapes[1])
    };
    let lora = Some(r#"{"peft_type": "LORA", "r": 6, "lora_alpha": 3}"#);
    let kasa = Some(r#"{"peft_type": "LORA", "r": 3, "lora_alpha": 3, "kasa_config": {}}"#);
    let of_peft = Some(r#"{"peft_type": "LOHA", "r": 3, "alpha": 3}"#);
    let experts = Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 3, "target_parameters": ["q.down_proj"]}"#);
    let metadata = r#"{"lora_adapter_metadata": "{\"unet.r\": 3, \"unet.lora_alpha\": 3}"}"#;
    let cases: [(Files, Option<&str>, &str); 16] = [
        (loha(new(), "base_model.model.q"), None, "its scale would be needed"),
        (alpha(loha(new(), "base_model.model.q"), "base_model.model.q"), None, "no loader is known"),
        (new().tensor("base_model.model.q.diff", "F32", &[6, 8]), None, "no loader is known"),
        (alpha(loha(new().entry("__metadata__", metadata), "unet.q"), "unet.q"), None, "no loader is known"),
        (new().tensor("lora_unet_q.diff", "F32", &[6, 8]).tensor("lora_unet_q.diff_b", "F32", &[6]), None, "`diff_b`"),
        (
            alpha(loha(new(), "blocks.0.q"), "blocks.0.q").tensor("blocks.0.q.reshape_weight", "I64", &[2]),
            None,
            "`reshape_weight`",
        ),
        (
            alpha(loha(new(), "lora_unet_q"), "lora_unet_q").tensor("lora_unet_q.lora_up.weight", "F32", &[6]),
            None,
            "the file has a tensor of the name",
        ),
        (alpha(loha(new(), "m.experts"), "m.experts"), None, "that of several experts"),
        (loha(new(), "base_model.model.conv1"), of_peft, "may be a convolution"),
        (loha(new(), "base_model.model.convs.0"), of_peft, "may be a convolution"),
        (loha(new(), "base_model.model.down_blocks.0.attentions.1.proj_in"), of_peft, "may be a convolution"),
        (loha(new(), "base_model.model.patch_embed.proj"), of_peft, "may be a convolution"),
        (
            loha(new(), "base_model.model.q").tensor("base_model.model.k.diff", "F32", &[6, 8]),
            of_peft,
            "not everything in this one",
        ),
        (pair(["lora_A.weight", "lora_B.weight"], [&[6, 4, 3, 3], &[12, 2, 1, 1]]), lora, "one block for each group"),
        (
            pair(["lora_A.weight", "lora_B.weight"], [&[3, 8], &[6, 3]]).tensor(
                "base_model.model.q.lora_diag",
                "F32",
                &[3],
            ),
            kasa,
            "smallest singular values",
        ),
        (pair(["lora_A.weight", "lora_B.weight"], [&[4, 8], &[6, 4]]), experts, "tensors of all experts"),
    ];
    for (files, config, why) in cases {
        let bytes = files.bytes();
        let adapter = open(&bytes, config).expect("an adapter");
        let layer = &adapter.layers()[0];
        assert!(
            !layer.becomes_pair() && layer.kept().is_some_and(|kept| kept.contains(why)),
            "{why}: {:?}",
            layer.kept()
        );
        let ranks = vec![1; adapter.layers().len()];
        let new = written(&bytes, config, &ranks, &ResizeOptions::new());
        assert!(new.kept.iter().any(|kept| kept.layer == 0 && kept.to_string().contains(why)), "{why}: {:?}", new.kept);
        let [old, new] = [&bytes, &new.file].map(|file| SafeTensors::deserialize(file).expect("a valid file"));
        for tensor in layer.tensors() {
            let [old, new] = [&old, &new].map(|file| file.tensor(tensor.name()).expect("a tensor"));
            assert!(old.data() == new.data() && old.shape() == new.shape(), "{}", tensor.name());
        }
    }
}
