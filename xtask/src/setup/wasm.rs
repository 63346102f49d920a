//! A cargo that builds for wasm32-unknown-unknown.
//!
//! 1. If the toolchain in use has the target, it is used.
//! 2. Otherwise `rustup target add`.
//! 3. On Debian, if rustup's server cannot be reached: the distribution's compiler, with a standard library built once from the
//!    distribution's source into the cache folder. The system's folders are not changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{apt, cached};
use crate::command::{find, output, run};
use crate::root;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call cargo for wasm32.
#[derive(Clone)]
pub struct Toolchain {
    /// The folder of the standard library, if the compiler is Debian's.
    sysroot: Option<PathBuf>,
}

impl Toolchain {
    pub fn set_up() -> Result<Self> {
        let of_rustup = Self { sysroot: None };
        if has_target()? {
            return Ok(of_rustup);
        }
        if let Some(sysroot) = debian_sysroot(false)? {
            return Ok(Self { sysroot: Some(sysroot) });
        }
        if find("rustup").is_some() {
            println!("xtask: adding the target {TARGET} with rustup");
            let added = Command::new("rustup").args(["target", "add", TARGET]).stderr(Stdio::null()).status();
            if added.is_ok_and(|status| status.success()) && has_target()? {
                return Ok(of_rustup);
            }
            println!("xtask: rustup could not get the target; trying Debian's compiler");
        }
        let sysroot = debian_sysroot(true)?.context("the standard library for wasm32 could not be built")?;
        Ok(Self { sysroot: Some(sysroot) })
    }

    /// `cargo SUBCOMMAND --target wasm32-unknown-unknown`, with its own target folder: two compilers must never share one.
    pub fn cargo(&self, subcommand: &str) -> Command {
        self.cargo_with(subcommand, &[])
    }

    /// [`cargo`](Self::cargo) with more flags for the compiler, beside those of the workspace's `.cargo/config.toml`.
    pub fn cargo_with(&self, subcommand: &str, more: &[&str]) -> Command {
        let (mut cargo, mut flags) = (Command::new("cargo"), more.to_vec());
        let sysroot = self.sysroot.as_ref().map(|sysroot| format!("--sysroot={}", sysroot.display()));
        if let Some(sysroot) = &sysroot {
            // Otherwise Debian's cargo would use rustup's clippy.
            cargo = Command::new(debian(if subcommand == "clippy" { "cargo-clippy" } else { "cargo" }));
            cargo
                .env("CARGO", debian("cargo"))
                .env("RUSTC", debian("rustc"))
                .env("RUSTDOC", debian("rustdoc"))
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
            flags.push(sysroot);
        }
        cargo.args([subcommand, "--target", TARGET]).env("CARGO_TARGET_DIR", root().join("target/wasm"));
        // They would replace the flags of the workspace and those below.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        if !flags.is_empty() {
            cargo.arg("--config").arg(format!("target.{TARGET}.rustflags={flags:?}"));
        }
        cargo
    }
}

fn has_target() -> Result<bool> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn debian(program: &str) -> PathBuf {
    Path::new("/usr/bin").join(program)
}

/// The folder with Debian's standard library for wasm32; `None` if there is none and `make` is not set.
fn debian_sysroot(make: bool) -> Result<Option<PathBuf>> {
    const WHY: &str = "the target wasm32-unknown-unknown is missing and rustup cannot add it";
    let source = Path::new("/usr/lib/rustlib/src/rust/library");
    let installed = || {
        source.is_dir()
            && ["cargo", "rustc", "clippy-driver"].iter().all(|program| debian(program).is_file())
            && find("wasm-ld").is_some()
    };
    if !installed() {
        if !make {
            return Ok(None);
        }
        apt::install(WHY, &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld"])?;
        if !installed() {
            bail!("{WHY}, and Debian's packages lack what is needed");
        }
    }
    // One compiler release cannot use the library of another.
    let version = output(Command::new(debian("rustc")).arg("--version"))?;
    let version = version.split_whitespace().nth(1).context("rustc printed no version")?;
    let name = format!("wasm32-std-{version}");
    if !make && !super::cache_folder()?.join(&name).exists() {
        return Ok(None);
    }
    cached(&name, build_standard_library).map(Some)
}

fn build_standard_library(sysroot: &Path) -> Result<()> {
    println!("xtask: building the standard library for {TARGET} (once, about a minute)");
    let package = sysroot.join("build");
    fs::create_dir_all(&package)?;
    fs::write(
        package.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
    )?;
    fs::write(package.join("lib.rs"), "")?;
    run(Command::new(debian("cargo"))
        .current_dir(&package)
        .args(["build", "--quiet", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", debian("rustc"))
        .env("CARGO_TARGET_DIR", package.join("target"))
        // Without the library's bitcode, link-time optimisation of an app fails.
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld"))?;

    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    for file in fs::read_dir(package.join("target").join(TARGET).join("release/deps"))? {
        let file = file?.path();
        let name = file.file_name().context("a file without a name")?.to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(&file, library.join(name))?;
        }
    }
    super::remove(&package)
}
