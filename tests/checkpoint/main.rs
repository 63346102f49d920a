//! Two checkpoints: how their tensors pair, what ΔW is, what is written. Run with `--features checkpoint`.

mod difference;
#[allow(dead_code)]
#[path = "../adapter/files.rs"]
mod files;
mod floor;
mod fuzz;
mod low_rank;
mod models;
mod oracle;
mod pairing;
mod sample;
mod shards;
mod writing;
