//! What a screen reader is given: role and name of the element with the focus, and what the live regions say.

use end_to_end::Session;
use serde_json::json;

/// Keeps the last text of every live region that changes from now on.
pub async fn listen(page: &Session) {
    page.eval(
        "(() => {
            window.heard = new Map();
            const live = '[role=status], [role=alert], [aria-live=polite]';
            const keep = (region) => region && heard.set(region, region.textContent.trim());
            new MutationObserver((records) => {
                for (const {target, addedNodes} of records) {
                    for (const node of [target, ...addedNodes]) {
                        keep((node.nodeType === 1 ? node : node.parentElement)?.closest(live));
                    }
                    for (const node of addedNodes) node.querySelectorAll?.(live).forEach(keep);
                }
            }).observe(document.body, {childList: true, characterData: true, subtree: true});
        })()",
    )
    .await;
}

/// The element with the focus, and what the regions have said since the last call, once one of them has said `last`.
pub async fn given(page: &Session, last: &str) -> [String; 3] {
    let texts = "[...heard.values()].filter((text) => text !== '')";
    if !last.is_empty() {
        page.until(last, &format!("{texts}.some((text) => text.includes({}))", json!(last))).await;
    }
    let said = page.eval(&format!("(() => {{ const said = {texts}.join(' '); heard.clear(); return said; }})()")).await;
    let [role, name, value] = page.focused().await;
    let name = if value.is_empty() { name } else { format!("{name}: {value}") };
    [role, name, said.as_str().unwrap_or_default().to_owned()]
}
