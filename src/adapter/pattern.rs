//! One pattern: as a name, if it is one, and as a regular expression.

use regex_lite::{Regex, RegexBuilder};

/// The smallest size limit that is tried.
pub(crate) const LEAST_PATTERN_BYTES: usize = 1 << 11;

/// The smallest limit within which the pattern compiles, which bounds its size.
pub(crate) fn compiled(key: &str, most: usize) -> Result<(usize, Regex), String> {
    if key.len() > most {
        return Err(format!("a pattern of {} bytes", key.len()));
    }
    let mut limit = LEAST_PATTERN_BYTES;
    loop {
        // As PEFT matches them: after any number of whole path components, up to the end.
        match RegexBuilder::new(&format!("^(.*\\.)?({key})$")).size_limit(limit).build() {
            Ok(regex) => return Ok((limit, regex)),
            Err(error) if limit * 2 > most => return Err(error.to_string()),
            Err(_) => limit *= 2,
        }
    }
}

/// A pattern that is a name: with `.` at its wildcards, their positions, and whether it begins with `^`.
pub(crate) fn name(key: &str) -> Option<(String, Vec<usize>, bool)> {
    let whole = key.starts_with('^');
    let rest = key.strip_prefix('^').unwrap_or(key);
    let rest = rest.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).unwrap_or(rest);
    let (mut name, mut wild, mut count) = (String::new(), Vec::new(), 0);
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '.' => {
                wild.push(count);
                name.push('.');
            }
            '\\' => name.push(letters.next().filter(char::is_ascii_punctuation)?),
            '^' | '$' | '*' | '+' | '?' | '{' | '}' | '[' | ']' | '|' | '(' | ')' => return None,
            letter => name.push(letter),
        }
        count += 1;
    }
    (!name.is_empty()).then_some((name, wild, whole))
}

/// `name` with `.` at the wildcards; `None` where one of them would have to match the end of a line.
pub(crate) fn masked(name: &str, wild: &[usize]) -> Option<String> {
    if wild.is_empty() {
        return Some(name.to_owned());
    }
    let mut wild = wild.iter().copied().peekable();
    let mask = |(i, letter)| match wild.next_if_eq(&i) {
        Some(_) if letter == '\n' => None,
        Some(_) => Some('.'),
        None => Some(letter),
    };
    name.chars().enumerate().map(mask).collect()
}
