//! Which tensors are pairs.

use lora_rank_explorer::checkpoint::{PairKind, Side, WhyUnusable, sample};

use crate::files::Files;
use crate::models::{Model, paired};

fn files(names: &[&str]) -> Model {
    Model::one(&names.iter().fold(Files::default(), |files, name| files.tensor(name, "F32", &[4, 3])))
}

#[test]
fn names_pair_without_the_prefixes_of_containers_and_equal_names_come_first() {
    let base = files(&[
        "model.diffusion_model.a.weight",
        "diffusion_model.b.weight",
        "transformer.c.weight",
        "model.d.weight",
    ]);
    let tuned = files(&["a.weight", "model.b.weight", "c.weight", "diffusion_model.d.weight"]);
    let pairing = paired(&base, &tuned);
    let names: Vec<&str> = pairing.pairs().iter().map(|pair| pair.name()).collect();
    assert_eq!(names, ["a.weight", "b.weight", "c.weight", "d.weight"]);
    assert_eq!(pairing.pairs()[0].tensor(Side::Base).name(), "model.diffusion_model.a.weight");
    // Two that would be the same without prefixes.
    let both = files(&["model.a.weight", "a.weight"]);
    assert_eq!(paired(&both, &both).pairs().len(), 2);
    let pairing = paired(&both, &files(&["transformer.a.weight"]));
    assert_eq!((pairing.pairs().len(), pairing.only_base().len(), pairing.only_tuned().len()), (0, 2, 1));
}

#[test]
fn what_only_one_has_is_listed() {
    let pairing = paired(&files(&["a.weight", "b.weight"]), &files(&["b.weight", "c.weight", "d.weight"]));
    assert_eq!(pairing.pairs().len(), 1);
    assert_eq!((pairing.only_base(), pairing.only_tuned().len()), (&["a.weight".to_owned()][..], 2));
    assert_eq!((pairing.names().both, pairing.names().base, pairing.names().tuned), (1, 2, 3));
}

#[test]
fn two_naming_schemes_are_both_shown_and_never_guessed() {
    let original = files(&["double_blocks.0.img_attn.qkv.weight", "double_blocks.0.img_mlp.0.weight"]);
    let diffusers = files(&["transformer_blocks.0.attn.to_q.weight", "transformer_blocks.0.ff.net.0.proj.weight"]);
    let pairing = paired(&original, &diffusers);
    assert!(pairing.pairs().is_empty());
    assert_eq!(
        pairing.names().to_string(),
        "0 of 2 names of the base are names of the tuned model, too; only the base has `double_blocks.0.img_attn.qkv.weight`, \
         `double_blocks.0.img_mlp.0.weight`; only the tuned model has `transformer_blocks.0.attn.to_q.weight`, \
         `transformer_blocks.0.ff.net.0.proj.weight`. The models or their naming schemes differ, and no name is guessed: convert \
         one to the other's names"
    );
}

#[test]
fn another_shape_and_a_dtype_that_is_not_read_are_named() {
    let base = Files::default().tensor("a.weight", "F32", &[4, 3]).tensor("b.weight", "I8", &[2, 2]);
    let tuned = Files::default().tensor("a.weight", "F32", &[5, 3]).tensor("b.weight", "F32", &[2, 2]);
    let base = base.tensor("c.weight", "F32", &[0, 4]);
    let tuned = tuned.tensor("c.weight", "F32", &[0, 4]);
    let pairing = paired(&Model::one(&base), &Model::one(&tuned));
    let says: Vec<String> = pairing.unusable().iter().map(ToString::to_string).collect();
    assert_eq!(
        says,
        [
            "`a.weight`: the shape is [4, 3] in the base and [5, 3] in the tuned model",
            "`b.weight`: its dtype I8 in the base is not read",
            "`c.weight`: it has no numbers, or more than can be counted",
        ]
    );
    assert!(matches!(pairing.unusable()[1].why, WhyUnusable::Dtype { side: Side::Base, .. }));
    assert!(pairing.pairs().is_empty());
}

#[test]
fn what_a_weight_is_follows_from_its_name_and_shape() {
    let of = |name: &str, shape: &[usize]| {
        let model = Model::one(&Files::default().tensor(name, "F32", shape));
        let pairing = paired(&model, &model);
        let pair = &pairing.pairs()[0];
        (pair.kind(), pair.rows(), pair.cols())
    };
    for (name, shape, expected) in [
        ("q.weight", &[6, 4][..], (PairKind::Linear, 6, 4)),
        ("conv.weight", &[6, 4, 3, 3], (PairKind::Convolution, 6, 36)),
        ("conv.weight", &[6, 4, 3], (PairKind::Convolution, 6, 12)),
        ("patch_embedding.weight", &[6, 4, 1, 2, 2], (PairKind::Convolution, 6, 16)),
        ("model.embed_tokens.weight", &[6, 4], (PairKind::Embedding, 6, 4)),
        ("mlp.experts.gate_up_proj", &[2, 6, 4], (PairKind::Other, 1, 48)),
        ("mlp.experts.w1.weight", &[2, 6, 4], (PairKind::Other, 1, 48)),
        ("layers.0.block_sparse_moe.input_linear.weight", &[2, 6, 4], (PairKind::Other, 1, 48)),
        // No kernel is that long.
        ("layers.0.mlp.input_linear.weight", &[2, 3, 160], (PairKind::Other, 1, 960)),
        ("encoder.pos_conv_embed.conv.weight", &[2, 3, 128], (PairKind::Convolution, 2, 384)),
        ("gpt_neox.embed_in.weight", &[6, 4], (PairKind::Embedding, 6, 4)),
        ("backbone.embeddings.weight", &[6, 4], (PairKind::Embedding, 6, 4)),
        ("block.0.layer.0.SelfAttention.relative_attention_bias.weight", &[6, 4], (PairKind::Embedding, 6, 4)),
        ("y_embedder.embedding_table.weight", &[6, 4], (PairKind::Embedding, 6, 4)),
        ("x_embedder.proj.weight", &[6, 4], (PairKind::Linear, 6, 4)),
        ("norm.weight", &[6], (PairKind::Other, 1, 6)),
        ("q.bias", &[6], (PairKind::Bias, 1, 6)),
        ("modulation", &[1, 6, 4], (PairKind::Other, 1, 24)),
        ("gate", &[], (PairKind::Other, 1, 1)),
    ] {
        assert_eq!(of(name, shape), expected, "{name} {shape:?}");
    }
    assert!(PairKind::Linear.takes_lora() && !PairKind::Embedding.takes_lora());
}

#[test]
fn the_synthetic_pair_pairs_whole() {
    let sample = sample();
    let pairing = paired(&sample.base.into(), &sample.tuned.into());
    assert_eq!((pairing.pairs().len(), pairing.unusable().len(), pairing.only_base().len()), (20, 0, 0));
}
