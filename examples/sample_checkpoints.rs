//! Writes a synthetic pair of checkpoints into a folder, `base` and `tuned` with two files and an index each:
//! `cargo xtask sample-checkpoints`. With `--large`, one with sides of 512 to 2048; with `--video`, one shaped like a video model.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use lora_rank_explorer::checkpoint::{SampleModel, large_sample, sample, video_sample};

fn main() -> io::Result<()> {
    let mut words: Vec<_> = env::args_os().skip(1).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let (is_large, is_video) = (has("--large"), has("--video"));
    words.retain(|word| word != "--large" && word != "--video");
    let folder = words.pop().map_or_else(|| PathBuf::from("."), PathBuf::from);
    let sample = match (is_video, is_large) {
        (true, _) => video_sample(),
        (_, true) => large_sample(),
        _ => sample(),
    };
    write(&folder.join("base"), &sample.base)?;
    write(&folder.join("tuned"), &sample.tuned)?;
    for (name, rank) in &sample.planted {
        println!("{name}: an update of rank {rank}");
    }
    println!("{}", folder.display());
    Ok(())
}

fn write(folder: &Path, model: &SampleModel) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, bytes) in &model.files {
        fs::write(folder.join(name), bytes)?;
    }
    fs::write(folder.join("model.safetensors.index.json"), &model.index)
}
