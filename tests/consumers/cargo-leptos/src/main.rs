//! The server's half.
//!
//! It is made to run behind a reverse proxy, such as Caddy or nginx, which limits how long a visitor may take. For one that visitors
//! reach directly, copy `serve.rs` and `limits.rs` from the library's `examples/ssr`: `axum::serve` waits for half a request for ever.

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use app::app::{App, shell};
    use axum::Router;
    use leptos::prelude::*;
    use leptos_axum::{LeptosRoutes, generate_route_list};

    let options = get_configuration(None)?.leptos_options;
    let listener = tokio::net::TcpListener::bind(&options.site_addr).await?;
    println!("http://{}/", listener.local_addr()?);
    let app = Router::new()
        .leptos_routes(&options, generate_route_list(App), {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(leptos_axum::file_and_error_handler(shell))
        .with_state(options);
    Ok(axum::serve(listener, app).await?)
}

#[cfg(not(feature = "ssr"))]
fn main() {
    // Without the server there is nothing to run: the browser's half is in `lib.rs`.
}
