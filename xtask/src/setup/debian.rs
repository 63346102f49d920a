//! The last resort for wasm32, on a Debian that cannot reach rustup's server: the distribution's compiler, with a standard library built
//! once from the distribution's source into the cache folder. The system's folders are not changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::wasm::TARGET;
use super::{apt, cached, is_cached, remove};
use crate::command::{Cmd, Shell, cmd, find, shell, shell_in};

const WHY: &str = "the target wasm32-unknown-unknown is missing and rustup cannot add it";
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld"];
const LINKER: (&str, &str) = ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");

/// Debian's cargo, with Debian's compiler.
pub fn cargo<'a>(sh: &'a Shell, subcommand: &str) -> Cmd<'a> {
    // Otherwise its cargo would use rustup's clippy.
    let cargo = sh.cmd(if subcommand == "clippy" { "/usr/bin/cargo-clippy" } else { "/usr/bin/cargo" });
    let programs = [("CARGO", "/usr/bin/cargo"), ("RUSTC", "/usr/bin/rustc"), ("RUSTDOC", "/usr/bin/rustdoc"), LINKER];
    cargo.envs(programs)
}

/// The folder with Debian's standard library for wasm32; `None` if there is none and `make` is not set.
pub fn sysroot(make: bool) -> Result<Option<PathBuf>> {
    let installed = || {
        let files = ["bin/cargo", "bin/rustc", "bin/clippy-driver", "lib/rustlib/src/rust/library"];
        files.iter().all(|file| Path::new("/usr").join(file).exists()) && find("wasm-ld").is_some()
    };
    if !installed() && !make {
        return Ok(None);
    }
    if !installed() {
        apt::install(WHY, &PACKAGES)?;
    }
    if !installed() {
        bail!("{WHY}, and Debian's packages lack what is needed");
    }
    // One compiler release cannot use the library of another.
    let sh = shell()?;
    let version = cmd!(sh, "/usr/bin/rustc --version").quiet().read()?;
    let name = format!("wasm32-std-{}", version.split_whitespace().nth(1).context("rustc printed no version")?);
    if make || is_cached(&name)? { cached(&name, build_standard_library).map(Some) } else { Ok(None) }
}

fn build_standard_library(sysroot: &Path) -> Result<()> {
    println!("xtask: building the standard library for {TARGET} from Debian's source (once, about a minute)");
    let package = sysroot.join("build");
    fs::create_dir_all(&package)?;
    let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n";
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(package.join("lib.rs"), "")?;
    let sh = shell_in(&package)?;
    cmd!(sh, "/usr/bin/cargo build -q --release -Zbuild-std=std,panic_abort,test --target {TARGET}")
        .envs([("RUSTC_BOOTSTRAP", "1"), ("RUSTC", "/usr/bin/rustc"), LINKER])
        .env("CARGO_TARGET_DIR", package.join("target"))
        // Without the library's bitcode, link-time optimisation of an app fails.
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
        .run()?;
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    for file in fs::read_dir(package.join("target").join(TARGET).join("release/deps"))? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(file.path(), library.join(name))?;
        }
    }
    remove(&package)
}
