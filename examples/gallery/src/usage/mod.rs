//! Each way to use the component, live beside the source file it was compiled from.

mod basic;
mod controlled;
mod invalid;
mod spectral;
mod target;

use leptos::prelude::*;

use crate::hosts::ExampleCode;
use crate::section::{SectionLink, SectionTitle};

#[component]
pub fn Usages() -> impl IntoView {
    view! {
        <section id="usage" aria-labelledby="usage-title">
            <SectionTitle id="usage" title="Usage" />
            <Usage
                id="usage-basic"
                title="The default"
                text="By default it shows a synthetic 8×8 target and keeps its own rank."
                code=include_str!("basic.rs")
                html=include_str!("basic.html")
            >
                <basic::Basic />
            </Usage>
            <Usage
                id="usage-target"
                title="Your own matrix"
                text="Rows as arrays or vectors, a Matrix, or a signal of either. This one has rank 2: from r = 2 on, the residual is 0."
                code=include_str!("target.rs")
                html=include_str!("target.html")
            >
                <target::Target />
            </Usage>
            <Usage
                id="usage-controlled"
                title="A controlled rank"
                text="With r and on_r_change the parent owns the rank. If it refuses or clamps a change, the thumb moves back."
                code=include_str!("controlled.rs")
                html=include_str!("controlled.html")
            >
                <controlled::Controlled />
            </Usage>
            <Usage
                id="usage-spectral"
                title="The spectral norm"
                text="The largest singular value left out, σᵣ₊₁. Its curve has steps where the Frobenius curve is smooth."
                code=include_str!("spectral.rs")
                html=include_str!("spectral.html")
            >
                <spectral::Spectral />
            </Usage>
            <Usage
                id="usage-invalid"
                title="Invalid data"
                text="If the rows do not form a matrix, it shows the default target and says what is wrong and where."
                code=include_str!("invalid.rs")
                html=include_str!("invalid.html")
            >
                <invalid::Invalid />
            </Usage>
        </section>
    }
}

/// One way to use the component: an explanation, its code, that of the custom element where it can do the same, and the component itself.
#[component]
pub fn Usage(
    id: &'static str,
    title: &'static str,
    text: &'static str,
    code: &'static str,
    #[prop(optional)] html: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <article id=id class="usage">
            <div class="words">
                <div class="heading">
                    <h3>{title}</h3>
                    <SectionLink id title />
                </div>
                <p>{text}</p>
                <ExampleCode id title rust=code html />
            </div>
            <div class="live">{children()}</div>
        </article>
    }
}
