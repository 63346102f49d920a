//! The HTML document around a page, and its Content-Security-Policy.
#![cfg(feature = "ssr")]

use axum::http::{HeaderValue, header};
use leptos::hydration::HydrationScripts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::{Explorers, FetchedIslandPage, FetchedPage, Islands};

/// The pages of this server.
#[derive(Clone, Copy, PartialEq)]
pub enum Page {
    /// `/`
    Hydrated,
    /// `/fetched`
    Fetched,
    /// `/islands`
    Islands,
    /// `/fetched-island`
    FetchedIsland,
}

/// The document of `page`. Its policy forbids inline styles, and inline scripts without this response's nonce.
pub fn document(page: Page, mut options: LeptosOptions) -> impl IntoView {
    let islands = matches!(page, Page::Islands | Page::FetchedIsland);
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; base-uri 'none'; form-action 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    options.output_name = if islands { "islands" } else { "hydrate" }.into();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"LoRA Rank Explorer, rendered on a server"</title>
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/lora-rank-explorer.css" />
                <link rel="stylesheet" href="/optional-parts.css" />
                <link rel="stylesheet" href="/page.css" />
                <HydrationScripts options islands />
            </head>
            <body>
                {match page {
                    Page::Hydrated => Explorers().into_any(),
                    Page::Fetched => FetchedPage().into_any(),
                    Page::Islands => Islands().into_any(),
                    Page::FetchedIsland => FetchedIslandPage().into_any(),
                }}
            </body>
        </html>
    }
}
