//! `cargo xtask test`: every check of the project, one line each at the end.

use std::net::TcpListener;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::build::build;
use crate::command::{Running, run};
use crate::root;
use crate::serve;
use crate::setup::wasm::Toolchain;
use crate::setup::{browser, wasm_bindgen};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 8] = [
    ("format", format),
    ("clippy", clippy),
    ("clippy-wasm", clippy_wasm),
    ("features", features),
    ("native", native),
    ("browser", in_browser),
    ("end-to-end", end_to_end),
    ("doc", doc),
];

/// Runs the steps named, or all of them. A step that fails does not stop the ones after it.
pub fn test(names: &[&str]) -> Result<()> {
    let known = STEPS.map(|(name, _)| name);
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no step `{unknown}`; there are: {}", known.join(", "));
    }
    let mut lines = Vec::new();
    let mut failed = 0;
    for (name, step) in STEPS {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        println!("\nxtask: {name}");
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed().as_secs();
        match result {
            Ok(()) => lines.push(format!("{name:<12} ok      {seconds:>4} s")),
            Err(error) => {
                eprintln!("xtask: {error:#}");
                lines.push(format!("{name:<12} FAILED  {seconds:>4} s  {error:#}"));
                failed += 1;
            }
        }
    }
    println!("\n{}", lines.join("\n"));
    if failed > 0 {
        bail!("{failed} of {} steps failed", lines.len());
    }
    Ok(())
}

fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).current_dir(root());
    cargo
}

fn format() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(cargo(&["fmt", "--all", "--check"]).current_dir(root().join("examples")))
}

fn clippy() -> Result<()> {
    run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        "browser-tests",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))
}

fn clippy_wasm() -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    run(toolchain.cargo("clippy").args([
        "--quiet",
        "--package",
        "browser-tests",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    run(toolchain.cargo("clippy").current_dir(root().join("examples")).args([
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))
}

/// What an app may use Leptos with: nothing yet (a crate in between), the browser, the server. `nightly` goes with each, and is
/// checked where that compiler is installed.
fn features() -> Result<()> {
    const NATIVE: [&str; 2] = ["", "ssr"];
    const IN_BROWSER: [&str; 3] = ["", "csr", "hydrate"];
    const NIGHTLY: [&str; 4] = ["nightly", "nightly,csr", "nightly,hydrate", "nightly,ssr"];
    let with = |cargo: &mut Command, features: &str, options: &[&str]| {
        println!("xtask: features [{features}]");
        cargo.current_dir(root()).args(["--quiet", "--package", "lora-rank-explorer", "--features", features]);
        run(cargo.args(options))
    };
    for features in NATIVE {
        with(&mut cargo(&["clippy"]), features, &["--all-targets", "--", "-Dwarnings"])?;
    }
    let toolchain = Toolchain::set_up()?;
    for features in IN_BROWSER {
        with(&mut toolchain.cargo("clippy"), features, &["--", "-Dwarnings"])?;
    }
    let nightly = || {
        let mut rustup = Command::new("rustup");
        // This process runs inside a cargo of another release, which left its name here.
        rustup.args(["run", "nightly", "cargo"]).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        rustup
    };
    if !nightly().arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("xtask: no nightly compiler is installed, so the feature `nightly` is not checked");
        return Ok(());
    }
    for features in NIGHTLY {
        with(nightly().arg("check").env("CARGO_TARGET_DIR", root().join("target/nightly")), features, &[])?;
    }
    Ok(())
}

fn native() -> Result<()> {
    run(&mut cargo(&["test", "--quiet", "--package", "lora-rank-explorer", "--package", "xtask"]))?;
    // The server's half: what is not there without `ssr`.
    run(&mut cargo(&[
        "test",
        "--quiet",
        "--package",
        "lora-rank-explorer",
        "--features",
        "ssr",
        "--test",
        "server",
        "--test",
        "foreign_rows",
    ]))
}

fn in_browser() -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    let bindgen = wasm_bindgen::set_up(&root().join("Cargo.lock"))?;
    let browser = browser::set_up()?;
    run(toolchain
        .cargo("test")
        .args(["--package", "browser-tests"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.join("wasm-bindgen-test-runner"))
        .env("CHROMEDRIVER", browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser::capabilities())
        // Seconds for all tests together; the default of 20 is short for a thousand mounts on a busy machine.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180"))
}

/// The tests get what they drive in their environment: the address of the built gallery, of the driver, and the
/// capabilities to ask it for.
fn end_to_end() -> Result<()> {
    let gallery = serve::in_background(&build("gallery")?)?;
    let browser = browser::set_up()?;
    let port = free_port()?;
    let _driver = Running::start(Command::new(browser.driver).arg(format!("--port={port}")).arg("--log-level=OFF"))?;
    run(cargo(&["test", "--quiet", "--package", "end-to-end"])
        .env("GALLERY_URL", gallery)
        .env("WEBDRIVER_URL", format!("http://127.0.0.1:{port}"))
        .env("WEBDRIVER_CAPABILITIES", browser::capabilities()))
}

fn doc() -> Result<()> {
    run(cargo(&["doc", "--quiet", "--no-deps", "--package", "lora-rank-explorer", "--package", "xtask"])
        .env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
