//! Comparison with NumPy and PEFT: `cargo xtask test adapter-oracle` and `cargo xtask bench adapter-loaders` write the models with
//! `oracle.py`, run this test, and let `oracle.py` check the LoRAs.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use lora_rank_explorer::adapter::Names;
use lora_rank_explorer::checkpoint::{Checkpoint, LoraFile, LoraOptions, PairKind, Pairing, Side};

fn open(folder: &Path) -> (Checkpoint, Vec<File>) {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "safetensors"));
    names.sort();
    let index = fs::read_to_string(folder.join("model.safetensors.index.json")).ok();
    let texts: Vec<String> = names.iter().map(|path| path.display().to_string()).collect();
    let file = |name: &String| File::open(name).expect("a file");
    let length = |file: &File| file.metadata().expect("its length").len();
    let mut files: Vec<(&str, u64, File)> =
        texts.iter().map(|name| (name.as_str(), length(&file(name)), file(name))).collect();
    let checkpoint = Checkpoint::open(index.as_deref(), &mut files).expect("a checkpoint");
    assert!(checkpoint.problems().is_empty(), "{:?}", checkpoint.problems());
    (checkpoint, files.into_iter().map(|(_, _, file)| file).collect())
}

#[test]
#[ignore = "needs the models that oracle.py writes"]
fn loras_are_written_for_the_oracle() {
    let folder = PathBuf::from(std::env::var("CHECKPOINT_ORACLE").expect("the folder of oracle.py"));
    let ((base, mut base_files), (tuned, mut tuned_files)) = (open(&folder.join("base")), open(&folder.join("tuned")));
    let pairing = Pairing::new(&base, &tuned);
    assert!(pairing.unusable().is_empty(), "{:?}", pairing.unusable());
    assert!(pairing.only_base().is_empty() && pairing.only_tuned().is_empty());
    for names in [Names::Peft, Names::ComfyUi] {
        let options = LoraOptions::default().names(names);
        let (mut parts, mut said) = (Vec::new(), Vec::new());
        for pair in pairing.pairs() {
            let difference = pair.read(&mut base_files, &mut tuned_files).expect("finite");
            if !pair.kind().takes_lora() {
                let of_base = pair.read_bytes(Side::Base, &mut base_files).expect("bytes");
                let of_tuned = pair.read_bytes(Side::Tuned, &mut tuned_files).expect("bytes");
                // PEFT saves no bias beside factors.
                if names != Names::Peft || pair.kind() != PairKind::Bias {
                    parts.push(pair.whole(&of_base, &of_tuned, &options).expect("numbers that fit"));
                }
                continue;
            }
            let rank = NonZeroUsize::new(64.min(pair.rows().min(pair.cols()) / 2)).expect("a rank");
            let low_rank = difference.low_rank(rank).expect("memory");
            let leading = difference.leading(rank).expect("memory");
            said.push(serde_json::json!({
                "base": pair.tensor(Side::Base).name(),
                "tuned": pair.tensor(Side::Tuned).name(),
                "name": pair.name(),
                "rank": rank,
                "norm": difference.frobenius_norm(),
                "residual": difference.residual(&low_rank),
                "clamped": difference.clamped_residual(&low_rank),
                "floor": difference.floor().value(),
                "unchanged": difference.floor().unchanged_share(),
                "values": leading.singular_values(),
                "converged": leading.converged(),
            }));
            parts.push(pair.lora(&low_rank, &options).expect("numbers that fit"));
        }
        let out = folder.join(if names == Names::Peft { "peft" } else { "comfyui" });
        fs::create_dir_all(&out).expect("a folder");
        let file = LoraFile::new(&pairing, parts, &options).expect("a file");
        file.write(&mut File::create(out.join("adapter_model.safetensors")).expect("a file")).expect("written");
        if let Some(config) = file.config() {
            fs::write(out.join("adapter_config.json"), config).expect("written");
        }
        fs::write(out.join("said.json"), serde_json::to_string(&said).expect("JSON")).expect("written");
    }
}
