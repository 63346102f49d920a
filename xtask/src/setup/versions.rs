//! The versions of what no lock file and no file of requirements pins. Debian's packages have the distribution's.

/// From crates.io.
pub const GECKODRIVER: &str = "0.37.1";
pub const SEMVER_CHECKS: &str = "0.51.0";

/// The release of Leptos after the one that the library is for. The step `next-leptos` only reports.
pub const NEXT_LEPTOS: &str = "0.9.0-rc1";

/// PyTorch, before what `tests/adapter/loaders-requirements.txt` lists.
pub const TORCH: &str = "torch==2.9.1";

/// Wheels of PyTorch for processors alone, a tenth of the size of PyPI's.
pub const TORCH_INDEX: &str = "https://download.pytorch.org/whl/cpu";
