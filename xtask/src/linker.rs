//! rustc calls this program as its linker. It calls the real linker, without the exports of `wasm-streams`.
//!
//! Leptos brings that crate for server functions that stream. A linker keeps every export and all that it reaches, and later
//! tools cannot tell that the vtables in there are dead: 6 % of a small page, for three classes that no script instantiates.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::run;
use crate::setup::wasm::Toolchain;

/// The variable that names the real linker. If it is set, this program acts as a linker.
const REAL: &str = "XTASK_LINKER";

/// Exports whose names contain this are left out.
const LEFT_OUT: &str = "intounderlying";

/// Makes `cargo` link through this program, if the real linker is known.
pub fn link_through(toolchain: &Toolchain, cargo: &mut Command) -> Result<()> {
    if let Some(real) = toolchain.linker()? {
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", std::env::current_exe()?).env(REAL, real);
    }
    Ok(())
}

/// Links, if rustc has called this program as its linker.
pub fn called_as_linker() -> Option<Result<()>> {
    let real = std::env::var_os(REAL)?;
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    Some(run(Command::new(real).args(without_left_out(&arguments))))
}

/// The arguments without the exports to leave out. rustc puts a command line that is too long into a file, which is passed on
/// unchanged; the page still works.
fn without_left_out(arguments: &[OsString]) -> Vec<&OsStr> {
    let mut kept = Vec::new();
    let mut rest = arguments.iter().map(OsString::as_os_str);
    while let Some(argument) = rest.next() {
        if argument == "--export" {
            let name = rest.next().unwrap_or_default();
            if !name.to_string_lossy().contains(LEFT_OUT) {
                kept.extend([argument, name]);
            }
        } else {
            kept.push(argument);
        }
    }
    kept
}

/// Fails if `script`, which wasm-bindgen wrote, instantiates one of the classes that were left out.
pub fn check(script: &Path) -> Result<()> {
    let makes_one = |line: &str| line.to_lowercase().contains(LEFT_OUT) && line.contains(".__wrap(");
    if fs::read_to_string(script)?.lines().any(makes_one) {
        bail!("{} streams through wasm-streams, which xtask/src/linker.rs leaves out", script.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{OsString, without_left_out};

    #[test]
    fn exports_of_wasm_streams_are_left_out_and_all_else_is_passed_on() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let given = words("-flavor wasm --export main --export intounderlyingsink_close_1a --export=__heap_base a.o");
        assert_eq!(without_left_out(&given), words("-flavor wasm --export main --export=__heap_base a.o"));
    }
}
