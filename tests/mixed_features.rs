//! A server that was built with the browser's features as well: `cargo test --features csr,ssr --test mixed_features`.
#![cfg(all(feature = "ssr", any(feature = "csr", feature = "hydrate"), not(target_family = "wasm")))]

use std::process::Command;

use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

/// The child process of the test below runs this one.
#[test]
fn a_page_is_rendered() {
    for _ in 0..2 {
        let html = Owner::new().with(|| view! { <LoRaRankExplorer default_r=2 /> }.to_html());
        assert!(html.contains("<dd data-part=\"residual\">0.643</dd>"), "{html}");
    }
}

#[test]
fn a_mixed_build_renders_and_warns_once() {
    let this = std::env::current_exe().expect("the path of this program");
    let output = Command::new(this).args(["--exact", "a_page_is_rendered", "--nocapture"]).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("Build the server with `ssr` alone").count(), 1, "{said}");
}
