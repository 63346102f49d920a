//! Each way to use the component, live beside the file that was compiled for it.

mod basic;
mod controlled;
mod invalid;
mod spectral;
mod target;

use leptos::prelude::*;

#[component]
pub fn Usages() -> impl IntoView {
    view! {
        <section id="usage" aria-labelledby="usage-title">
            <h2 id="usage-title">"Usage"</h2>
            <Usage
                id="usage-basic"
                title="As it comes"
                text="Without props it shows a synthetic 8×8 target and keeps its own rank."
                code=include_str!("basic.rs")
            >
                <basic::Basic />
            </Usage>
            <Usage
                id="usage-target"
                title="Your own matrix"
                text="Rows as arrays or vectors, a Matrix, or a signal of either. This one has rank 2: from r = 2 nothing is left."
                code=include_str!("target.rs")
            >
                <target::Target />
            </Usage>
            <Usage
                id="usage-controlled"
                title="The rank from outside"
                text="With r and on_r_change the parent owns the rank. It may refuse or clamp: the thumb goes back."
                code=include_str!("controlled.rs")
            >
                <controlled::Controlled />
            </Usage>
            <Usage
                id="usage-spectral"
                title="The spectral norm"
                text="σ of rank r + 1, the largest direction that is left: steps where the Frobenius curve is smooth."
                code=include_str!("spectral.rs")
            >
                <spectral::Spectral />
            </Usage>
            <Usage
                id="usage-invalid"
                title="When the data is bad"
                text="Rows that form no matrix show the default, and the page says what is wrong and where."
                code=include_str!("invalid.rs")
            >
                <invalid::Invalid />
            </Usage>
        </section>
    }
}

/// A way to use the component: words, code, and the component itself.
#[component]
pub fn Usage(
    id: &'static str,
    title: &'static str,
    text: &'static str,
    code: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <article id=id class="usage">
            <div class="words">
                <h3>{title}</h3>
                <p>{text}</p>
                <pre role="group" tabindex="0" aria-label=format!("Code: {title}")>
                    <code>{code}</code>
                </pre>
            </div>
            <div class="live">{children()}</div>
        </article>
    }
}
