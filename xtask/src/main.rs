//! The project's own commands. `cargo xtask help` lists them.

mod adapter;
mod bench;
mod build;
mod command;
mod compress;
mod dev_server;
mod display;
mod examples;
mod messages;
mod package;
mod setup;
mod size;
mod ssr_server;
mod test;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use engine::Engine;
use examples::EXAMPLES;
use lexopt::{Arg, ValueExt};

const HELP: &str = "\
cargo xtask demo [NAME]            build an example (default: gallery), serve it on 127.0.0.1, print the URL
cargo xtask build [NAME]           build an example as optimised static files in dist/NAME/ (default: gallery)
cargo xtask package                build the npm package, the custom element, in dist/npm/
cargo xtask test [STEP ...]        run every check, or only the steps named
    --engines LIST                 browsers: all, or some of chromium,firefox,webkit (default: Chromium and those installed)
cargo xtask size [NAME]            print the bytes of an example (default: of each): raw, gzip 9, brotli 11
    --table                        what its wasm is made of, by crate and module (default: quickstart)
cargo xtask bench view             compare what the view costs with the same component in React (benches/react)
    --only LIST                    some of size,load,drag,move,mount,heap (default: all)
    --before DIST                  also measure the pages quickstart and bench that another checkout has built into its dist/
cargo xtask bench extract          compare a LoRA out of two checkpoints with mergekit and torch.svd_lowrank
cargo xtask bench server           how many requests the server of examples/ssr answers, and what each costs
cargo xtask bench svd              compare singular values in the browser with other libraries
cargo xtask bench workbench        measure a whole model's adapter in the page: time, memory, longest task
cargo xtask bench adapter-loaders  load resized adapters with PEFT and diffusers, and with other tools' own functions
cargo xtask messages               write what rustc says about mistakes into docs/compiler-messages.md
cargo xtask sample-adapter [FOLDER] write a synthetic LoRA adapter (default: dist/sample-adapter)
    --large                        one for a whole 8-B Llama: 224 layers, 84 MB
cargo xtask sample-checkpoints [FOLDER] write a synthetic pair of checkpoints with planted ranks (default: dist/sample-checkpoints)
    --large                        8 layers with sides of 512 to 2048: 156 MB each
    --video                        one shaped like a video model
cargo xtask help                   print this list

A command first installs what it needs and does not find, and says what and why: the wasm32 target, wasm-bindgen, wasm-opt, a browser.
What needs no system folder goes to ~/.cache/lora-rank-explorer (or below $XDG_CACHE_HOME); what is from npm, beside its lock file.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Words { command, names, options } = Words::read(lexopt::Parser::from_env())?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let option = |name| options.get(name).map(String::as_str);
    match command.as_str() {
        "help" => println!("{HELP}"),
        "demo" => dev_server::demo(example(&names, "gallery")?)?,
        "build" => println!("{}", build::build(example(&names, "gallery")?)?.display()),
        "test" => {
            let engines = option("engines").map(|list| Engine::list(list).map_err(anyhow::Error::msg));
            test::test(&names, &engines.unwrap_or_else(|| Ok(test::usual_engines()))?)?;
        }
        "package" => println!("{}", package::package()?.display()),
        "messages" => messages::write()?,
        "size" if option("table").is_some() => size::table(example(&names, "quickstart")?)?,
        "size" if names.is_empty() => size::size(&EXAMPLES)?,
        "size" => size::size(&[example(&names, "quickstart")?])?,
        "bench" => bench::bench(&names, option("only"), option("before"))?,
        "sample-adapter" if names.len() > 1 => bail!("sample-adapter takes one folder at most"),
        "sample-adapter" => adapter::sample(names.first().map(Path::new), option("large").is_some())?,
        "sample-checkpoints" if names.len() > 1 => bail!("sample-checkpoints takes one folder at most"),
        "sample-checkpoints" => {
            let shapes: Vec<&str> = ["large", "video"].into_iter().filter(|shape| option(shape).is_some()).collect();
            adapter::sample_checkpoints(names.first().map(Path::new), &shapes)?;
        }
        _ => bail!("there is no command `{command}`.\n\n{HELP}"),
    }
    Ok(())
}

/// What is written after `cargo xtask`.
struct Words {
    command: String,
    names: Vec<String>,
    /// The options by name; those without a value have an empty one.
    options: HashMap<&'static str, String>,
}

/// Each option: its command, its name, and whether it takes a value.
const OPTIONS: [(&str, &str, bool); 7] = [
    ("test", "engines", true),
    ("size", "table", false),
    ("bench", "only", true),
    ("bench", "before", true),
    ("sample-adapter", "large", false),
    ("sample-checkpoints", "large", false),
    ("sample-checkpoints", "video", false),
];

impl Words {
    fn read(mut parser: lexopt::Parser) -> Result<Self> {
        let (mut words, mut options) = (Vec::new(), HashMap::new());
        while let Some(word) = parser.next()? {
            match word {
                Arg::Value(value) => words.push(value.string()?),
                Arg::Long("help") | Arg::Short('h') => words.insert(0, "help".to_owned()),
                Arg::Long(name) => {
                    let command = words.first().map_or("", String::as_str);
                    let known = OPTIONS.iter().find(|option| (option.0, option.1) == (command, name));
                    let (_, option, has_value) = known.ok_or_else(|| word.unexpected())?;
                    let value = if *has_value { parser.value()?.string()? } else { String::new() };
                    options.insert(*option, value);
                }
                Arg::Short(_) => return Err(word.unexpected().into()),
            }
        }
        let mut words = words.into_iter();
        let command = words.next().unwrap_or_else(|| "help".to_owned());
        Ok(Self { command, names: words.collect(), options })
    }
}

/// The example that `names` asks for, or the one named `usual`.
fn example<'a>(names: &[&'a str], usual: &'a str) -> Result<&'a str> {
    match names {
        [] => Ok(usual),
        [name] if EXAMPLES.contains(name) => Ok(name),
        _ => bail!("there is no example `{}`; there are: {}", names.join(" "), EXAMPLES.join(", ")),
    }
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the root").to_owned()
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn a_command_takes_its_own_options_in_any_place_and_no_others() {
        let read = |line: &str| Words::read(lexopt::Parser::from_args(line.split(' ')));
        let words = read("test native --engines webkit doc").expect("known");
        assert_eq!((words.command.as_str(), words.names.join(" ").as_str()), ("test", "native doc"));
        assert_eq!(words.options["engines"], "webkit");
        for unknown in ["demo --table", "test --engines", "size -x", "--table size"] {
            assert!(read(unknown).is_err(), "{unknown}");
        }
    }
}
