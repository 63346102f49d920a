//! Comparison with Python's safetensors and NumPy: `cargo xtask test adapter-oracle` writes the files with `oracle.py`, runs this
//! test, and lets `oracle.py` check the resized files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Layer, Names, ResizeOptions};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    module: String,
    /// Of what is no plain pair.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    rank: Option<usize>,
    scale: f64,
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    /// NumPy's largest value after these, which is rounding error.
    beyond: f64,
}

/// Tolerance relative to σ₁: the rounding errors of two good svd in f64 are far below.
const BAR: f64 = 1e-12;

fn open(folder: &Path, name: &str) -> (Adapter, File) {
    let path = folder.join(format!("{name}.safetensors"));
    let mut file = File::open(&path).expect("a file");
    let length = file.metadata().expect("its length").len();
    let config = fs::read_to_string(folder.join(format!("{name}.config.json"))).ok();
    let adapter = Adapter::open(&mut file, length, config.as_deref()).expect("a safetensors file");
    (adapter, file)
}

fn compare(folder: &Path, name: &str) -> f64 {
    let expected = fs::read_to_string(folder.join(format!("{name}.expected.json"))).expect("what NumPy found");
    let expected: Vec<Expected> = serde_json::from_str(&expected).expect("JSON");
    let (adapter, mut file) = open(folder, name);
    assert!(adapter.problems().is_empty(), "{name}: {:?}", adapter.problems());
    assert_eq!(adapter.layers().len(), expected.len(), "{name}");
    let mut worst: f64 = 0.0;
    for expected in expected {
        let layer = adapter.layers().iter().find(|layer| layer.name() == expected.module);
        let layer = layer.unwrap_or_else(|| panic!("{name}: no {}", expected.module));
        assert_eq!((layer.rows(), layer.cols()), (expected.rows, expected.cols), "{name}");
        let (most, found) = (expected.rows.min(expected.cols), expected.singular_values.len());
        assert!(expected.kind.is_some() && found == most || expected.rank == Some(layer.rank()), "{name}");
        assert!(
            (layer.scale().value().unwrap_or(f64::NAN) - expected.scale).abs() <= 1e-15 * expected.scale,
            "{name}: {}",
            expected.module
        );
        let spectrum = layer.read(&mut file).expect("factors").spectrum().expect("memory");
        let values = spectrum.singular_values();
        let known = expected.singular_values.len().min(values.len());
        assert!(values[known..].iter().all(|&value| value == 0.0) && expected.beyond <= BAR * values[0]);
        // Where fewer are given, the others are 0.
        let ours = values.iter().copied().chain(std::iter::repeat(0.0));
        let off = ours.zip(&expected.singular_values).map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f64::max);
        assert!(off <= BAR * values[0], "{name}, {}: {:e} of σ₁", expected.module, off / values[0]);
        worst = worst.max(off / values[0]);
    }
    worst
}

/// What `oracle.py` checks of each option.
fn options() -> [(&'static str, ResizeOptions); 12] {
    let new = ResizeOptions::new;
    [
        ("as-it-is", new()),
        ("bake", new().bake_scale()),
        ("one-alpha", new().one_alpha()),
        ("F32", new().dtype(FactorDtype::F32)),
        ("F16", new().dtype(FactorDtype::F16)),
        ("BF16", new().dtype(FactorDtype::Bf16)),
        ("cap", new().cap_singular_values(0.4)),
        ("ladder", new().round_ranks_up_to([2, 4, 8])),
        ("drop", new().drop_layers_of_rank_0()),
        ("names-peft", new().names(Names::Peft)),
        ("names-comfyui", new().names(Names::ComfyUi)),
        ("names-kohya", new().names(Names::Kohya)),
    ]
}

fn write_resized(folder: &Path, name: &str, rank: usize, option: &str, options: &ResizeOptions) {
    let (adapter, mut file) = open(folder, name);
    let mut ranks = vec![rank; adapter.layers().len()];
    if option == "drop" {
        ranks[0] = 0;
    }
    let mut plan = match adapter.resize_with(&ranks, options) {
        Ok(plan) => plan,
        Err(problem) => {
            assert!(option.starts_with("names"), "{name}, {option}: {problem}");
            return;
        }
    };
    let target = folder.join("resized").join(format!("{name}.to-{rank}.{option}"));
    let with = |ending: &str| PathBuf::from(format!("{}{ending}", target.display()));
    plan.write(&mut file, &mut File::create(with(".safetensors")).expect("a new file")).expect("written");
    assert!(plan.kept().is_empty(), "{name}, {option}: {}", plan.kept()[0]);
    if let Some(config) = plan.config() {
        fs::write(with(".config.json"), config).expect("written");
    }
}

/// Pairs in the place of another kind, at ranks below every layer's own.
fn write_pairs(folder: &Path, name: &str) {
    let (adapter, _) = open(folder, name);
    let layers = || adapter.layers().iter();
    if !layers().any(Layer::becomes_pair) || layers().any(|layer| layer.kept().is_some()) {
        return;
    }
    let own = layers().map(Layer::rank).min().unwrap_or(1);
    for rank in [1, own / 2, own - 1].into_iter().filter(|rank| *rank > 0) {
        for (option, options) in options() {
            if ["as-it-is", "bake", "one-alpha", "F16", "BF16"].contains(&option) {
                write_resized(folder, name, rank, option, &options);
            }
        }
    }
}

#[test]
#[ignore = "needs Python's files: `cargo xtask test adapter-oracle`"]
fn spectra_are_those_that_numpy_finds() {
    let folder = std::env::var_os("ADAPTER_ORACLE").map(PathBuf::from).expect("the folder that oracle.py has filled");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder")
        .filter_map(|entry| {
            entry.expect("an entry").file_name().to_str()?.strip_suffix(".safetensors").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(!names.is_empty(), "oracle.py has written files");
    // oracle_owners.py writes files of other kinds only.
    let is_numpys = names.iter().any(|name| !name.starts_with("kind-"));
    let mut kinds = BTreeMap::<String, (usize, f64)>::new();
    for name in names {
        let worst = compare(&folder, &name);
        if let Some((kind, _)) = name.strip_prefix("kind-").and_then(|name| name.rsplit_once('-')) {
            let kind = kinds.entry(kind.to_owned()).or_default();
            *kind = (kind.0 + 1, kind.1.max(worst));
            write_pairs(&folder, &name);
            continue;
        }
        println!("{name:<24} {worst:.1e} of σ₁");
        for rank in [1, 3, 7] {
            for (option, options) in options() {
                // Not the large ones; the options do not depend on the size.
                let is_small = !["llama", "r64", "r128"].iter().any(|large| name.contains(large));
                if option == "as-it-is" || (rank == 3 && is_small) {
                    write_resized(&folder, &name, rank, option, &options);
                }
            }
        }
    }
    let files: usize = kinds.values().map(|(files, _)| files).sum();
    assert!(files >= if is_numpys { 40 } else { 20 }, "{kinds:?}");
    for (kind, (files, worst)) in kinds {
        println!("{kind:<24} {worst:.1e} of σ₁ at most in {files} files");
    }
}
