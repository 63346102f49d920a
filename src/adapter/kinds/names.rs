//! What the name of a tensor says about it.

use super::kind::Kind;

/// The suffixes of A's and B's names after the module's path, one pair for each scheme.
///
/// PEFT (`lora_A`, with the adapter's name if a training checkpoint kept it), kohya's sd-scripts (`lora_down`), what diffusers
/// wrote at different times, loralib and Mochi (`lora_A` alone), torchtune (`lora_a`).
const FACTORS: [(&str, &str); 10] = [
    (".lora_A.weight", ".lora_B.weight"),
    (".lora_A.default.weight", ".lora_B.default.weight"),
    (".lora_embedding_A", ".lora_embedding_B"),
    (".lora_embedding_A.default", ".lora_embedding_B.default"),
    (".lora_down.weight", ".lora_up.weight"),
    (".lora.down.weight", ".lora.up.weight"),
    ("_lora.down.weight", "_lora.up.weight"),
    (".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"),
    (".lora_A", ".lora_B"),
    (".lora_a.weight", ".lora_b.weight"),
];

/// The prefix of a module's path in PEFT's models.
pub(crate) const PEFT_PREFIX: &str = "base_model.model.";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    /// A, kohya's "down": the module's path and the name of its B.
    Down { module: &'a str, up: String },
    /// B, kohya's "up": the name of its A.
    Up { down: String },
    /// The alpha of a module.
    Alpha { module: &'a str },
    /// A part of something that is not plain B·A.
    Unsupported { module: &'a str, kind: Kind },
    /// A tensor that has nothing to do with an adapter.
    Plain,
}

pub(crate) fn role(name: &str) -> Role<'_> {
    for (down, up) in FACTORS {
        if let Some(module) = name.strip_suffix(down) {
            return Role::Down { module, up: format!("{module}{up}") };
        }
        if let Some(module) = name.strip_suffix(up) {
            return Role::Up { down: format!("{module}{down}") };
        }
    }
    // x-flux has two pairs for a module, so the number stays in the module's path.
    let numbered = |module: &&str| module.ends_with("_lora1") || module.ends_with("_lora2");
    if let Some(module) = name.strip_suffix(".down.weight").filter(numbered) {
        return Role::Down { module, up: format!("{module}.up.weight") };
    }
    if let Some(module) = name.strip_suffix(".up.weight").filter(numbered) {
        return Role::Up { down: format!("{module}.down.weight") };
    }
    if let Some(module) = name.strip_suffix(".alpha") {
        return Role::Alpha { module };
    }
    unsupported(name).map_or(Role::Plain, |(module, kind)| Role::Unsupported { module, kind })
}

fn unsupported(name: &str) -> Option<(&str, Kind)> {
    let mut end = name.len();
    let mut is_last = true;
    while let Some(dot) = name[..end].rfind('.') {
        if let Some(kind) = kind(&name[dot + 1..end], &name[end..], is_last) {
            return Some((&name[..dot], kind));
        }
        (end, is_last) = (dot, false);
    }
    None
}

/// The kind that `word`, a part of a name between dots, reveals, given the `rest` of the name after it.
fn kind(word: &str, rest: &str, is_last: bool) -> Option<Kind> {
    let begins = |prefix| word.starts_with(prefix);
    Some(match word {
        "lora_magnitude_vector" | "dora_scale" => Kind::DoRa,
        "lora_E" | "ranknum" => Kind::AdaLoRa,
        "lora_diag" => Kind::KaSa,
        "lora_a" | "lora_b" if is_last => Kind::Mlx,
        "adapter" if rest.starts_with(".linear_in.") || rest.starts_with(".linear_out.") => Kind::Megatron,
        "lora_B" if rest.ends_with(".bias") => Kind::Bias,
        "lora_mid" => Kind::Tucker,
        "diff" if is_last => Kind::Full,
        // Beside factors (Wan) or beside `diff` (LyCORIS), which says itself what it is.
        "diff_b" if is_last => Kind::Bias,
        "w_norm" | "b_norm" if is_last => Kind::Norm,
        "on_input" if is_last => Kind::Ia3,
        _ if begins("hada_") => Kind::LoHa,
        _ if begins("lokr_") => Kind::LoKr,
        _ if begins("oft_") || begins("boft_") => Kind::Oft,
        _ if begins("ia3_l") => Kind::Ia3,
        _ if begins("vera_") => Kind::VeRa,
        _ => return None,
    })
}
