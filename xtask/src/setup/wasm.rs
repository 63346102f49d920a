//! wasm-bindgen's programs, and a cargo that builds for wasm32-unknown-unknown: the toolchain's own target; else `rustup target add`; else, on a Debian that cannot
//! reach rustup's server, the distribution's compiler (`debian.rs`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{debian, installed_by_cargo};
use crate::command::{Cmd, Shell, cmd, find, shell};
use crate::root;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call cargo for wasm32.
pub struct Toolchain {
    /// The folder of the standard library, if the compiler is Debian's.
    debian: Option<PathBuf>,
}

impl Toolchain {
    pub fn set_up() -> Result<Self> {
        if has_target()? {
            return Ok(Self { debian: None });
        }
        if let Some(sysroot) = debian::sysroot(false)? {
            return Ok(Self { debian: Some(sysroot) });
        }
        if find("rustup").is_some() {
            println!("xtask: installing {TARGET} with rustup, to compile for the browser");
            let sh = shell()?;
            if cmd!(sh, "rustup target add {TARGET}").ignore_stderr().run().is_ok() && has_target()? {
                return Ok(Self { debian: None });
            }
            println!("xtask: rustup could not get the target; trying Debian's compiler");
        }
        Ok(Self { debian: debian::sysroot(true)? })
    }

    /// The folder that it builds into. Two compilers must never share one; one that does both shares what macros are built from.
    pub fn target(&self) -> PathBuf {
        root().join(if self.debian.is_some() { "target/wasm" } else { "target" })
    }

    /// `cargo SUBCOMMAND --target wasm32-unknown-unknown`.
    pub fn cargo<'a>(&self, sh: &'a Shell, subcommand: &str) -> Cmd<'a> {
        self.cargo_with(sh, subcommand, &[])
    }

    /// [`cargo`](Self::cargo) with more flags for the compiler, beside those of the workspace's `.cargo/config.toml`.
    pub fn cargo_with<'a>(&self, sh: &'a Shell, subcommand: &str, more: &[&str]) -> Cmd<'a> {
        let mut flags: Vec<String> = more.iter().map(ToString::to_string).collect();
        let cargo = match &self.debian {
            None => sh.cmd("cargo"),
            Some(sysroot) => {
                flags.push(format!("--sysroot={}", sysroot.display()));
                debian::cargo(sh, subcommand)
            }
        };
        let cargo = cargo.args([subcommand, "--target", TARGET]).env("CARGO_TARGET_DIR", self.target());
        // They would replace the flags of the workspace and these.
        let cargo = cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        match flags[..] {
            [] => cargo,
            _ => cargo.arg("--config").arg(format!("target.{TARGET}.rustflags={flags:?}")),
        }
    }
}

fn has_target() -> Result<bool> {
    let sh = shell()?;
    let sysroot = cmd!(sh, "rustc --print sysroot").quiet().read()?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// The folder with `bindgen` (wasm-bindgen) and `test-runner`, in the version of the library. The other workspaces must pin the same; else
/// `bindgen` says which one it needs.
pub fn bindgen() -> Result<PathBuf> {
    let sh = shell()?;
    let package = cmd!(sh, "cargo pkgid wasm-bindgen").quiet().read()?;
    let (_, version) = package.rsplit_once('@').context("cargo printed no version of wasm-bindgen")?;
    installed_by_cargo("wasm-bindgen", version, &["--path", "xtask/tools"], "make pages of wasm programs")
}
