//! `adapter_config.json` of a LoRA made of two checkpoints, and what PEFT would get wrong.
//!
//! PEFT takes an entry of a list of targets for every module whose path ends with it after a dot
//! (`check_target_module_exists` in `peft/tuners/tuners_utils.py`, 0.21.2), and one of `modules_to_save` for every path that ends with
//! it, also without a dot (`_set_trainable` in `peft/utils/other.py`). It reads every parameter of a module that is saved from the file.

use std::collections::BTreeSet;

use serde_json::json;

use super::part::LoraPart;
use crate::adapter::fields::Fields;
use crate::adapter::file::write::raw;
use crate::adapter::problem::Problem;
use crate::adapter::write::options::Alphas;
use crate::adapter::write::settings::{Divisor, Setting, rewritten};
use crate::checkpoint::names::module_of;
use crate::checkpoint::pairing::Pairing;
use crate::checkpoint::problem::CheckpointProblem;
use crate::export::escaped;

pub(super) fn config(pairing: &Pairing, parts: &[LoraPart]) -> Result<String, CheckpointProblem> {
    let names = pairing.names_in_model();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let modules: BTreeSet<&str> = names.iter().map(|name| module_of(name)).collect();
    let targets: Vec<&str> = parts.iter().filter(|part| part.rank > 0).map(|part| part.path.as_str()).collect();
    let saved = saved(parts, &names, &modules, &targets)?;

    let is_taken_for = |path: &str, other: &str| other.strip_suffix(path).is_some_and(|before| before.ends_with('.'));
    let is_beyond = |other: &&str| !targets.contains(other) && targets.iter().any(|path| is_taken_for(path, other));
    // A list would name others, too; a text is one pattern for whole paths.
    let target_modules = match modules.iter().any(is_beyond) {
        true => json!(targets.iter().map(|path| escaped(path).split_off(1)).collect::<Vec<_>>().join("|")),
        false => json!(targets),
    };
    let fixed = [
        ("peft_type", json!("LORA")),
        ("task_type", json!(null)),
        ("base_model_name_or_path", json!(null)),
        ("inference_mode", json!(true)),
        ("r", json!(0)),
        ("lora_alpha", json!(0)),
        ("lora_dropout", json!(0.0)),
        ("bias", json!("none")),
        ("fan_in_fan_out", json!(parts.iter().any(|part| part.is_transposed))),
        ("use_rslora", json!(false)),
        ("use_dora", json!(false)),
        ("init_lora_weights", json!(true)),
        ("rank_pattern", json!({})),
        ("alpha_pattern", json!({})),
        ("target_modules", target_modules),
        ("modules_to_save", if saved.is_empty() { json!(null) } else { json!(saved) }),
    ];
    let settings = parts.iter().filter(|part| part.rank > 0).map(|part| Setting {
        path: &part.path,
        rank: part.rank,
        alpha: Some(part.rank as f64),
        scale: Some(1.0),
    });
    let text = || -> Result<String, Problem> {
        let fields = fixed.into_iter().map(|(name, value)| Ok((name.to_owned(), raw(&value)?)));
        let fields: Fields = crate::adapter::file::entries::Entries(fields.collect::<Result<_, Problem>>()?);
        let divisor = Divisor::new(false, Alphas::Scaled, false);
        let fields = rewritten(&fields, &settings.collect::<Vec<_>>(), false, divisor)?;
        serde_json::to_string_pretty(&fields).map_err(crate::adapter::file::write::json)
    };
    text().map_err(|problem| CheckpointProblem::WriteFile(problem.to_string()))
}

/// The modules that are saved whole, after checks that PEFT loads just them.
fn saved(
    parts: &[LoraPart],
    names: &[&str],
    modules: &BTreeSet<&str>,
    targets: &[&str],
) -> Result<Vec<String>, CheckpointProblem> {
    let written: BTreeSet<&str> = parts
        .iter()
        .flat_map(|part| &part.tensors)
        .filter_map(|tensor| tensor.name.strip_prefix("base_model.model."))
        .collect();
    let mut saved = BTreeSet::new();
    for part in parts.iter().filter(|part| part.rank == 0) {
        let refused = |why: String| Err(CheckpointProblem::Write { name: part.name.clone(), why });
        let path = part.path.as_str();
        if targets.contains(&path) {
            return refused(
                "PEFT saves no parameter of a module beside its factors: leave it out, or the factors".to_owned(),
            );
        }
        if let Some(other) = modules.iter().find(|other| **other != path && other.ends_with(path)) {
            return refused(format!(
                "PEFT would take `{path}` for `{other}` as well, whose path ends alike: leave it out"
            ));
        }
        if let Some(why) = tied(path, modules) {
            return refused(why);
        }
        let inside = names.iter().filter(|name| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')));
        if let Some(missing) = inside.into_iter().find(|name| !written.contains(**name)) {
            return refused(format!("PEFT loads a module whole: write `{missing}` as well, or leave it out"));
        }
        saved.insert(path.to_owned());
    }
    Ok(saved.into_iter().collect())
}

/// Why PEFT cannot save this embedding, if the models use it as their output layer, too: PEFT gives the output layer the weight of the
/// base, with a warning at most (0.21.2; with `ensure_weight_tying` it asks the file for a second copy).
pub(super) fn tied(path: &str, modules: &BTreeSet<&str>) -> Option<String> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let is_input = ["embed_tokens", "embed_in", "embedding", "embeddings", "emb", "tok_embeddings", "wte", "shared"]
        .contains(&last(path).as_str());
    let is_output = |other: &&str| ["lm_head", "output", "embed_out", "head"].contains(&last(other).as_str());
    (is_input && !modules.iter().any(is_output)).then(|| {
        "the models have no output layer of their own, so that this one stands for it, and there PEFT would keep the base's: leave it out"
            .to_owned()
    })
}
