//! Ranks for kohya-ss/sd-scripts.

use super::{ModuleRank, ModuleRankError};

/// Arguments for the training scripts of kohya-ss/sd-scripts: `rank` and `alpha` for every module, and in `network_reg_dims` the
/// ranks of the `modules` that differ.
///
/// `networks.lora_flux` and `networks.lora_hunyuan_image` read `network_reg_dims`: they search for each pattern in names such as
/// `lora_unet_double_blocks_0_img_attn_qkv` (sd-scripts 063ef100). `networks.lora` (Stable Diffusion 1, 2 and XL) ignores it, and
/// `networks.lora_anima` compares it with whole paths such as `blocks.0.mlp.layer1`, which these patterns do not match. It sets
/// ranks only: every module gets `alpha`, whatever the alpha of its [`ModuleRank`], so its scale is `alpha` / rank.
///
/// Characters of a name that the option or a shell could misread are written as `.`, "any character": all except ASCII letters
/// and digits, `.`, `_`, `-`, `/`, `:` and brackets. A line break is written as `\s`. So the arguments are one line and one
/// command, in a POSIX shell, PowerShell and `cmd.exe`.
///
/// # Errors
/// [`ModuleRankError`] if `rank` is 0, or `alpha` is not above 0 and finite.
///
/// # Cost
/// O(length of the text).
///
/// ```
/// use lora_rank_explorer::{ModuleRank, kohya_arguments};
///
/// assert_eq!(kohya_arguments(16, 8.0, &[])?, "--network_dim=16 --network_alpha=8");
/// let modules = [ModuleRank::new("lora_unet_double_blocks_0_img_attn_qkv", 4, 8.0)?];
/// assert_eq!(
///     kohya_arguments(16, 8.0, &modules)?,
///     r#"--network_dim=16 --network_alpha=8 --network_args "network_reg_dims=^lora_unet_double_blocks_0_img_attn_qkv\Z=4""#
/// );
/// # Ok::<(), lora_rank_explorer::ModuleRankError>(())
/// ```
pub fn kohya_arguments(rank: usize, alpha: f64, modules: &[ModuleRank]) -> Result<String, ModuleRankError> {
    let usual = ModuleRank::new("network_dim and network_alpha", rank, alpha)?;
    let mut text = format!("--network_dim={} --network_alpha={}", usual.rank(), usual.alpha());
    // `\Z`, not `$`, which zsh and fish would replace between double quotes.
    let pair = |module: &ModuleRank| format!(r"^{}\Z={}", pattern(module.name()), module.rank());
    if !modules.is_empty() {
        let pairs: Vec<String> = modules.iter().map(pair).collect();
        // Double quotes: `cmd.exe` knows no others, and drops a `^` outside of them.
        text += &format!(" --network_args \"network_reg_dims={}\"", pairs.join(","));
    }
    Ok(text)
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
