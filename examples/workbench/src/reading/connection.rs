//! [`Connection`]: the page's end of the connection to a worker, which runs the page's own program.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use super::blob::words;

/// What a worker does.
pub enum Heard {
    /// It is listening.
    Ready,
    Message(Array),
    /// It has stopped, for this reason.
    Stopped(String),
}

pub struct Connection {
    worker: Worker,
    _closures: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Connection {
    pub fn start(hear: impl Fn(Heard) + 'static) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // A name that no other page of this site uses: see `watch`.
        let name = format!("lora-rank-explorer {} {}", js_sys::Date::now(), js_sys::Math::random());
        let script = script(&name)?;
        let worker = Worker::new_with_options(&script, &options)?;
        // A module that the page has compiled. Where it cannot be sent, the worker compiles its own.
        if worker.post_message(&wasm_bindgen::module()).is_err() {
            worker.post_message(&JsValue::UNDEFINED)?;
        }
        let hear: Rc<dyn Fn(Heard)> = Rc::new(hear);
        let to = Rc::clone(&hear);
        let message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let parts: Array = event.unchecked_into::<MessageEvent>().data().unchecked_into();
            if parts.length() > 0 {
                return to(Heard::Message(parts));
            }
            let _ = Url::revoke_object_url(&script);
            watch(&name, Rc::clone(&to));
            to(Heard::Ready);
        });
        let error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let words = event.dyn_ref::<ErrorEvent>().map_or_else(|| words(&event), ErrorEvent::message);
            // The page shows this error, so keep it off the console.
            event.unchecked_ref::<Event>().prevent_default();
            hear(Heard::Stopped(words));
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(Self { worker, _closures: [message, error] })
    }

    pub fn send(&self, parts: &Array) {
        let _ = self.worker.post_message(parts);
    }

    /// Ends the worker at once.
    pub fn end(self) {
        self.worker.terminate();
        // This may run inside a closure of the connection.
        wasm_bindgen_futures::spawn_local(async move { drop(self) });
    }
}

#[wasm_bindgen]
extern "C" {
    /// The Web Locks. Insecure pages have none.
    type Locks;

    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = locks)]
    static LOCKS: Option<Locks>;

    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, then: &Function) -> Promise;
}

/// Tells when the worker ends by itself, about which no event tells: it holds the lock of this name as long as it lives.
fn watch(name: &str, hear: Rc<dyn Fn(Heard)>) {
    LOCKS.with(|locks| {
        if let Some(locks) = locks {
            let then = Closure::once_into_js(move || hear(Heard::Stopped("it has ended".to_owned())));
            let _ = locks.request(name, then.unchecked_ref());
        }
    });
}

/// The URL of a script that starts the page's own program, with the module in its first message.
///
/// A worker from a blob inherits the page's policy, so it cannot send the file anywhere. A worker from a file would get the
/// policy that the server sends with that file, and any server may host these files; so the page's policy forbids them
/// (`worker-src blob:`). The script uses a dynamic import, since `worker-src` governs static ones, and throws a failure again
/// where the worker's `error` event sees it.
fn script(name: &str) -> Result<String, JsValue> {
    let page = document().base_uri()?.unwrap_or_default();
    let program = Url::new_with_base("workbench.js", &page)?.href();
    let text = format!(
        "const held = new Promise((hold) => {{
            const forever = () => {{ hold(); return new Promise(() => {{}}); }};
            navigator.locks ? navigator.locks.request({name:?}, forever) : hold();
        }});
        onmessage = async ({{data}}) => {{
            onmessage = null;
            try {{
                await held;
                await (await import({program:?})).default({{module_or_path: data}});
            }} catch (error) {{
                setTimeout(() => {{ throw error; }});
            }}
        }};"
    );
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?)
}
