//! What the wasm of a page is made of: bytes by crate, and ours by module.
//!
//! A function belongs to the first crate in its name that is not the standard library: `<Vec<Rank> as Clone>::clone` belongs to
//! the crate of `Rank`. Functions with equal code are one function with one name, and a function that was inlined counts where
//! it is. So the table shows where bytes are, not what the page would save without a crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

const OURS: &str = "lora_rank_explorer";
const STD: [&str; 7] = ["core", "alloc", "std", "hashbrown", "dlmalloc", "compiler_builtins", "__rustc"];
const BINDGEN: [&str; 4] = ["wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys"];
#[rustfmt::skip]
const LEPTOS: [&str; 14] = [
    "any_spawner", "either_of", "hydration_context", "leptos", "leptos_config", "leptos_dom", "leptos_server",
    "next_tuple", "oco_ref", "or_poisoned", "reactive_graph", "server_fn", "tachys", "throw_error",
];

/// Prints the table of the wasm `file`, which has a name section.
pub fn print(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    let (parts, others) = parts(&bytes).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut rows = BTreeMap::<(&str, String), (usize, usize)>::new();
    for (name, size) in &parts {
        let row = rows.entry(group(name)).or_default();
        *row = (row.0 + 1, row.1 + size);
    }
    let all: usize = parts.iter().map(|part| part.1).sum::<usize>() + others.iter().map(|other| other.1).sum::<usize>();
    let line = |name: &str, functions: &str, size: usize| {
        println!("{name:<44} {functions:>9} {size:>9} {:>6.1} %", size as f64 * 100.0 / all as f64);
    };
    println!("\n{:<44} {:>9} {:>9} {:>8}", "wasm", "functions", "bytes", "share");
    let mut groups: Vec<&str> = rows.keys().map(|row| row.0).collect();
    groups.dedup();
    for name in groups {
        let mut members: Vec<_> = rows.iter().filter(|row| row.0.0 == name).collect();
        members.sort_by_key(|row| std::cmp::Reverse(row.1.1));
        let sum = members.iter().fold((0, 0), |sum, row| (sum.0 + row.1.0, sum.1 + row.1.1));
        line(name, &sum.0.to_string(), sum.1);
        if members.len() > 1 {
            for ((_, member), (functions, size)) in members {
                line(&format!("  {member}"), &functions.to_string(), *size);
            }
        }
    }
    for (name, size) in others {
        line(name, "", size);
    }
    line("all, without the names", "", all);
    Ok(())
}

/// Each function with its name and bytes, and the bytes of everything else.
type Parts = (Vec<(String, usize)>, Vec<(&'static str, usize)>);

fn parts(bytes: &[u8]) -> Result<Parts> {
    let (mut sizes, mut names) = (Vec::new(), BTreeMap::new());
    let (mut imported, mut data, mut code, mut unnamed) = (0, 0, 0, bytes.len());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let size = body.as_bytes().len();
                sizes.push(size);
                code += size;
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    data += segment?.data.len();
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    unnamed -= section.data().len();
                    for subsection in subsections {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index as usize, naming.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let named = |(i, size): (usize, &usize)| (names.remove(&(imported + i)).unwrap_or_default(), *size);
    let functions = sizes.iter().enumerate().map(named).collect();
    Ok((functions, vec![("data", data), ("types, imports, exports, tables", unnamed - code - data)]))
}

/// The group of a function, and the crate or module in it.
fn group(name: &str) -> (&'static str, String) {
    let mut of_std = None;
    let mut paths = paths(name).inspect(|path| of_std = of_std.or(Some(path[0])));
    let Some(path) = paths.find(|path| !STD.contains(&path[0])) else {
        let bindgen = name.contains("externref shim") || name.starts_with("__wbindgen") || name.starts_with("__extern");
        return match of_std {
            Some(of_std) => ("std", of_std.to_owned()),
            None if bindgen => ("wasm-bindgen", "shims".to_owned()),
            None => ("others", "without a crate in the name".to_owned()),
        };
    };
    match path[0] {
        OURS if path.get(1) == Some(&"ui") => {
            ("ours", path[1..].iter().take(3).copied().collect::<Vec<_>>().join("::"))
        }
        OURS => ("ours", path.get(1).copied().unwrap_or_default().to_owned()),
        name if LEPTOS.contains(&name) => ("Leptos", name.to_owned()),
        name if BINDGEN.contains(&name) => ("wasm-bindgen", name.to_owned()),
        name => ("others", name.to_owned()),
    }
}

/// The paths in the name of a function, each with its crate first. Hashes in brackets are left out.
fn paths(name: &str) -> impl Iterator<Item = Vec<&str>> {
    name.split(|c: char| !(c.is_alphanumeric() || "_:[]".contains(c)))
        .filter(|word| word.contains("::") && !word.starts_with(':'))
        .map(|word| word.split("::").map(|part| part.split('[').next().unwrap_or_default()).collect())
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn a_function_belongs_to_the_first_crate_that_is_not_the_standard_library() {
        let found = |name| {
            let (group, member) = group(name);
            format!("{group}: {member}")
        };
        assert_eq!(found("<T as reactive_graph::traits::Track>::track::h24"), "Leptos: reactive_graph");
        assert_eq!(found("core::ptr::drop_in_place<lora_rank_explorer::plot::Plot>::h9"), "ours: plot");
        assert_eq!(found("lora_rank_explorer::ui::explorer::readout::text::h1"), "ours: ui::explorer::readout");
        assert_eq!(found("<&str as core[c5930c85a12de822]::fmt::Display>::fmt"), "std: core");
        assert_eq!(found("__wbindgen_object_clone_ref"), "wasm-bindgen: shims");
        assert_eq!(found("wasm_streams::readable::sys::new::h2"), "others: wasm_streams");
    }
}
