//! The pure modules stay pure: numbers in, numbers out, no framework.

use std::fs;
use std::path::Path;

const PURE: [&str; 22] = [
    "adapter",
    "allocation.rs",
    "bounds.rs",
    "cost.rs",
    "curve.rs",
    "decimal.rs",
    "export",
    "export/svg",
    "matrix.rs",
    "motion/easing.rs",
    "motion/flight.rs",
    "motion/response.rs",
    "motion/spring.rs",
    "motion/transition.rs",
    "not_applicable.rs",
    "notation.rs",
    "plot",
    "rules",
    "spectrum.rs",
    "suggestions",
    "svd",
    "svd/leading",
];

#[test]
fn pure_modules_never_import_leptos() {
    let mut read = 0;
    for module in PURE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
        let files: Vec<_> = match path.is_dir() {
            true => fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect(),
            false => vec![path],
        };
        for file in files {
            if file.is_dir() {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a source file");
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for framework in ["leptos", "web_sys", "wasm_bindgen"] {
                assert!(!code.contains(framework), "{} mentions {framework}", file.display());
            }
            read += 1;
        }
    }
    assert!(read > PURE.len(), "the folders hold several files each");
}
