//! Ranks for kohya-ss/sd-scripts.

use super::ModuleRank;

/// Arguments for the training scripts of kohya-ss/sd-scripts: the rank and the alpha for every module, and in `network_reg_dims`
/// the ranks of the `modules` that differ.
///
/// `network_reg_dims` exists for the networks of Flux, Anima and HunyuanImage (sd-scripts 48d368fa, `networks/lora_flux.py`,
/// `parse_kv_pairs`), which search for each pattern in names such as `lora_unet_double_blocks_0_img_attn_qkv`. It sets ranks
/// only: every module gets `alpha`, whatever the alpha of its [`ModuleRank`], so its scale is `alpha` / rank.
///
/// Characters of a name that the option or a shell could misread are written as `.`, "any character": all except ASCII letters
/// and digits, `.`, `_`, `-`, `/`, `:` and brackets. A line break is written as `\s`. So the arguments are one line and one
/// command.
///
/// # Cost
/// O(length of the text).
///
/// ```
/// use lora_rank_explorer::{ModuleRank, kohya_arguments};
///
/// assert_eq!(kohya_arguments(16, 8.0, &[]), "--network_dim=16 --network_alpha=8");
/// let modules = [ModuleRank::new("lora_unet_double_blocks_0_img_attn_qkv", 4, 8.0)?];
/// assert_eq!(
///     kohya_arguments(16, 8.0, &modules),
///     "--network_dim=16 --network_alpha=8 --network_args 'network_reg_dims=^lora_unet_double_blocks_0_img_attn_qkv$=4'"
/// );
/// # Ok::<(), lora_rank_explorer::ModuleRankError>(())
/// ```
pub fn kohya_arguments(rank: usize, alpha: f64, modules: &[ModuleRank]) -> String {
    let mut text = format!("--network_dim={rank} --network_alpha={alpha}");
    let pair = |module: &ModuleRank| format!("^{}$={}", pattern(module.name()), module.rank());
    if !modules.is_empty() {
        let pairs: Vec<String> = modules.iter().map(pair).collect();
        text += &format!(" --network_args 'network_reg_dims={}'", pairs.join(","));
    }
    text
}

/// `name` as a Python regular expression, without characters that the option or a shell interprets.
fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for letter in name.chars() {
        match letter {
            '.' | '(' | ')' | '[' | ']' | '{' | '}' => pattern.extend(['\\', letter]),
            '_' | '-' | '/' | ':' => pattern.push(letter),
            '\n' => pattern.push_str("\\s"),
            letter if letter.is_ascii_alphanumeric() => pattern.push(letter),
            _ => pattern.push('.'),
        }
    }
    pattern
}
