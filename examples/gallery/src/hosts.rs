//! Code for each kind of page that can show the explorer, behind tabs. Choosing a tab chooses it for the whole gallery.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use crate::code::Code;

/// Where the browser keeps the choice.
const STORED_AS: &str = "lora-rank-explorer-host";

/// What a visitor's page is made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Host {
    Leptos,
    Html,
    React,
    Vue,
    Jupyter,
}

impl Host {
    const ALL: [Self; 5] = [Self::Leptos, Self::Html, Self::React, Self::Vue, Self::Jupyter];

    fn name(self) -> &'static str {
        match self {
            Self::Leptos => "Leptos",
            Self::Html => "HTML",
            Self::React => "React",
            Self::Vue => "Vue",
            Self::Jupyter => "Jupyter",
        }
    }
}

/// The host that the visitor has chosen.
#[derive(Clone, Copy)]
pub struct Chosen(RwSignal<Host>);

impl Chosen {
    /// Starts with Leptos, as the server's HTML does, then takes up the choice of an earlier visit.
    pub fn provide() {
        let chosen = RwSignal::new(Host::Leptos);
        provide_context(Self(chosen));
        Effect::new(move || {
            let stored =
                window().local_storage().ok().flatten().and_then(|storage| storage.get_item(STORED_AS).ok()?);
            if let Some(host) = Host::ALL.into_iter().find(|host| stored.as_deref() == Some(host.name())) {
                chosen.set(host);
            }
        });
    }

    fn choose(self, host: Host) {
        self.0.set(host);
        // A browser that keeps nothing still shows the tab.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(STORED_AS, host.name());
        }
    }

    /// The chosen host if it is among those `offered`; otherwise HTML, whose tag and attributes every host but Leptos takes.
    fn among(self, offered: &[Host]) -> Host {
        let chosen = self.0.get();
        if offered.contains(&chosen) { chosen } else { Host::Html }
    }
}

/// Tabs named after the hosts. `id` begins the ids of the tabs, `title` says what the tabs are about.
#[component]
pub fn Tabs(id: &'static str, title: &'static str, tabs: Vec<(Host, AnyView)>) -> impl IntoView {
    let chosen = expect_context::<Chosen>();
    let offered: Vec<Host> = tabs.iter().map(|(host, _)| *host).collect();
    let shown = Memo::new({
        let offered = offered.clone();
        move |_| chosen.among(&offered)
    });
    let tab_id = move |host: Host| format!("{id}-tab-{}", host.name());
    let panel_id = move |host: Host| format!("{id}-panel-{}", host.name());
    let buttons = offered.clone().into_iter().map(|host| {
        let is_shown = move || shown.get() == host;
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(host)
                aria-controls=panel_id(host)
                aria-selected=move || if is_shown() { "true" } else { "false" }
                tabindex=move || if is_shown() { "0" } else { "-1" }
                on:click=move |_| chosen.choose(host)
            >
                {host.name()}
            </button>
        }
    });
    let buttons = buttons.collect_view();
    let on_keydown = move |event: KeyboardEvent| {
        let (last, now) = (offered.len() - 1, offered.iter().position(|host| *host == shown.get_untracked()));
        let next = match (event.key().as_str(), now.unwrap_or(0)) {
            ("ArrowRight", now) if now < last => now + 1,
            ("ArrowRight" | "Home", _) => 0,
            ("ArrowLeft", now) if now > 0 => now - 1,
            ("ArrowLeft" | "End", _) => last,
            _ => return,
        };
        event.prevent_default();
        chosen.choose(offered[next]);
        if let Some(tab) = document().get_element_by_id(&tab_id(offered[next])) {
            let _ = tab.unchecked_into::<HtmlElement>().focus();
        }
    };
    let panels = tabs.into_iter().map(|(host, content)| {
        view! {
            <div role="tabpanel" id=panel_id(host) aria-labelledby=tab_id(host) hidden=move || shown.get() != host>
                {content}
            </div>
        }
    });
    view! {
        <div class="tabs">
            <div role="tablist" aria-label=format!("{title}: kind of page") on:keydown=on_keydown>
                {buttons}
            </div>
            {panels.collect_view()}
        </div>
    }
}

/// An example's code: in Rust and, where the custom element can do the same, in HTML.
#[component]
pub fn ExampleCode(
    id: &'static str,
    title: &'static str,
    rust: &'static str,
    html: Option<&'static str>,
) -> impl IntoView {
    let Some(html) = html else { return view! { <Code title code=rust language="rs" /> }.into_any() };
    let tabs = vec![
        (Host::Leptos, view! { <Code title=format!("{title}, Leptos") code=rust language="rs" /> }.into_any()),
        (Host::Html, view! { <Code title=format!("{title}, HTML") code=html language="html" /> }.into_any()),
    ];
    view! { <Tabs id title tabs /> }.into_any()
}
