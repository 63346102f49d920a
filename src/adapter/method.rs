//! What a configuration is one of, and what `LoraConfig` makes of its pairs.

use serde_json::Value;

use super::fields::{Fields, number, value, whole};
use crate::adapter::kinds::blocks::Blocks;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::methods;

/// PEFT's default for `qalora_group_size`.
const DEFAULT_GROUP: u64 = 16;

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

/// What `LoraConfig` makes of its pairs.
#[derive(Clone, Debug)]
pub(crate) enum Variant {
    /// The parts of names of the modules whose A, and of those whose B, are stored as so many blocks.
    BdLora {
        a: Vec<String>,
        b: Vec<String>,
        blocks: usize,
    },
    QaLora {
        group: usize,
    },
    /// It cannot be read.
    Unclear(Kind),
}

/// How the configuration says that a pair is stored.
pub(crate) enum Stored {
    Pair,
    Blocks(Blocks),
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

pub(crate) fn variant(fields: &Fields) -> Option<Variant> {
    let on = |name: &str| value(fields, name).filter(|value| *value != Value::Bool(false));
    let count = |value: Option<&Value>, default: u64| {
        let count = value.map_or(Some(default), whole)?;
        usize::try_from(count).ok().filter(|count| *count > 0)
    };
    if let Some(bdlora) = on("use_bdlora") {
        let names = |name: &str| match bdlora.get(name).filter(|names| !names.is_null()) {
            None => Some(Vec::new()),
            Some(names) => serde_json::from_value(names.clone()).ok(),
        };
        let (a, b) = (names("target_modules_bd_a"), names("target_modules_bd_b"));
        let blocks = count(bdlora.get("nblocks"), 1).filter(|_| bdlora.is_object());
        return Some(match (a, b, blocks) {
            (Some(a), Some(b), Some(blocks)) => Variant::BdLora { a, b, blocks },
            _ => Variant::Unclear(Kind::BdLora),
        });
    }
    on("use_qalora")?;
    let group = count(value(fields, "qalora_group_size").as_ref(), DEFAULT_GROUP);
    Some(group.map_or(Variant::Unclear(Kind::QaLora), |group| Variant::QaLora { group }))
}
