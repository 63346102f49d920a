//! What rustc says about mistakes: `tests/messages` holds them, `docs/compiler-messages.md` lists them.

mod compile;
mod mistakes;
mod table;

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::root;
use compile::{Libraries, Message};
use mistakes::{Group, Mistake, groups, path};

/// What rustc proposes for a value that is no closure where a bound asks for one. It never helps with a prop.
const MISLEADING: [&str; 2] = ["you might have meant to create the closure", "the trait `Fn()` is not implemented"];

/// With this, rustc proposes a closure around the view, too, but names the variable that is to be cloned.
const FN_ONCE: &str = "this closure only implements `FnOnce`";

/// Fails unless rustc says about each mistake what the file says that it does, and accepts what is recommended instead.
pub fn check() -> Result<()> {
    let mut problems = Vec::new();
    let mut count = 0;
    let mut compiler = Compiler::default();
    for group in groups()? {
        let errors = compiler.errors(group.name, group.features)?;
        for mistake in &group.mistakes {
            count += 1;
            problems.extend(mistake.problem(&errors).map(|problem| format!("{}: {problem}", mistake.title)));
        }
        let elsewhere = errors.iter().filter(|error| !group.mistakes.iter().any(|one| one.lines.contains(&error.line)));
        problems.extend(elsewhere.map(|error| format!("{}, outside of the mistakes: {}", group.name, error.whole)));
    }
    for Message { whole, .. } in compiler.errors("instead", mistakes::ALL)? {
        problems.push(format!("what is recommended does not compile: {whole}"));
    }
    if !problems.is_empty() {
        eprintln!("{}", problems.join("\n"));
        bail!("of {count} mistakes and what replaces them, {} differ", problems.len());
    }
    println!("xtask: {count} compiler messages are as expected");
    Ok(())
}

/// Writes what rustc says into `docs/compiler-messages.md`, below the line `table::BELOW`.
pub fn write() -> Result<()> {
    let file = root().join("docs/compiler-messages.md");
    let text = fs::read_to_string(&file)?;
    let (above, _) = text.split_once(table::BELOW).with_context(|| format!("no line `{}`", table::BELOW))?;
    let mut text = format!("{above}{}\n", table::BELOW);
    let mut compiler = Compiler::default();
    for group in groups()? {
        let errors = compiler.errors(group.name, group.features)?;
        table::append(&mut text, &group, &errors);
    }
    Ok(fs::write(file, text)?)
}

/// The libraries that were built, by their features.
#[derive(Default)]
struct Compiler(HashMap<&'static str, Libraries>);

impl Compiler {
    fn errors(&mut self, name: &str, features: &'static str) -> Result<Vec<Message>> {
        if !self.0.contains_key(features) {
            self.0.insert(features, Libraries::build(features)?);
        }
        self.0[features].errors(&path(name))
    }
}

impl Mistake {
    /// The first error of rustc about it.
    fn error<'a>(&self, errors: &'a [Message]) -> Option<&'a Message> {
        errors.iter().find(|error| self.lines.contains(&error.line))
    }

    /// What is not as the file says.
    fn problem(&self, errors: &[Message]) -> Option<String> {
        match (self.error(errors), self.says.as_str()) {
            (_, "") => Some("`- says: …` is missing".to_owned()),
            (None, "nothing") => None,
            (None, _) => Some("it compiles now; write `- says: nothing`".to_owned()),
            (Some(error), says) => {
                let misleads = MISLEADING.iter().find(|text| error.whole.contains(*text));
                let misleads = misleads.filter(|_| !error.first.contains(FN_ONCE));
                let wrong = misleads.map(|text| format!("rustc says `{text}`"));
                let lacks = || (!error.first.contains(says)).then(|| format!("the first line lacks `{says}`"));
                Some(format!("{}:\n{}", wrong.or_else(lacks)?, error.whole))
            }
        }
    }
}
