//! Writes a synthetic adapter into a folder, as PEFT would: `cargo xtask sample-adapter`. With `--large`, one for a whole model.

use std::path::PathBuf;
use std::{env, fs, io};

use lora_rank_explorer::adapter::{large_sample, sample};

fn main() -> io::Result<()> {
    let mut words: Vec<_> = env::args_os().skip(1).collect();
    let is_large = words.iter().any(|word| word == "--large");
    words.retain(|word| word != "--large");
    let folder = words.pop().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let sample = if is_large { large_sample() } else { sample() };
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("adapter_model.safetensors"), sample.file)?;
    fs::write(folder.join("adapter_config.json"), sample.config)?;
    println!("{}", folder.display());
    Ok(())
}
