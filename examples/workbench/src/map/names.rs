//! Splits the paths of layers into the part of the model, the block in it, and the module in the block. Pure, and without a list
//! of models: the numbers that repeat count blocks.
//!
//! | path | part | block | module |
//! | --- | --- | --- | --- |
//! | `model.layers.3.mlp.up_proj` | `model.layers.*` | 3 | `mlp.up_proj` |
//! | `lora_unet_double_blocks_7_img_mlp_0` | `lora_unet_double_blocks_*` | 7 | `img_mlp_0` |
//! | `down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q` | `down_blocks.*.attentions.*.transformer_blocks.*` | 1.0.1 | `attn1.to_q` |
//! | `layers.3.mlp.experts.5.w1` | `layers.*` | 3 | `mlp.experts.*.w1` |
//! | `lm_head` | | | `lm_head` |

use std::collections::HashMap;

/// Where a layer stands in the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The path up to the block's last number, with `*` for each number; empty for a layer outside all blocks.
    pub part: String,
    /// The block's numbers.
    pub block: Vec<u64>,
    /// The rest of the path; `*` for the number of an expert.
    pub module: String,
}

/// A path, cut at its numbers: there is one word more than numbers.
struct Path {
    words: Vec<String>,
    numbers: Vec<u64>,
}

/// The longest number that counts anything.
const DIGITS: usize = 9;

impl Path {
    /// Cuts at the numbers between dots and underscores, but not at those of experts, which become `*`.
    fn read(path: &str) -> Self {
        let path = without_expert(path);
        let (mut words, mut numbers) = (vec![String::new()], Vec::new());
        for piece in path.split_inclusive(['.', '_']) {
            let text = piece.trim_end_matches(['.', '_']);
            let word = words.last_mut().expect("there is one");
            match text.parse() {
                Ok(_) if is_number(text) && counts_experts(word) => *word += &piece.replacen(text, "*", 1),
                Ok(number) if is_number(text) => {
                    numbers.push(number);
                    words.push(piece[text.len()..].to_owned());
                }
                _ => *word += piece,
            }
        }
        Self { words, numbers }
    }
}

fn is_number(text: &str) -> bool {
    (1..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a number after these words is that of an expert.
fn counts_experts(words: &str) -> bool {
    let last = words.trim_end_matches(['.', '_']).rsplit('.').next().unwrap_or_default();
    last.rsplit('_').next().unwrap_or_default().contains("expert")
}

/// The path of an expert whose factors are one tensor with those of the others: `experts[expert 3]` without its number.
fn without_expert(path: &str) -> String {
    let cut = path.split_once("[expert ").and_then(|(before, rest)| Some((before, rest.split_once(']')?)));
    match cut {
        Some((before, (number, after))) if is_number(number) => format!("{before}{after}"),
        _ => path.to_owned(),
    }
}

/// The words that follow a number with a certain path before it: each with the first such number, and whether another has it, too.
type Followers<'a> = HashMap<&'a str, (u64, bool)>;

/// The places of layers with these paths, in their order. O(N) for the length N of all paths.
pub fn places<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<Place> {
    let paths: Vec<Path> = paths.map(Path::read).collect();
    // The path before the next number, with `*` for the numbers of blocks; and the place as far as it is known.
    let mut begun: Vec<(String, Place)> = paths
        .iter()
        .map(|path| (path.words[0].clone(), Place { module: path.words[0].clone(), ..Place::default() }))
        .collect();
    let most = paths.iter().map(|path| path.numbers.len()).max().unwrap_or(0);
    for i in 0..most {
        let mut followed: HashMap<String, Followers> = HashMap::new();
        for (path, (before, _)) in paths.iter().zip(&begun) {
            if let Some(&number) = path.numbers.get(i) {
                let followers = followed.entry(before.clone()).or_default();
                let (first, repeats) = followers.entry(&path.words[i + 1]).or_insert((number, false));
                *repeats |= *first != number;
            }
        }
        // A number counts blocks if the same word follows two values of it.
        let repeats = |followers: &Followers| followers.iter().any(|(word, (_, repeats))| *repeats && !word.is_empty());
        let counts: HashMap<String, bool> =
            followed.into_iter().map(|(before, followers)| (before, repeats(&followers))).collect();
        for (path, (before, place)) in paths.iter().zip(&mut begun) {
            let Some(&number) = path.numbers.get(i) else { continue };
            let word = &path.words[i + 1];
            // The first one does in any case.
            if place.block.is_empty() || counts[before.as_str()] {
                before.push('*');
                place.part.clone_from(before);
                place.block.push(number);
                place.module = word.trim_start_matches(['.', '_']).to_owned();
            } else {
                *before += &number.to_string();
                place.module += &number.to_string();
                place.module += word;
            }
            before.push_str(word);
        }
    }
    begun.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `part|block|module` of each path.
    fn split(paths: &[&str]) -> Vec<String> {
        let block = |block: &[u64]| block.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        let of = |place: Place| format!("{}|{}|{}", place.part, block(&place.block), place.module);
        places(paths.iter().copied()).into_iter().map(of).collect()
    }

    #[test]
    fn llama_has_one_part_whose_numbers_are_its_blocks() {
        let paths = ["model.layers.0.self_attn.q_proj", "model.layers.11.mlp.up_proj", "lm_head", "model.embed_tokens"];
        let expected =
            ["model.layers.*|0|self_attn.q_proj", "model.layers.*|11|mlp.up_proj", "||lm_head", "||model.embed_tokens"];
        assert_eq!(split(&paths), expected);
    }

    #[test]
    fn sdxl_of_kohya_is_split_at_underscores_and_a_text_encoder_is_a_part_of_its_own() {
        let paths = [
            "lora_te1_text_model_encoder_layers_3_mlp_fc1",
            "lora_te2_text_model_encoder_layers_31_self_attn_out_proj",
            "lora_te2_text_projection",
            "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q",
            "lora_unet_down_blocks_1_attentions_0_transformer_blocks_1_attn1_to_q",
            "lora_unet_down_blocks_2_attentions_1_transformer_blocks_9_attn2_to_out_0",
            "lora_unet_down_blocks_2_attentions_1_transformer_blocks_9_ff_net_0_proj",
            "lora_unet_down_blocks_2_attentions_1_transformer_blocks_8_ff_net_2",
            "lora_unet_down_blocks_1_attentions_0_proj_in",
            "lora_unet_down_blocks_0_resnets_0_conv1",
            "lora_unet_down_blocks_0_resnets_1_conv1",
            "lora_unet_mid_block_attentions_0_transformer_blocks_4_attn1_to_k",
            "lora_unet_mid_block_attentions_0_transformer_blocks_5_attn1_to_k",
        ];
        assert_eq!(
            split(&paths),
            [
                "lora_te1_text_model_encoder_layers_*|3|mlp_fc1",
                "lora_te2_text_model_encoder_layers_*|31|self_attn_out_proj",
                "||lora_te2_text_projection",
                "lora_unet_down_blocks_*_attentions_*_transformer_blocks_*|1.0.0|attn1_to_q",
                "lora_unet_down_blocks_*_attentions_*_transformer_blocks_*|1.0.1|attn1_to_q",
                "lora_unet_down_blocks_*_attentions_*_transformer_blocks_*|2.1.9|attn2_to_out_0",
                "lora_unet_down_blocks_*_attentions_*_transformer_blocks_*|2.1.9|ff_net_0_proj",
                "lora_unet_down_blocks_*_attentions_*_transformer_blocks_*|2.1.8|ff_net_2",
                "lora_unet_down_blocks_*_attentions_*|1.0|proj_in",
                "lora_unet_down_blocks_*_resnets_*|0.0|conv1",
                "lora_unet_down_blocks_*_resnets_*|0.1|conv1",
                "lora_unet_mid_block_attentions_*_transformer_blocks_*|0.4|attn1_to_k",
                "lora_unet_mid_block_attentions_*_transformer_blocks_*|0.5|attn1_to_k",
            ]
        );
    }

    #[test]
    fn a_number_that_never_changes_within_a_block_belongs_to_the_module() {
        let paths = [
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
            "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q",
            "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0",
        ];
        let part = "unet.down_blocks.*.attentions.*";
        let rest = |block: &str, module: &str| format!("{part}|{block}|transformer_blocks.0.{module}");
        assert_eq!(
            split(&paths),
            [rest("0.0", "attn1.to_q"), rest("0.1", "attn1.to_q"), rest("0.1", "attn1.to_out.0")]
        );
    }

    #[test]
    fn flux_has_two_kinds_of_blocks() {
        let paths = [
            "double_blocks.0.img_attn.qkv",
            "double_blocks.18.img_mlp.0",
            "double_blocks.18.img_mlp.2",
            "single_blocks.37.linear1",
            "single_blocks.0.linear1",
            "img_in",
        ];
        let expected = [
            "double_blocks.*|0|img_attn.qkv",
            "double_blocks.*|18|img_mlp.0",
            "double_blocks.*|18|img_mlp.2",
            "single_blocks.*|37|linear1",
            "single_blocks.*|0|linear1",
            "||img_in",
        ];
        assert_eq!(split(&paths), expected);
        let kohya = ["lora_unet_single_blocks_0_modulation_lin", "lora_unet_double_blocks_0_txt_mlp_2"];
        let expected = ["lora_unet_single_blocks_*|0|modulation_lin", "lora_unet_double_blocks_*|0|txt_mlp_2"];
        assert_eq!(split(&kohya), expected);
    }

    #[test]
    fn the_numbers_of_experts_are_no_blocks() {
        let paths = [
            "model.layers.0.mlp.experts.0.gate_proj",
            "model.layers.0.mlp.experts.127.gate_proj",
            "model.layers.0.mlp.experts[expert 3]",
            "model.layers.1.block_sparse_moe.experts.7.w1",
            "model.layers.1.mlp.shared_experts.up_proj",
        ];
        assert_eq!(
            split(&paths),
            [
                "model.layers.*|0|mlp.experts.*.gate_proj",
                "model.layers.*|0|mlp.experts.*.gate_proj",
                "model.layers.*|0|mlp.experts",
                "model.layers.*|1|block_sparse_moe.experts.*.w1",
                "model.layers.*|1|mlp.shared_experts.up_proj",
            ]
        );
    }

    #[test]
    fn numbers_that_tell_different_modules_apart_are_no_blocks() {
        let t5 = [
            "encoder.block.0.layer.0.SelfAttention.q",
            "encoder.block.1.layer.0.SelfAttention.q",
            "encoder.block.1.layer.1.DenseReluDense.wi_0",
        ];
        let expected = [
            "encoder.block.*|0|layer.0.SelfAttention.q",
            "encoder.block.*|1|layer.0.SelfAttention.q",
            "encoder.block.*|1|layer.1.DenseReluDense.wi_0",
        ];
        assert_eq!(split(&t5), expected);
        let ldm = [
            "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q",
            "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q",
            "lora_unet_input_blocks_4_0_in_layers_2",
        ];
        let expected = [
            "lora_unet_input_blocks_*_1_transformer_blocks_*|4.0|attn1_to_q",
            "lora_unet_input_blocks_*_1_transformer_blocks_*|4.1|attn1_to_q",
            "lora_unet_input_blocks_*|4|0_in_layers_2",
        ];
        assert_eq!(split(&ldm), expected);
    }

    #[test]
    fn paths_of_all_kinds_are_split_without_a_loss() {
        let paths = ["", "a", "0", "layers.5", "..", "x_1", "12345678901234567890.q", "é.3.ö", "a.0.1.2"];
        let expected =
            ["||", "||a", "*|0|", "layers.*|5|", "||..", "x_*|1|", "||12345678901234567890.q", "é.*|3|ö", "a.*|0|1.2"];
        assert_eq!(split(&paths), expected);
    }
}
