//! Writes the synthetic adapter that [`sample`] makes into a folder, as PEFT would: `cargo xtask sample-adapter`.

use std::path::PathBuf;
use std::{env, fs, io};

use lora_rank_explorer::adapter::sample;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let sample = sample();
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("adapter_model.safetensors"), sample.file)?;
    fs::write(folder.join("adapter_config.json"), sample.config)?;
    println!("{}", folder.display());
    Ok(())
}
