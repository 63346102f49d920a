//! What the name of a tensor says about it.

use super::kind::Kind;
use super::methods;

/// The prefix of a module's path in PEFT's models.
pub(crate) const PEFT_PREFIX: &str = "base_model.model.";

/// A part of a layer that is not a pair B·A, or that makes more of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Mid,
    E,
    RankNum,
    Diagonal,
    HadaW1a,
    HadaW1b,
    HadaW2a,
    HadaW2b,
    HadaT1,
    HadaT2,
    LokrW1,
    LokrW1a,
    LokrW1b,
    LokrW2,
    LokrW2a,
    LokrW2b,
    LokrT2,
    Diff,
}

/// What a word between the dots of a name stands for.
#[derive(Clone, Copy)]
enum Word {
    /// A, with the word of its B.
    A(&'static str),
    /// B, with the word of its A.
    B(&'static str),
    Part(Part),
    Kind(Kind),
}

/// The table of names, a line for each word. After the word come the adapter's name, in a training checkpoint of PEFT, and
/// `.weight` or `.bias`; each may be missing. PEFT's other methods have [a table of their own](methods), and the words `down` and
/// `up` of diffusers and x-flux mean something only after another word.
const WORDS: [(&str, Word); 35] = [
    // PEFT, loralib, Mochi.
    ("lora_A", Word::A("lora_B")),
    ("lora_B", Word::B("lora_A")),
    ("lora_embedding_A", Word::A("lora_embedding_B")),
    ("lora_embedding_B", Word::B("lora_embedding_A")),
    // sd-scripts (kohya), LyCORIS, ComfyUI.
    ("lora_down", Word::A("lora_up")),
    ("lora_up", Word::B("lora_down")),
    // torchtune; without `.weight` mlx-lm, whose factors are transposed.
    ("lora_a", Word::A("lora_b")),
    ("lora_b", Word::B("lora_a")),
    ("lora_mid", Word::Part(Part::Mid)),
    ("lora_E", Word::Part(Part::E)),
    ("ranknum", Word::Part(Part::RankNum)),
    ("lora_diag", Word::Part(Part::Diagonal)),
    ("hada_w1_a", Word::Part(Part::HadaW1a)),
    ("hada_w1_b", Word::Part(Part::HadaW1b)),
    ("hada_w2_a", Word::Part(Part::HadaW2a)),
    ("hada_w2_b", Word::Part(Part::HadaW2b)),
    ("hada_t1", Word::Part(Part::HadaT1)),
    ("hada_t2", Word::Part(Part::HadaT2)),
    ("lokr_w1", Word::Part(Part::LokrW1)),
    ("lokr_w1_a", Word::Part(Part::LokrW1a)),
    ("lokr_w1_b", Word::Part(Part::LokrW1b)),
    ("lokr_w2", Word::Part(Part::LokrW2)),
    ("lokr_w2_a", Word::Part(Part::LokrW2a)),
    ("lokr_w2_b", Word::Part(Part::LokrW2b)),
    ("lokr_t2", Word::Part(Part::LokrT2)),
    ("diff", Word::Part(Part::Diff)),
    ("lora_magnitude_vector", Word::Kind(Kind::DoRa)),
    ("dora_scale", Word::Kind(Kind::DoRa)),
    ("diff_b", Word::Kind(Kind::Bias)),
    ("w_norm", Word::Kind(Kind::Norm)),
    ("b_norm", Word::Kind(Kind::Norm)),
    ("on_input", Word::Kind(Kind::Ia3)),
    ("diff_m", Word::Kind(Kind::Beside)),
    ("set_weight", Word::Kind(Kind::Beside)),
    ("reshape_weight", Word::Kind(Kind::Beside)),
];

/// The names of Stability's control-LoRA, whose pairs are called `down` and `up`, hold this one.
pub(crate) const CONTROL: &str = "lora_controlnet";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    /// A, kohya's "down": the module's path, the adapter's name and the name of its B.
    Down { module: &'a str, adapter: Option<&'a str>, up: String },
    /// B, kohya's "up": the name of its A.
    Up { down: String },
    /// The alpha of a module.
    Alpha { module: &'a str },
    /// A part of a layer that is not a pair, or that makes more of one.
    Part { module: &'a str, adapter: Option<&'a str>, part: Part },
    /// A part of something that has no spectrum here.
    Unsupported { module: &'a str, kind: Kind },
    /// A tensor that has nothing to do with an adapter.
    Plain,
}

/// The path of a module in the base model: what follows PEFT's prefix, and what else may stand before it.
pub(crate) fn path(module: &str) -> &str {
    module.find(PEFT_PREFIX).map_or(module, |at| match at == 0 || module.as_bytes()[at - 1] == b'.' {
        true => &module[at + PEFT_PREFIX.len()..],
        false => module,
    })
}

/// What stands before PEFT's prefix, which PEFT would have to know.
pub(crate) fn before_prefix(module: &str) -> Option<&str> {
    let before = &module[..module.len() - path(module).len()];
    before.strip_suffix(PEFT_PREFIX).filter(|before| !before.is_empty())
}

pub(crate) fn role(name: &str) -> Role<'_> {
    if let Some(module) = name.strip_suffix(".alpha") {
        return Role::Alpha { module };
    }
    let mut end = name.len();
    // The word, the adapter's name and the ending: not more than three.
    for _ in 0..3 {
        let begin = name[..end].rfind('.').map_or(0, |dot| dot + 1);
        if let Some(tail) = Tail::of(&name[end..])
            && let Some(role) = of_word(name, begin, end, &tail)
        {
            return role;
        }
        if begin == 0 {
            break;
        }
        end = begin - 1;
    }
    match unknown(name) {
        Some(module) => Role::Unsupported { module, kind: Kind::Unknown },
        None => Role::Plain,
    }
}

/// What follows the word.
struct Tail<'a> {
    adapter: Option<&'a str>,
    is_bias: bool,
    is_bare: bool,
}

impl<'a> Tail<'a> {
    fn of(rest: &'a str) -> Option<Self> {
        let (first, second) = match rest.strip_prefix('.') {
            None => return Some(Self { adapter: None, is_bias: false, is_bare: true }),
            Some(rest) => rest.split_once('.').map_or((rest, None), |(first, second)| (first, Some(second))),
        };
        let ending = |word| match word {
            "weight" => Some(false),
            "bias" => Some(true),
            _ => None,
        };
        match second {
            None => Some(match ending(first) {
                Some(is_bias) => Self { adapter: None, is_bias, is_bare: false },
                None => Self { adapter: Some(first), is_bias: false, is_bare: true },
            }),
            Some(second) => ending(second).map(|is_bias| Self { adapter: Some(first), is_bias, is_bare: false }),
        }
    }
}

/// What the word in `name[begin..end]` says.
fn of_word<'a>(name: &'a str, begin: usize, end: usize, tail: &Tail<'a>) -> Option<Role<'a>> {
    let word = &name[begin..end];
    let module = &name[..begin.saturating_sub(1)];
    let pair = |begin: usize, module: &'a str, other: &str, is_down: bool| {
        if tail.is_bias {
            return Role::Unsupported { module, kind: Kind::Bias };
        }
        let other = format!("{}{other}{}", &name[..begin], &name[end..]);
        match is_down {
            true => Role::Down { module, adapter: tail.adapter, up: other },
            false => Role::Up { down: other },
        }
    };
    if let "down" | "up" = word {
        // What diffusers wrote at different times, and x-flux.
        let (is_down, other) = (word == "down", if word == "down" { "up" } else { "down" });
        let before = module.rfind('.').map_or(0, |dot| dot + 1);
        let own = &module[before..];
        return match own {
            "lora" | "lora_linear_layer" => Some(pair(begin, &module[..before.saturating_sub(1)], other, is_down)),
            // x-flux has two pairs for a module, so the number stays in the module's path.
            _ if own.ends_with("_lora1") || own.ends_with("_lora2") => Some(pair(begin, module, other, is_down)),
            _ if own.ends_with("_lora") => Some(pair(begin, &module[..module.len() - "_lora".len()], other, is_down)),
            _ => None,
        };
    }
    match WORDS.iter().find(|(own, _)| *own == word).map(|(_, word)| *word) {
        Some(Word::A(other)) => Some(pair(begin, module, other, true)),
        Some(Word::B(other)) => Some(pair(begin, module, other, false)),
        Some(Word::Part(part)) => Some(Role::Part { module, adapter: tail.adapter, part }),
        Some(Word::Kind(kind)) => Some(Role::Unsupported { module, kind }),
        None if matches!(word, "linear_in" | "linear_out") && module.ends_with(".adapter") && !tail.is_bare => {
            Some(Role::Unsupported { module: &module[..module.len() - ".adapter".len()], kind: Kind::Megatron })
        }
        // The parameter of a method may be all there is of the name.
        None => methods::by_parameter(word)
            .map(|kind| Role::Unsupported { module: if module.is_empty() { name } else { module }, kind }),
    }
}

/// The module of a tensor that belongs to some LoRA which is not known: a part of its name begins with `lora_`, but not the first,
/// which is kohya's prefix of a module.
fn unknown(name: &str) -> Option<&str> {
    let at = name.find(".lora_")?;
    Some(&name[..at])
}

/// The role of `name` in a control-LoRA.
pub(crate) fn control(name: &str) -> Option<Role<'_>> {
    if let Some(module) = name.strip_suffix(".down") {
        return Some(Role::Down { module, adapter: None, up: format!("{module}.up") });
    }
    name.strip_suffix(".up").map(|module| Role::Up { down: format!("{module}.down") })
}

/// What a tensor is whose name says something only beside others: a part of LyCORIS's GLoRA, or the magnitudes of mlx-lm's and
/// torchtune's DoRA.
pub(crate) fn beside_others(name: &str, exists: impl Fn(&str) -> bool) -> Option<Role<'_>> {
    let is_dora = |module: &&str, other: &str| exists(&format!("{module}{other}"));
    let mlx = name.strip_suffix(".m").filter(|module| is_dora(module, ".lora_a"));
    let torchtune = name.strip_suffix(".magnitude").filter(|module| is_dora(module, ".lora_a.weight"));
    if let Some(module) = mlx.or(torchtune) {
        return Some(Role::Unsupported { module, kind: Kind::DoRa });
    }
    let (module, word) = name.strip_suffix(".weight")?.rsplit_once('.')?;
    let all = ["a1", "a2", "b1", "b2"];
    let is_one = all.contains(&word) || matches!(word, "bm" | "bm1" | "bm2");
    let is_glora = is_one && all.iter().all(|part| exists(&format!("{module}.{part}.weight")));
    is_glora.then_some(Role::Unsupported { module, kind: Kind::GLoRa })
}
