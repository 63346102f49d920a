//! How long each step took, in this run and the last one: `target/test-times.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

/// The seconds that each step took, by name. Only steps that passed are recorded.
pub struct Times {
    file: PathBuf,
    before: BTreeMap<String, f64>,
    now: BTreeMap<String, f64>,
}

impl Times {
    /// Reads the last run's times from `folder`; none if the file is missing or unreadable.
    pub fn in_folder(folder: &Path) -> Self {
        let file = folder.join("test-times.json");
        let before = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file, before, now: BTreeMap::new() }
    }

    /// Records that `step` took `time`. Returns the text for that time and the last run's.
    pub fn add(&mut self, step: &str, time: Duration, passed: bool) -> String {
        let seconds = time.as_secs_f64();
        let before = self.before.get(step).map(|before| format!("{before:.0} s")).unwrap_or_default();
        if passed {
            self.now.insert(step.to_owned(), (seconds * 10.0).round() / 10.0);
        }
        format!("{seconds:>5.0} s {before:>7}")
    }

    /// Saves the times for the next run. Steps that did not run or did not pass keep their old times.
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
    fn times_of_passed_steps_are_saved_and_those_of_steps_not_run_are_kept() {
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
