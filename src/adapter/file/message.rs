//! The sentence for people in a server's answer.

use serde_json::{Map, Value};

/// The fields that hold it, in the order to say them: those of Hugging Face, Civitai, FastAPI, OpenAI and RFC 9457.
const FIELDS: [&str; 8] = ["error", "errors", "code", "title", "message", "msg", "detail", "reason"];

/// How deep errors are nested in errors.
const DEPTH: usize = 4;

/// What a JSON text says went wrong; `None` if it is cut or says nothing of the kind.
pub(super) fn of_json(text: &str) -> Option<String> {
    let mut said = Vec::new();
    collect(&serde_json::from_str(text).ok()?, DEPTH, &mut said);
    (!said.is_empty()).then(|| said.join(": "))
}

fn collect(value: &Value, depth: usize, said: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Object(fields) => FIELDS.iter().for_each(|name| of_field(fields, name, depth, said)),
        Value::Array(values) => values.iter().take(1).for_each(|value| collect(value, depth - 1, said)),
        _ => {}
    }
}

fn of_field(fields: &Map<String, Value>, name: &str, depth: usize, said: &mut Vec<String>) {
    match fields.get(name) {
        Some(Value::String(text)) if !said.contains(text) => said.push(text.clone()),
        Some(Value::Number(code)) => said.push(code.to_string()),
        Some(Value::Array(values)) if matches!(values.first(), Some(Value::String(_))) => {
            said.extend(values[0].as_str().map(str::to_owned));
        }
        Some(inner) => collect(inner, depth - 1, said),
        None => {}
    }
}

/// The title of a page, or the code and the message of an answer of a storage server (S3 and those like it).
pub(super) fn of_markup(text: &str) -> Option<String> {
    let said: Vec<&str> = ["title", "code", "message"].into_iter().filter_map(|name| element(text, name)).collect();
    (!said.is_empty()).then(|| said.join(": "))
}

/// The text of the first element of this name, without elements in it.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    // ASCII alone changes case, so positions stay the same.
    let lower = text.to_ascii_lowercase();
    let open = lower.find(&format!("<{name}"))?;
    let begin = open + lower[open..].find('>')? + 1;
    let is_this = lower[open + 1 + name.len()..].starts_with(|c: char| c == '>' || c.is_whitespace());
    let end = begin + lower[begin..].find('<')?;
    Some(text[begin..end].trim()).filter(|text| is_this && !text.is_empty())
}
