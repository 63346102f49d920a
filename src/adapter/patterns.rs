//! `rank_pattern` and `alpha_pattern`: regular expressions; the first that matches a module's path decides.
//!
//! Most patterns are names, which a table finds: a file with a pattern for every layer opens in linear time. Only the others are
//! run as regular expressions, and what they may cost is bounded.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use regex_lite::Regex;

use super::pattern::{LEAST_PATTERN_BYTES, compiled, masked, name};

/// The size limit of a compiled pattern: tens of times what a module's name needs.
const MOST_PATTERN_BYTES: usize = 1 << 16;

/// The compiled bytes of all patterns of a table together.
const MOST_TABLE_BYTES: usize = 4 << 20;

/// The most that compiled bytes times the bytes of all names may be. A pattern that keeps all its states alive takes some
/// seconds then.
const MOST_WORK: u64 = 1 << 35;

/// Groups of names with the same length but other wildcards. Names as PEFT writes them have a few.
const MOST_GROUPS: usize = 64;

/// A table of patterns. Its entries are counted from 0 in the order of the text.
#[derive(Clone, Debug)]
pub(crate) struct Patterns<T> {
    /// `None` where the value cannot be read.
    entries: Vec<(String, Option<T>)>,
    /// By length in characters, and by the positions of wildcards.
    names: HashMap<usize, HashMap<Vec<usize>, Group>>,
    regexes: Vec<(usize, Regex)>,
    /// The first entry whose pattern is not understood.
    unclear: Option<usize>,
}

/// Names with `.` at their wildcards. The first entry for each: anywhere after a dot, and only as the whole path.
type Group = HashMap<String, [Option<usize>; 2]>;

impl<T: Copy> Patterns<T> {
    /// The patterns in order, for modules whose names have `name_bytes` together. Also says what cannot be used, and why.
    pub(crate) fn new(pairs: Vec<(String, Result<T, String>)>, name_bytes: u64) -> (Self, Vec<String>) {
        let mut table: Self = Self { entries: Vec::new(), names: HashMap::new(), regexes: Vec::new(), unclear: None };
        let (mut bad, mut positions) = (Vec::new(), HashMap::<String, usize>::new());
        let work = usize::try_from(MOST_WORK / name_bytes.max(1)).unwrap_or(usize::MAX);
        let mut room = MOST_TABLE_BYTES.min(work);
        for (key, value) in pairs {
            if let Err(error) = &value {
                bad.push(format!("{}: {error}", shown(&key)));
            }
            // As a dictionary of Python: a key that comes again keeps its place and gets the new value.
            match positions.entry(key.clone()) {
                Entry::Occupied(at) => table.entries[*at.get()].1 = value.ok(),
                Entry::Vacant(free) => {
                    let at = *free.insert(table.entries.len());
                    table.entries.push((key, value.ok()));
                    if let Err(error) = table.add(at, &mut room) {
                        bad.push(format!("{}: {error}", shown(&table.entries[at].0)));
                        table.unclear.get_or_insert(at);
                    }
                }
            }
        }
        (table, bad)
    }

    fn add(&mut self, at: usize, room: &mut usize) -> Result<(), String> {
        let key = &self.entries[at].0;
        if let Some((name, wild, whole)) = name(key) {
            let groups = self.names.entry(name.chars().count()).or_default();
            if groups.len() < MOST_GROUPS || groups.contains_key(&wild) {
                groups.entry(wild).or_default().entry(name).or_default()[usize::from(whole)].get_or_insert(at);
                return Ok(());
            }
        }
        if *room < LEAST_PATTERN_BYTES {
            return Err("too many patterns for the layers of this file".to_owned());
        }
        let (bytes, regex) = compiled(key, MOST_PATTERN_BYTES.min(*room))?;
        *room -= bytes;
        self.regexes.push((at, regex));
        Ok(())
    }

    /// The value for the module, or `None` if no pattern matches. An error names the entry that cannot be read and might decide.
    pub(crate) fn find(&self, module: &str) -> Result<Option<T>, String> {
        let mut first = self.named(module);
        for (at, regex) in &self.regexes {
            if first.is_some_and(|first| first < *at) {
                break;
            }
            if regex.is_match(module) {
                first = Some(*at);
            }
        }
        if let Some(at) = self.unclear
            && first.is_none_or(|first| at < first)
        {
            return Err(shown(&self.entries[at].0));
        }
        let Some(first) = first else { return Ok(None) };
        let (key, value) = &self.entries[first];
        value.map(Some).ok_or_else(|| shown(key))
    }

    /// The first entry that is a name and matches.
    fn named(&self, module: &str) -> Option<usize> {
        if self.names.is_empty() {
            return None;
        }
        let mut first: Option<usize> = None;
        let mut length = module.chars().count();
        let mut rest = module;
        loop {
            let whole = rest.len() == module.len();
            for (wild, names) in self.names.get(&length).into_iter().flatten() {
                let found = masked(rest, wild).and_then(|name| names.get(&name));
                for at in found.into_iter().flat_map(|[any, only]| [*any, only.filter(|_| whole)]).flatten() {
                    first = Some(first.map_or(at, |first| first.min(at)));
                }
            }
            let Some((before, after)) = rest.split_once('.') else { return first };
            length -= before.chars().count() + 1;
            rest = after;
        }
    }
}

/// A pattern in a message.
fn shown(key: &str) -> String {
    const MOST: usize = 80;
    let short: String = key.chars().take(MOST).collect();
    if short.len() < key.len() { format!("`{short}…`") } else { format!("`{key}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PEFT does: every pattern in turn.
    fn one_by_one(keys: &[&str], module: &str) -> Option<usize> {
        let matches = |key: &&str| Regex::new(&format!("^(.*\\.)?({key})$")).expect("a pattern").is_match(module);
        keys.iter().position(matches)
    }

    #[test]
    fn the_table_of_names_decides_as_the_patterns_one_by_one() {
        let keys = [
            "^a.b",
            r"a\.b\.c",
            "b.c",
            "^b.c$",
            "q",
            "x|q",
            r"a\.\d+\.q",
            "a.0.q",
            "é.q",
            r"é\.q",
            "^q",
            r"q\$",
            "k$",
            "..",
            "a.b",
            "_",
            r"\.q",
            "b.*",
            ".é",
            "c.",
        ];
        let modules = [
            "a.b", "z.a.b", "aXb", "a.b.c", "z.a.b.c", "b.c", "z.b.c", "bXc", "q", "a.q", "a.0.q", "a.1.q", "aX0.q",
            "é.q", "z.é.q", "zé.q", "éXq", "q$", "k", "a.k", "xx", "a.xx", "..q", ".q", "", "a.", "é", "éé", "b.c.d",
            "a\nb", "c.\n", "_",
        ];
        // Every pattern comes first once.
        for turn in 0..keys.len() {
            let turned: Vec<&str> = keys[turn..].iter().chain(&keys[..turn]).copied().collect();
            let pairs = turned.iter().enumerate().map(|(i, key)| ((*key).to_owned(), Ok(i))).collect();
            let (table, bad) = Patterns::new(pairs, 1000);
            assert_eq!(bad, Vec::<String>::new());
            assert!(table.regexes.len() < keys.len() / 2, "most are names");
            for module in modules {
                assert_eq!(table.find(module), Ok(one_by_one(&turned, module)), "{module:?} in {turned:?}");
            }
        }
    }

    #[test]
    fn a_name_for_every_layer_needs_no_regular_expression_and_few_groups() {
        let names =
            (0..2000).flat_map(|i| [format!("model.layers.{i}.q_proj"), format!(r"^model\.layers\.{i}\.k_proj$")]);
        let (table, bad) = Patterns::new(names.enumerate().map(|(i, name)| (name, Ok(i))).collect(), 1 << 20);
        assert_eq!(bad, Vec::<String>::new());
        assert!(table.regexes.is_empty());
        assert!(
            table.names.values().all(|groups| groups.len() <= 2),
            "so the work for a layer does not grow with them"
        );
        assert_eq!(table.find("model.layers.1999.q_proj"), Ok(Some(3998)));
        assert_eq!(table.find("model.layers.1999.k_proj"), Ok(Some(3999)));
    }

    #[test]
    fn patterns_that_would_take_the_machine_are_refused_by_name() {
        let refused = |keys: Vec<String>, name_bytes| {
            let (table, bad) = Patterns::new(keys.into_iter().map(|key| (key, Ok(1))).collect(), name_bytes);
            (table.find("q").expect_err("an unknown pattern might decide"), bad)
        };
        let (why, bad) = refused(vec!["(a{1000}){1000}".to_owned()], 1);
        assert_eq!(why, "`(a{1000}){1000}`");
        assert!(bad[0].starts_with("`(a{1000}){1000}`: "), "{bad:?}");
        let (_, bad) = refused((0..5000).map(|i| format!("(x{i}|y){{50}}")).collect(), 1);
        assert!(bad.len() > 1000 && bad[0].ends_with("too many patterns for the layers of this file"), "{}", bad[0]);
        let (_, bad) = refused((0..5000).map(|i| format!("x{i}|y")).collect(), 100_000_000);
        assert!(bad.len() > 4800, "more names leave room for fewer patterns: {}", bad.len());
    }

    #[test]
    fn a_key_that_comes_again_keeps_its_place_and_has_the_last_value() {
        let pairs = [("q", 1), ("a.q", 2), ("q", 3)].map(|(key, value)| (key.to_owned(), Ok(value)));
        assert_eq!(Patterns::new(pairs.to_vec(), 1).0.find("a.q"), Ok(Some(3)));
    }
}
