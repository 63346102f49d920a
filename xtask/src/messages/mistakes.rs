//! The mistakes in `tests/messages`: one function each, with what was written as its title, then lines `- key: text`.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::root;

/// The features of the documentation's tests.
pub const ALL: &str = "csr,hydrate,ssr,islands,adapter";

const GROUPS: [(&str, &str); 7] = [
    ("target_matrix", ALL),
    ("spectrum", ALL),
    ("rank", ALL),
    ("lists", ALL),
    ("parts", ALL),
    ("names", ALL),
    ("features", ""),
];

/// A file of mistakes.
pub struct Group {
    pub name: &'static str,
    /// The features of the library that it is compiled with.
    pub features: &'static str,
    pub title: String,
    pub mistakes: Vec<Mistake>,
}

/// Something that people write and that does not compile.
#[derive(Default)]
pub struct Mistake {
    /// What was written.
    pub title: String,
    /// What rustc said at 27bb082.
    pub before: String,
    /// What the first line contains, or `nothing` if it compiles by now.
    pub says: String,
    /// Whether that leads to the right form: yes, half or no.
    pub helps: String,
    pub instead: String,
    /// The lines of comment and function.
    pub lines: Range<u64>,
}

pub fn groups() -> Result<Vec<Group>> {
    GROUPS.into_iter().map(|(name, features)| Group::read(name, features)).collect()
}

/// The file named `name`.
pub fn path(name: &str) -> PathBuf {
    root().join("tests/messages").join(name).with_extension("rs")
}

impl Group {
    fn read(name: &'static str, features: &'static str) -> Result<Self> {
        let text = fs::read_to_string(path(name)).with_context(|| format!("{name} cannot be read"))?;
        let title = text.lines().next().and_then(|line| line.strip_prefix("//! "));
        let title = title.with_context(|| format!("{name} has no title"))?.to_owned();
        let mut mistakes: Vec<Mistake> = Vec::new();
        let mut in_comment = false;
        for (line, number) in text.lines().zip(1..) {
            let comment = line.strip_prefix("///").map(str::trim);
            match (comment, mistakes.last_mut()) {
                (Some(title), _) if !in_comment => {
                    mistakes.push(Mistake { title: title.to_owned(), lines: number..number + 1, ..Mistake::default() });
                }
                (Some(text), Some(last)) => last.set(text).with_context(|| format!("{name}, line {number}"))?,
                (None, Some(last)) => last.lines.end = number + 1,
                (_, None) => {}
            }
            in_comment = comment.is_some();
        }
        Ok(Self { name, features, title, mistakes })
    }
}

impl Mistake {
    fn set(&mut self, line: &str) -> Result<()> {
        let (key, text) = line.strip_prefix("- ").and_then(|line| line.split_once(": ")).context("no `- key: text`")?;
        let field = match key {
            "before" => &mut self.before,
            "says" => &mut self.says,
            "helps" => &mut self.helps,
            "instead" => &mut self.instead,
            _ => bail!("there is no key `{key}`"),
        };
        text.clone_into(field);
        Ok(())
    }
}
