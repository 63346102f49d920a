//! JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` are no JSON, but `json.dump` writes them.

use super::fields::Fields;

/// Begins the strings that stand for such numbers while the text is in memory.
const MARK: &str = "\"\\u0001python ";

/// The fields of an object. Python's numbers in it stand for themselves again after [`text`].
pub(crate) fn fields(text: &str) -> Result<Fields, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| match quoted(text) {
        Some(quoted) => serde_json::from_str(&quoted).map_err(|_| error),
        None => Err(error),
    })
}

/// The text of an object, indented.
pub(crate) fn text(fields: &Fields) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(fields)?;
    for word in ["NaN", "Infinity", "-Infinity"] {
        text = text.replace(&format!("{MARK}{word}\""), word);
    }
    Ok(text)
}

/// `text` with Python's numbers as marked strings; `None` if there are none.
fn quoted(text: &str) -> Option<String> {
    let (mut quoted, mut rest, mut found) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = rest.find(['"', 'N', 'I', '-']) {
        quoted.push_str(&rest[..at]);
        rest = &rest[at..];
        let word = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| rest.starts_with(word));
        let length = match word {
            Some(word) => {
                found = true;
                quoted.push_str(MARK);
                quoted.push_str(word);
                quoted.push('"');
                rest = &rest[word.len()..];
                continue;
            }
            None if rest.starts_with('"') => string(rest),
            None => 1,
        };
        quoted.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    found.then(|| quoted + rest)
}

/// The length of the string in quotes at the start of `text`.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_python_come_out_as_they_went_in() {
        let given = r#"{"a\"NaN": "é NaN \\", "b": NaN, "c": [-Infinity, Infinity, -1], "d": {"NaN": NaN}}"#;
        let fields = fields(given).expect("Python's JSON");
        let text = text(&fields).expect("JSON");
        for part in [r#""a\"NaN": "é NaN \\""#, r#""b": NaN"#, "[-Infinity, Infinity, -1]", r#"{"NaN": NaN}"#] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(super::fields("{\"a\": NaN").is_err() && super::fields("{\"a\": \"").is_err());
    }
}
