//! The project's own commands. `cargo xtask help` lists them.

mod adapter;
mod bench;
mod build;
mod command;
mod dev_server;
mod display;
mod examples;
mod setup;
mod size;
mod ssr_server;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use setup::engine::Engine;

const HELP: &str = "\
cargo xtask demo [NAME] [--open]   build an example (default: gallery), serve it on 127.0.0.1, print the URL
cargo xtask build [NAME]           build an example as optimised static files in dist/NAME/ (default: gallery)
cargo xtask test [STEP ...]        run every check, or only the steps named
    --engines LIST                 browsers: all, or some of chromium,firefox,webkit (default: Chromium and those installed)
cargo xtask bench svd              compare singular values in the browser with other libraries
cargo xtask size [NAME]            print the bytes of an example (default: of each): raw, gzip 9, brotli 11
    --table                        what its wasm is made of, by crate and module (default: quickstart)
cargo xtask sample-adapter [FOLDER] write a synthetic LoRA adapter (default: dist/sample-adapter)
    --large                        one for a whole 8-B Llama: 224 layers, 84 MB
cargo xtask bench view [OPTION ...]  compare what the view costs with the same component in React
cargo xtask bench adapter          measure a whole model's adapter in the page: time, memory, longest task
cargo xtask help                   print this list

A command first installs what it needs and does not find: the wasm32 target, wasm-bindgen, wasm-opt, a browser.
Everything that needs no system folder goes to ~/.cache/lora-rank-explorer (or below $XDG_CACHE_HOME).";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        [] | ["help" | "-h" | "--help"] => println!("{HELP}"),
        ["demo", options @ ..] => {
            let (names, open) = (without(options, "--open"), options.contains(&"--open"));
            dev_server::demo(example(&names)?, open)?;
        }
        ["build", names @ ..] => {
            let dist = build::build(example(names)?)?;
            println!("{}", dist.display());
        }
        ["test", "--engines", engines, steps @ ..] | ["test", steps @ .., "--engines", engines] => {
            test::test(steps, &Engine::parse(engines)?)?
        }
        ["test", steps @ ..] => test::test(steps, &test::usual_engines())?,
        ["size", "--table", names @ ..] | ["size", names @ .., "--table"] => size::table(match names {
            [] => "quickstart",
            names => example(names)?,
        })?,
        ["size"] => size::size(&examples::examples()?)?,
        ["size", name] => size::size(&[example(&[*name])?.to_owned()])?,
        ["sample-adapter", options @ ..] => {
            let (folder, large) = (without(options, "--large"), options.contains(&"--large"));
            match folder[..] {
                [] => adapter::sample(None, large)?,
                [folder] => adapter::sample(Some(Path::new(folder)), large)?,
                _ => bail!("sample-adapter takes one folder at most"),
            }
        }
        ["bench", words @ ..] => bench::bench(words)?,
        _ => bail!("there is no command `{}`.\n\n{HELP}", words.join(" ")),
    }
    Ok(())
}

fn without<'a>(words: &[&'a str], flag: &str) -> Vec<&'a str> {
    words.iter().copied().filter(|word| *word != flag).collect()
}

/// The example that `names` asks for, by default the gallery.
fn example<'a>(names: &[&'a str]) -> Result<&'a str> {
    let known = examples::examples()?;
    match names {
        [] => Ok("gallery"),
        [name] if known.iter().any(|example| example == name) => Ok(name),
        _ => bail!("there is no example `{}`; there are: {}", names.join(" "), known.join(", ")),
    }
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the root").to_owned()
}
