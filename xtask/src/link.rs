//! Shrinks JavaScript and wasm together: removes what the page calls in neither, and shortens the names that only they share.
//!
//! wasm-bindgen writes each of the two as if anything in it might be called: classes of crates deep in the dependency tree
//! (Leptos brings `wasm-streams`), and some ninety names with a hash in each, on both sides.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::command::{output, run};
use crate::setup::node::Optimisers;

/// The features that Rust's wasm32 target uses, and SIMD. Without these options the tools reject the file.
pub const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The options with which wasm-opt makes a file small. Rebuilding the control flow twice and optimising twice each time saves
/// 1.5 % over a single -Oz; a third time saves nothing. Not inlining large functions with one caller saves 0.3 %.
pub const OPTIMISE: [&str; 11] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=10",
    "--strip-debug",
    "--strip-target-features",
];

/// Shrinks `NAME.js` and `NAME_bg.wasm` in `folder`, both as wasm-bindgen wrote them. Keeps what the folder's pages import from
/// `NAME.js`. Fails if wasm-bindgen's output no longer has the form that this depends on.
pub fn link(tools: &Optimisers, folder: &Path, name: &str) -> Result<()> {
    let (script, wasm) = (folder.join(format!("{name}.js")), folder.join(format!("{name}_bg.wasm")));
    let (work, linked) = (folder.join("link.js"), folder.join("link.wasm"));

    // An unused registry has no side effect, but the bundler cannot know that.
    let text = fs::read_to_string(&script)?;
    fs::write(&script, text.replace(": new FinalizationRegistry(", ": /* @__PURE__ */ new FinalizationRegistry("))?;
    fs::write(&work, format!("export {{ {} }} from \"./{name}.js\";", imported(folder, name)?))?;
    let bundle = |from: &Path, to: &Path, options: &[&str]| {
        let to = format!("--outfile={}", to.display());
        let mut esbuild = tools.esbuild();
        esbuild.arg(from).args(["--format=esm", "--target=es2022", "--log-level=error", "--allow-overwrite", &to]);
        run(esbuild.args(options))
    };
    bundle(&work, &script, &["--bundle", "--minify-syntax", "--define:Symbol.dispose=undefined"])?;

    let text = fs::read_to_string(&script)?;
    let mut exports: Vec<&str> = text.split("wasm.").skip(1).map(identifier).collect();
    exports.sort_unstable();
    exports.dedup();
    let mut graph = vec![json!({ "name": "page", "root": true, "reaches": exports })];
    graph.extend(exports.iter().map(|export| json!({ "name": export, "export": export })));
    fs::write(&work, Value::from(graph).to_string())?;
    let mut metadce = tools.wasm_metadce();
    output(metadce.args(FEATURES).arg(&wasm).arg("--graph-file").arg(&work).arg("-o").arg(&linked))?;

    let mut wasm_opt = tools.wasm_opt();
    wasm_opt
        .args(FEATURES)
        .args(OPTIMISE)
        .arg("--minify-imports-and-exports-and-modules")
        .arg(&linked)
        .arg("-o")
        .arg(&wasm);
    let map = output(&mut wasm_opt)?;
    fs::write(&work, renamed(&text, &map, &format!("./{name}_bg.js"))?)?;
    bundle(&work, &script, &["--minify"])?;
    fs::remove_file(&linked)?;
    Ok(fs::remove_file(&work)?)
}

/// The names that the pages and scripts in `folder` import from `NAME.js`, as the list of an `export`.
fn imported(folder: &Path, name: &str) -> Result<String> {
    let from = format!(" from \"./{name}.js\"");
    for file in fs::read_dir(folder)? {
        let text = fs::read_to_string(file?.path()).unwrap_or_default();
        if let Some((clause, _)) = text.split_once(&from)
            && let Some((_, clause)) = clause.rsplit_once("import ")
        {
            // `init` or `init, { mount, unmount }`
            let named = clause.split_once('{').map_or("", |(_, named)| named.trim_end_matches(['}', ' ']));
            return Ok(format!("default, {named}"));
        }
    }
    bail!("no file in {} imports from ./{name}.js", folder.display())
}

/// Applies the short names of `map` to the script and removes the functions for imports that the wasm no longer has.
fn renamed(script: &str, map: &str, module: &str) -> Result<String> {
    let map: Value = serde_json::from_str(map).context("wasm-opt printed no map of names")?;
    let pairs = |kind: &str, name: usize| -> BTreeMap<String, String> {
        let texts = |pair: &Value| Some((pair[name].as_str()?.to_owned(), pair[name + 1].as_str()?.to_owned()));
        map[kind].as_array().into_iter().flatten().filter_map(texts).collect()
    };
    let (imports, exports) = (pairs("imports", 1), pairs("exports", 0));

    let (mut result, mut found, mut lines) = (String::new(), 0, script.lines());
    while let Some(line) = lines.next() {
        // Only the members of the imports object begin like this; each ends with a brace at the same indentation.
        let (indent, code) = line.split_at(line.len() - line.trim_start().len());
        let name = identifier(code);
        match imports.get(name) {
            _ if !(name.starts_with("__w") && code[name.len()..].starts_with(": ")) => result += line,
            Some(short) => {
                found += 1;
                result = result + indent + short + &code[name.len()..];
            }
            None => {
                lines.find(|end| end.strip_prefix(indent).is_some_and(|end| end.starts_with('}')));
            }
        }
        result.push('\n');
    }
    if found != imports.len() {
        bail!(
            "{found} of the {} imports of the wasm are in the script: wasm-bindgen's output has changed",
            imports.len()
        );
    }
    // The name of an export follows each `wasm.`.
    let result = result.replace(&format!("\"{module}\": "), "a: ");
    let mut parts = result.split("wasm.");
    let first = parts.next().unwrap_or_default().to_owned();
    Ok(parts.fold(first, |text, part| {
        let name = identifier(part);
        text + "wasm." + exports.get(name).map_or(name, String::as_str) + &part[name.len()..]
    }))
}

/// The identifier that `text` begins with.
fn identifier(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::renamed;

    const MAP: &str = r#"{"imports": [["./page_bg.js", "__wbg_now_1f", "a"]], "exports": [["memory", "b"]]}"#;

    #[test]
    fn names_are_shortened_on_both_sides_and_functions_for_dead_imports_removed() {
        let script = "  return {\n    \"./page_bg.js\": {\n      __wbg_now_1f: function(x) {\n        return x.now();\n      },\n      \
                      __wbg_close_2e: function(x) {\n        if (x) {\n          x.close();\n        }\n      }\n    }\n  };\n\
                      new DataView(wasm.memory.buffer);\n";
        let expected = "  return {\n    a: {\n      a: function(x) {\n        return x.now();\n      },\n\n    }\n  };\n\
                        new DataView(wasm.b.buffer);\n";
        assert_eq!(renamed(script, MAP, "./page_bg.js").expect("linked"), expected);
    }

    #[test]
    fn a_script_that_lacks_an_import_is_refused() {
        let error = renamed("const nothing = 1;", MAP, "./page_bg.js").expect_err("an import is missing");
        assert!(error.to_string().starts_with("0 of the 1 imports"), "{error}");
    }
}
