//! Resizes the adapters that `loaders.py` writes with PEFT and diffusers, for it to load them again:
//! `cargo xtask bench adapter-loaders`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Names, ResizeOptions};

/// What is asked for, with the ranks of the layers in turn.
fn asked(name: &str) -> Vec<(&'static str, Vec<usize>, ResizeOptions)> {
    let new = ResizeOptions::new;
    if name == "renamed" {
        let ranks = vec![4, 8, 3];
        return vec![
            ("names-comfyui", ranks.clone(), new().names(Names::ComfyUi)),
            ("names-kohya", ranks.clone(), new().names(Names::Kohya)),
            ("bake-kohya", ranks, new().names(Names::Kohya).bake_scale()),
        ];
    }
    // diffusers converts kohya's names, so its layers cannot be told apart by them.
    let mixed = if name == "kohya" { vec![3] } else { vec![4, 2, 8, 3, 4] };
    let mut asked = vec![
        ("as-it-is", mixed.clone(), new()),
        ("bake", mixed.clone(), new().bake_scale()),
        ("one-alpha", mixed.clone(), new().one_alpha()),
        ("F16", mixed.clone(), new().dtype(FactorDtype::F16)),
        ("BF16", mixed.clone(), new().dtype(FactorDtype::Bf16)),
        ("cap", mixed, new().cap_singular_values(0.5)),
    ];
    if name != "kohya" {
        asked.push(("drop", vec![4, 0, 2], new().drop_layers_of_rank_0()));
    }
    asked
}

fn resize(folder: &Path) {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let path: PathBuf =
        files.into_iter().find(|path| path.extension().is_some_and(|end| end == "safetensors")).expect("a file");
    let config = fs::read_to_string(folder.join("adapter_config.json")).ok();
    let mut file = File::open(&path).expect("a file");
    let length = file.metadata().expect("its length").len();
    let adapter = Adapter::open(&mut file, length, config.as_deref()).expect("an adapter");
    assert!(adapter.problems().is_empty() && !adapter.layers().is_empty(), "{name}: {:?}", adapter.problems());
    let mut written: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (option, ranks, options) in asked(name) {
        let ranks: Vec<usize> = ranks.into_iter().cycle().take(adapter.layers().len()).collect();
        let mut plan = adapter.resize_with(&ranks, &options).expect("a plan");
        let target = folder.join(option);
        fs::create_dir(&target).expect("a new folder");
        let mut new = File::create(target.join(path.file_name().expect("a name"))).expect("a new file");
        plan.write(&mut file, &mut new).expect("written");
        assert!(plan.kept().is_empty(), "{name}, {option}: {}", plan.kept()[0]);
        if let Some(config) = plan.config() {
            fs::write(target.join("adapter_config.json"), config).expect("written");
        }
        let ranks = adapter.layers().iter().zip(ranks).map(|(layer, rank)| (layer.module(), rank));
        written.insert(option, ranks.collect());
    }
    fs::write(folder.join("resized.json"), serde_json::to_string(&written).expect("JSON")).expect("written");
}

#[test]
#[ignore = "needs PEFT's and diffusers' files: `cargo xtask bench adapter-loaders`"]
fn adapters_of_peft_and_diffusers_are_resized_for_their_loaders() {
    let folder = std::env::var_os("ADAPTER_LOADERS").map(PathBuf::from).expect("the folder that loaders.py has filled");
    let folders = fs::read_dir(&folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    assert!(!folders.is_empty(), "loaders.py has written adapters");
    folders.iter().for_each(|folder| resize(folder));
}
