use leptos::prelude::*;
fn main() {
    leptos::mount::mount_to_body(|| view! { <h1>"LoRA Rank Explorer"</h1> });
}
