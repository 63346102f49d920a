//! The versions of everything that is installed, but for wasm-bindgen's tools, whose version the lock files pin, and Debian's packages.

/// From crates.io.
pub const GECKODRIVER: &str = "0.37.1";
pub const SEMVER_CHECKS: &str = "0.51.0";

/// The release of Leptos after the one that the library is for. The step `next-leptos` only reports.
pub const NEXT_LEPTOS: &str = "0.9.0-rc1";

/// From npm. The yardstick's packages stand in `benches/react/package-lock.json`.
pub const OPTIMISERS: [&str; 2] = ["binaryen@132.0.0", "esbuild@0.28.2"];
pub const AXE: [&str; 1] = ["axe-core@4.14.1"];
pub const SVD_PEERS: [&str; 2] = ["ml-matrix@6.15.1", "svd-js@1.1.1"];

/// From PyPI. `ml_dtypes` gives NumPy bfloat16, which `safetensors` writes and NumPy alone lacks.
pub const ADAPTER_ORACLE: [&str; 3] = ["numpy==2.4.6", "safetensors==0.8.0", "ml_dtypes==0.6.0"];
pub const SCIKIT_LEARN: [&str; 1] = ["scikit-learn==1.9.1"];

/// The loaders of adapters, which need PyTorch.
pub const ADAPTER_LOADERS: [&str; 5] =
    ["peft==0.21.2", "diffusers==0.42.1", "transformers==5.24.0", "safetensors==0.8.0", "ml_dtypes==0.6.0"];
pub const TORCH: &str = "torch==2.9.1";

/// Wheels of PyTorch for processors alone, a tenth of the size of PyPI's.
pub const TORCH_INDEX: &str = "https://download.pytorch.org/whl/cpu";
