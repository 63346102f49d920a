//! Compiles a file against the library, and reads what rustc says about it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::{cmd, shell};
use crate::test::PACKAGE;

/// What the files use.
const CRATES: [&str; 3] = ["leptos", "lora_rank_explorer", "nalgebra"];

/// The library and the crates beside it, as cargo has built them.
pub struct Libraries {
    /// Names of crates and their files.
    files: Vec<(String, PathBuf)>,
    folder: PathBuf,
}

/// An error of rustc.
pub struct Message {
    pub line: u64,
    /// The headline, and the label at the place.
    pub first: String,
    /// All of it, as it is printed.
    pub whole: String,
}

impl Libraries {
    /// Builds the library with `features`, as the tests of the step `native` need it, so that Leptos is not built again.
    pub fn build(features: &str) -> Result<Self> {
        let sh = shell()?;
        let options = ["--test", "mixed_features", "--no-run", "--message-format=json"];
        let output = cmd!(sh, "cargo test -q -p {PACKAGE} --features={features} {options...}").read()?;
        let mut files: Vec<(String, PathBuf)> = Vec::new();
        for line in output.lines() {
            let line: Value = serde_json::from_str(line)?;
            let name = line["target"]["name"].as_str().unwrap_or_default().replace('-', "_");
            let mut built = line["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let library = built.find(|file| file.ends_with(".rlib"));
            files.extend(library.filter(|_| CRATES.contains(&name.as_str())).map(|file| (name, file.into())));
        }
        let (_, library) = files.first().with_context(|| format!("cargo named no library:\n{output}"))?;
        let folder = library.parent().context("a library lies in a folder")?.to_owned();
        Ok(Self { files, folder })
    }

    /// The errors of rustc about `file`.
    pub fn errors(&self, file: &Path) -> Result<Vec<Message>> {
        let sh = shell()?;
        let (folder, output) = (&self.folder, self.folder.join("libmessages.rmeta"));
        let libraries =
            self.files.iter().flat_map(|(name, file)| ["--extern".into(), format!("{name}={}", file.display())]);
        let options =
            ["--edition=2024", "--crate-type=lib", "--emit=metadata", "--cap-lints=allow", "--error-format=json"];
        let rustc = cmd!(sh, "rustc {options...} {libraries...} -L dependency={folder} -o {output} {file}");
        let output = rustc.quiet().ignore_status().output()?;
        let said = String::from_utf8(output.stderr)?;
        let mut errors = Vec::new();
        for line in said.lines() {
            let message: Value = serde_json::from_str(line).with_context(|| format!("rustc: {line}"))?;
            if message["level"] == "error" {
                errors.extend(Message::read(&message));
            }
        }
        if errors.is_empty() && !output.status.success() {
            bail!("rustc failed without an error in {}:\n{said}", file.display());
        }
        Ok(errors)
    }
}

impl Message {
    /// `None` for the sentence at the end, which has no place.
    fn read(message: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let place = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
        let (headline, label) = (text(&message["message"]), text(&place["label"]));
        let first = if label.is_empty() || label == headline { headline } else { format!("{headline} · {label}") };
        Some(Self {
            line: place["line_start"].as_u64()?,
            first: without_places(&first),
            whole: text(&message["rendered"]),
        })
    }
}

/// `text` with `{closure}` for each `{closure@file.rs:1:2: 3:4}`.
fn without_places(text: &str) -> String {
    let mut parts = text.split("{closure@");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "{closure}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::without_places;

    #[test]
    fn the_places_of_closures_are_left_out() {
        assert_eq!(without_places("`{closure@a.rs:1:2: 1:9}` and `{closure@b}`"), "`{closure}` and `{closure}`");
        assert_eq!(without_places("none"), "none");
    }
}
