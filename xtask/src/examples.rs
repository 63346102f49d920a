//! The examples: their names, and what is special about some of them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::root;

/// The example that reads adapters.
pub const ADAPTER: &str = "adapter";

/// The example that is a server.
pub const SERVER: &str = "ssr";

/// The programs that its pages load. Each is named after the feature that it needs.
pub const PROGRAMS: [&str; 2] = ["hydrate", "islands"];

/// The flag that `cargo leptos` passes to the compiler during development. It gives all views one type, which Leptos builds and
/// rebuilds with other code.
pub const ERASE: &str = "--cfg=erase_components";

/// The profile of builds with [`ERASE`]: that of development, a little optimised.
pub const ERASED: [(&str, &str); 1] = [("CARGO_PROFILE_DEV_OPT_LEVEL", "1")];

/// The names of the examples: the folders of `examples/` that contain a program.
pub fn examples() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("examples")).context("examples/ cannot be read")? {
        let entry = entry?;
        if entry.path().join("src/main.rs").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The folder of the server's package.
pub fn server_folder() -> PathBuf {
    root().join("examples").join(SERVER)
}
