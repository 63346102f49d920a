//! How long each step took, this time and the last: `target/test-times.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

/// Seconds by the name of a step, as far as it has passed.
pub struct Times {
    file: PathBuf,
    before: BTreeMap<String, f64>,
    now: BTreeMap<String, f64>,
}

impl Times {
    /// The last run's times in `folder`: none where there are none, or where nobody can read them.
    pub fn in_folder(folder: &Path) -> Self {
        let file = folder.join("test-times.json");
        let before = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file, before, now: BTreeMap::new() }
    }

    /// `step` took `time`: both in words, with the time of the run before if there was one.
    pub fn add(&mut self, step: &str, time: Duration, passed: bool) -> String {
        let seconds = time.as_secs_f64();
        let before = self.before.get(step).map(|before| format!("{before:.0} s")).unwrap_or_default();
        if passed {
            self.now.insert(step.to_owned(), (seconds * 10.0).round() / 10.0);
        }
        format!("{seconds:>5.0} s {before:>7}")
    }

    /// Keeps the times for the next run, those of the steps that did not run too.
    pub fn write(self) -> Result<()> {
        let mut all = self.before;
        all.extend(self.now);
        let text = serde_json::to_string_pretty(&all)?;
        fs::write(&self.file, text + "\n").with_context(|| format!("{} cannot be written", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_sees_the_times_of_what_passed_and_of_what_did_not_run() {
        let folder = std::env::temp_dir().join(format!("test-times-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut first = Times::in_folder(&folder);
        assert_eq!(first.add("native", Duration::from_secs(61), true).trim(), "61 s");
        first.add("doc", Duration::from_secs(9), true);
        first.add("load", Duration::from_secs(7), false);
        first.write().expect("written");
        let mut second = Times::in_folder(&folder);
        let lines = ["native", "load"].map(|step| second.add(step, Duration::from_secs(40), true));
        second.write().expect("written");
        let mut third = Times::in_folder(&folder);
        let doc = third.add("doc", Duration::from_secs(8), true);
        fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(lines, ["   40 s    61 s", "   40 s        "]);
        assert_eq!(doc, "    8 s     9 s");
    }
}
