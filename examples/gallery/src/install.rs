//! The first explorer in a page of each kind. Its recipes are files that tests run: see `examples/element/npm/README.md`.

use leptos::prelude::*;

use crate::code::Code;
use crate::hosts::{Host, Tabs};
use crate::section::SectionTitle;

#[component]
pub fn Install() -> impl IntoView {
    let tabs = vec![
        (Host::Leptos, leptos_page().into_any()),
        (Host::Html, html_page().into_any()),
        (Host::React, react_page().into_any()),
        (Host::Vue, vue_page().into_any()),
        (Host::Jupyter, notebook().into_any()),
    ];
    view! {
        <section id="install" class="install" aria-labelledby="install-title">
            <SectionTitle id="install" title="Install" />
            <Tabs id="install" title="Install" tabs />
        </section>
    }
}

fn leptos_page() -> impl IntoView {
    view! {
        <Code
            title="Install, Leptos"
            code="cargo add leptos --features csr\ncargo add lora-rank-explorer --features csr"
            language="sh"
        />
        <p>
            "Then link the stylesheet: the constant "<code>"STYLESHEET"</code>" or the file "
            <code>"style/lora-rank-explorer.css"</code>" of the crate. With a server, enable "<code>"hydrate"</code>" and "
            <code>"ssr"</code>" instead of "<code>"csr"</code>"."
        </p>
        <Code title="First explorer, Leptos" code=include_str!("usage/basic.rs") language="rs" />
    }
}

fn html_page() -> impl IntoView {
    view! {
        <p>
            "The custom element "<code>"<lora-rank-explorer>"</code>" needs no Rust. Copy the files of the npm package to a folder of your page. "
            "The element's children are for readers without JavaScript."
        </p>
        <Code title="First explorer, HTML" code=include_str!("../../../tests/hosts/html/lesson.html") language="html" />
    }
}

fn react_page() -> impl IntoView {
    view! {
        <Code title="Install, React" code="npm install lora-rank-explorer" language="sh" />
        <p>"React 19. The page keeps the rank, and answers each change."</p>
        <Code title="First explorer, React" code=include_str!("../../../tests/hosts/react/Lesson.tsx") language="tsx" />
    }
}

fn vue_page() -> impl IntoView {
    view! {
        <Code title="Install, Vue" code="npm install lora-rank-explorer" language="sh" />
        <p>
            "Vue 3. Tell its compiler in "<code>"vite.config.js"</code>" that the tag is an element: "
            <code>"vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === \"lora-rank-explorer\" } } })"</code>
            "."
        </p>
        <Code title="First explorer, Vue" code=include_str!("../../../tests/hosts/vue/Lesson.vue") language="vue" />
    }
}

fn notebook() -> impl IntoView {
    view! {
        <p>
            "JupyterLab and marimo. Put "<code>"standalone.js"</code>" of the npm package beside the notebook, and install "
            <code>"anywidget"</code>" and "<code>"numpy"</code>"."
        </p>
        <Code title="The widget, Jupyter" code=include_str!("../../../tests/hosts/notebooks/recipe.py") language="py" />
        <p>"The last line of a cell shows it. "<code>"explorer.rank"</code>" is the rank that the person has chosen."</p>
        <Code title="First explorer, Jupyter" code="explorer = explore(w, rank=2)\nexplorer" language="py" />
    }
}
