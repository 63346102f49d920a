//! Small files in layouts that people have, each in a folder of `tests/adapter/files` with what is true of it: `case.json` cites
//! where the layout comes from and holds the singular values of the owner's ΔW, by NumPy in 64 bits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use lora_rank_explorer::adapter::{Adapter, Layer};
use serde::Deserialize;

use crate::files::{open, problems};

/// Folders whose truth was not computed in 64 bits throughout, and how far it is off: B·diag(`lora_diag`) was rounded to 32.
const ROUNDED: &[(&str, f64)] = &[("peft_kasa", 1e-7)];

/// Layers that the truth leaves out.
const BESIDE: &[(&str, &str)] = &[("peft_embed_modules", "model.embed_tokens")];

/// Files that are refused by name: this must be said of each module, and no layer is shown.
const REFUSED: &[(&str, &str)] = &[("megatron_nemo", "Megatron's LoRA"), ("peft_bdlora_a", "BD-LoRA")];

/// What the scale of each layer must say, beside its number. If the text begins with "unknown", only the ratios of singular values
/// are compared, and resizing must be refused with that reason.
const SCALES: &[(&str, &str)] = &[
    ("alpha_zero", "1, as sd-scripts and diffusers apply an alpha of 0; ComfyUI applies 0"),
    ("diffusers_metadata_alpha", "4, from the file's metadata"),
    ("flat_metadata_alpha", "2, from `lora_alpha` in the file's metadata"),
    ("peft_no_config", "unknown: the file does not hold it: add the adapter_config.json"),
    ("wrong_config_json", "unknown: the configuration given is not an adapter's: add the adapter_config.json"),
];

/// What must be said of a folder's file, in a problem, beside the right singular values of the layers that it has.
const SAYS: &[(&str, &str)] = &[
    ("empty_dict", "the file: there are no tensors in it"),
    (
        "git_lfs_pointer",
        "the file: it is a Git LFS pointer, not the file itself (167,832,240 bytes); download the file itself",
    ),
    (
        "json_error",
        "the file: it is a JSON text that says “Unauthorized: The creator of this asset requires you to be logged in to \
         download it”; ",
    ),
    ("peft_dora", "DoRA"),
    ("peft_miss_config", "MiSS"),
    ("peft_orig_mod", "PEFT"),
    ("peft_zero3_empty", "the file: 2 of 2 tensors are empty, of shape [0], as DeepSpeed ZeRO-3 leaves them"),
    ("torch_bin", "the file: it is a PyTorch file (a zip archive, as .bin, .pt and .ckpt are); load it in Python"),
    ("truncated_download", "the file is cut off: 2,794 of 5,080 bytes. Download it again"),
    ("wrong_config_json", "base model"),
];

#[derive(Deserialize)]
struct Case {
    file: String,
    config: bool,
    truth: BTreeMap<String, Vec<f64>>,
    /// Modules that may be named in a problem instead of being read.
    #[serde(default)]
    expect_missing: Vec<String>,
}

struct Folder {
    case: Case,
    bytes: Vec<u8>,
    config: Option<String>,
}

fn folder(name: &str) -> Folder {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/adapter/files")).join(name);
    let text = fs::read_to_string(path.join("case.json")).expect("case.json");
    let case: Case = serde_json::from_str(&text).expect("a case");
    let bytes = fs::read(path.join(&case.file)).expect("its file");
    let config = case.config.then(|| fs::read_to_string(path.join("adapter_config.json")).expect("its configuration"));
    Folder { case, bytes, config }
}

fn names() -> Vec<String> {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/adapter/files")).expect("the folders");
    let mut names: Vec<String> =
        folders.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

fn spectrum(layer: &Layer, bytes: &[u8]) -> Result<Vec<f64>, String> {
    let delta = layer.read(&mut &bytes[..]).map_err(|problem| problem.to_string())?;
    Ok(delta.spectrum().map_err(|error| error.to_string())?.singular_values().to_vec())
}

/// Compares the layers that can be read with the truth; `unit` is the most that a value may differ, relative to the largest.
fn compare(
    folder: &str,
    adapter: &Adapter,
    bytes: &[u8],
    truth: &BTreeMap<String, Vec<f64>>,
    unit: f64,
) -> Result<(), String> {
    let mut found = BTreeMap::new();
    for layer in adapter.layers() {
        let module = layer.name();
        if let (false, Ok(values)) = (BESIDE.contains(&(folder, module)), spectrum(layer, bytes)) {
            found.insert(module.to_owned(), values);
        }
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = (found.keys().collect(), truth.keys().collect());
    if ours != theirs {
        return Err(format!("the layers are {ours:?}, not {theirs:?}; said: {:?}", problems(adapter)));
    }
    for (module, values) in &found {
        for (i, value) in truth[module].iter().enumerate() {
            let ours = values.get(i).copied().unwrap_or(0.0);
            if (ours - value).abs() > unit * truth[module][0] {
                return Err(format!("{module}: σ{} is {ours}, not {value}", i + 1));
            }
        }
    }
    Ok(())
}

/// How far the numbers of a resized file may be off: a few roundings to its dtype.
fn unit(adapter: &Adapter) -> f64 {
    let units = [("F64", 1e-12), ("F32", 1e-6), ("F16", 4e-3), ("BF16", 3e-2), ("F8_E4M3", 0.3)];
    let dtypes = adapter.layers().iter().flat_map(Layer::tensors).map(|t| t.dtype().to_string());
    let of = |dtype: String| units.iter().find(|(name, _)| *name == dtype).expect("a dtype that is read").1;
    dtypes.map(of).fold(0.0, f64::max)
}

/// What is wrong with how the folder's file is read and resized.
fn check(name: &str) -> Result<(), String> {
    let Folder { case, bytes, config } = folder(name);
    let says = SAYS.iter().find(|(folder, _)| *folder == name).map(|(_, says)| *says);
    let adapter = match (open(&bytes, config.as_deref()), says) {
        (Ok(adapter), says) => {
            let found = problems(&adapter);
            match says {
                Some(says) if !found.iter().any(|text| text.contains(says)) => return Err(format!("said: {found:?}")),
                _ => adapter,
            }
        }
        (Err(problem), Some(says)) => {
            let is_right = problem.to_string().contains(says) && case.truth.is_empty();
            return if is_right { Ok(()) } else { Err(format!("said: {problem}")) };
        }
        (Err(problem), None) => return Err(problem.to_string()),
    };
    if case.truth.is_empty() && says.is_none() {
        return Err(format!("nothing is known to be right; said: {:?}", problems(&adapter)));
    }
    if case.truth.is_empty() {
        return Ok(());
    }
    if let Some((_, kind)) = REFUSED.iter().find(|(folder, _)| *folder == name) {
        let modules: BTreeSet<_> = case.truth.keys().map(|module| module.split('[').next().unwrap_or(module)).collect();
        let is_named = |module: &&str| {
            problems(&adapter).iter().any(|text| text.starts_with(&format!("module `{module}`: {kind}")))
        };
        let is_right = adapter.layers().is_empty() && modules.iter().all(is_named);
        return if is_right { Ok(()) } else { Err(format!("said: {:?}", problems(&adapter))) };
    }
    let mut truth = case.truth;
    for module in case.expect_missing {
        let named = problems(&adapter).iter().any(|text| text.starts_with(&format!("module `{module}`: ")));
        if named && !adapter.layers().iter().any(|layer| layer.module() == module) {
            truth.remove(&module);
        }
    }
    let scale = SCALES.iter().find(|(folder, _)| *folder == name).map(|(_, scale)| *scale);
    let scales = || adapter.layers().iter().map(|layer| layer.scale().to_string());
    if let Some(other) = scale.and_then(|scale| scales().find(|text| !text.starts_with(scale))) {
        return Err(format!("the scale is {other}"));
    }
    let is_unknown = scale.is_some_and(|scale| scale.starts_with("unknown"));
    if is_unknown {
        for layer in adapter.layers() {
            let values = truth.get_mut(layer.module()).ok_or("a layer that is not there")?;
            let ratio = spectrum(layer, &bytes)?[0] / values[0];
            values.iter_mut().for_each(|value| *value *= ratio);
        }
    }
    let unit_of_truth = ROUNDED.iter().find(|(folder, _)| *folder == name).map_or(1e-9, |(_, unit)| *unit);
    compare(name, &adapter, &bytes, &truth, unit_of_truth)?;

    // Each layer at half its rank: its values up to there stay, the others go.
    let ranks: Vec<usize> = adapter.layers().iter().map(|layer| layer.rank().div_ceil(2)).collect();
    let mut plan = match adapter.resize(&ranks) {
        Err(problem) if is_unknown && problem.to_string().contains("its scale is unknown: ") => return Ok(()),
        Ok(_) if is_unknown => return Err("resized with an unknown scale".to_owned()),
        plan => plan.map_err(|problem| format!("resizing: {problem}"))?,
    };
    let mut file = Vec::new();
    match plan.write(&mut &bytes[..], &mut file) {
        Err(problem) => return Err(format!("resizing: {problem}")),
        Ok(()) => assert_eq!(file.len() as u64, plan.file_bytes()),
    }
    // Kept, and said: what is no pair, and what cannot be read.
    for (i, (layer, rank)) in adapter.layers().iter().zip(&ranks).enumerate() {
        let is_kept = *rank < layer.rank() && (layer.kept().is_some() || spectrum(layer, &bytes).is_err());
        if plan.kept().iter().any(|kept| kept.layer == i) != is_kept {
            return Err(format!("resizing: {} is {}kept as it was", layer.name(), if is_kept { "not " } else { "" }));
        }
    }
    let resized = open(&file, plan.config()).map_err(|problem| format!("resized: {problem}"))?;
    for (layer, rank) in adapter.layers().iter().zip(ranks).filter(|(layer, _)| layer.kept().is_none()) {
        if let Some(values) = truth.get_mut(layer.name()) {
            values.iter_mut().skip(rank).for_each(|value| *value = 0.0);
        }
    }
    compare(name, &resized, &file, &truth, unit(&adapter)).map_err(|error| format!("resized: {error}"))
}

#[test]
fn every_file_is_right() {
    let names = names();
    assert!(names.len() >= 55, "{} folders", names.len());
    for (listed, _) in SAYS {
        assert!(names.iter().any(|name| name == listed), "{listed} is no folder");
    }
    let wrong: Vec<String> = names.iter().filter_map(|name| Some(format!("{name}: {}", check(name).err()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_number_or_layer_is_noticed() {
    let name = "peft_plain";
    let Folder { mut case, bytes, config } = folder(name);
    let adapter = open(&bytes, config.as_deref()).expect("an adapter");
    assert_eq!(compare(name, &adapter, &bytes, &case.truth, 1e-9), Ok(()));
    case.truth.values_mut().for_each(|values| values[0] *= 1.0 + 1e-8);
    assert!(compare(name, &adapter, &bytes, &case.truth, 1e-9).is_err_and(|error| error.contains("σ1 is")));
    case.truth.pop_first();
    assert!(compare(name, &adapter, &bytes, &case.truth, 1e-9).expect_err("a layer").starts_with("the layers are"));
}
