//! The examples: their names, and what is special about some of them.

use std::path::PathBuf;

use crate::root;

/// The examples that `demo`, `build` and `size` know.
pub const EXAMPLES: [&str; 7] = ["bench", ELEMENT, GALLERY, LESSON, "quickstart", SERVER, WORKBENCH];

/// The example that is the custom element.
pub const ELEMENT: &str = "element";

/// Its library, which gives the wasm file its name.
pub const ELEMENT_LIBRARY: &str = "explorer";

/// The example that teaches with it.
pub const LESSON: &str = "lesson";

/// The pages in plain HTML that load the npm package, which lies beside them.
pub const OF_PACKAGE: [&str; 2] = [ELEMENT, LESSON];

/// The page for people who have files.
pub const WORKBENCH: &str = "workbench";

/// The example that is rendered when it is built.
pub const GALLERY: &str = "gallery";

/// The example that is a server.
pub const SERVER: &str = "ssr";

/// The programs that its pages load. Each is named after the feature that it needs.
pub const PROGRAMS: [&str; 2] = ["hydrate", "islands"];

/// The flag that `cargo leptos` passes to the compiler during development. It gives all views one type, which Leptos builds and
/// rebuilds with other code.
pub const ERASE: &str = "--cfg=erase_components";

/// The profile of the browser's programs with [`ERASE`]: that of development, a little optimised.
pub const ERASED: [(&str, &str); 1] = [("CARGO_PROFILE_DEV_OPT_LEVEL", "1")];

/// The folder of the server's package.
pub fn server_folder() -> PathBuf {
    root().join("examples").join(SERVER)
}
