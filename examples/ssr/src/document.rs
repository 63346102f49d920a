//! The HTML document around a page, its Content-Security-Policy, and how it may be cached.
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

/// The document of `page`. Its policy forbids inline styles, inline scripts without this response's nonce, and other sites to frame it.
/// A cache may not answer with it: the nonce would no longer be used once.
pub fn document(page: Page, mut options: LeptosOptions) -> impl IntoView {
    let islands = matches!(page, Page::Islands | Page::FetchedIsland);
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let response = expect_context::<ResponseOptions>();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
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
