//! What a configuration is one of, and what `LoraConfig` makes of its pairs.

use serde_json::Value;

use super::fields::{Fields, number, value};
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::methods;

/// What the configuration is one of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Method {
    Lora,
    AdaLora,
    /// LoHa or LoKr.
    Lycoris(Kind),
    /// mlx-lm, with its scale; an error says which field cannot be read.
    Mlx(Result<f64, String>),
    /// Another method of PEFT.
    Other(Kind),
    /// A method that is not known here.
    Unknown,
}

/// How the configuration says that a pair is stored.
pub(crate) enum Stored {
    Pair,
    /// Of all experts, with the rank of one.
    Experts(Option<u64>),
    Refused(Kind),
}

/// What the configuration is one of, by `peft_type`. One without it is taken for LoRA, or for mlx-lm's.
pub(crate) fn method(fields: &Fields) -> Method {
    let is_mlx = fields.get("lora_parameters").is_some();
    let Some(peft_type) = value(fields, "peft_type").filter(|_| !is_mlx) else {
        let scale = value(fields, "lora_parameters").and_then(|parameters| number(parameters.get("scale")?));
        return match (is_mlx, value(fields, "fine_tune_type").as_ref().and_then(Value::as_str)) {
            (true, Some("dora")) => Method::Other(Kind::DoRa),
            (true, _) => Method::Mlx(scale.ok_or_else(|| "lora_parameters.scale".to_owned())),
            (false, _) => Method::Lora,
        };
    };
    match peft_type.as_str() {
        Some("LORA") => Method::Lora,
        Some("ADALORA") => Method::AdaLora,
        Some("LOHA") => Method::Lycoris(Kind::LoHa),
        Some("LOKR") => Method::Lycoris(Kind::LoKr),
        Some(name) => methods::by_type(name).map_or(Method::Unknown, Method::Other),
        None => Method::Unknown,
    }
}

/// What `init_lora_weights` begins with where PEFT changes the base weight each time it loads the adapter, and the method's name. With
/// `lora_ga` it does so only before training (PEFT 0.21.2, `update_layer` in `tuners/lora/layer.py`).
const CHANGES_BASE: [(&str, &str); 4] =
    [("pissa", "PiSSA"), ("corda", "CorDA"), ("olora", "OLoRA"), ("loftq", "LoftQ")];

/// What `LoraConfig` makes of its pairs, if they may be no plain ones: whether they are depends on the base model.
pub(crate) fn variant(fields: &Fields) -> Option<Kind> {
    let begun = value(fields, "init_lora_weights").and_then(|how| how.as_str().map(str::to_lowercase));
    if let Some((_, name)) = begun.and_then(|how| CHANGES_BASE.into_iter().find(|(begin, _)| how.starts_with(begin))) {
        return Some(Kind::ChangesBase(name));
    }
    let kinds = [
        // Its pairs have a diagonal, or lack it.
        ("kasa_config", Kind::KaSa),
        ("use_bdlora", Kind::BdLora),
        ("use_qalora", Kind::QaLora),
        ("monteclora_config", Kind::Other("MonteCLoRA")),
    ];
    let is_on = |name: &str| value(fields, name).is_some_and(|value| value != Value::Bool(false));
    kinds.into_iter().find(|(name, _)| is_on(name)).map(|(_, kind)| kind)
}
