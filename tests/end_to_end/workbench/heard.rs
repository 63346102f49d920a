//! What a screen reader is given: role and name of the element with the focus, and what the live regions say.

use end_to_end::Session;
use serde_json::json;

/// Keeps the last text of every live region that changes from now on. One that appears together with its text is announced only if it
/// is an alert.
pub async fn listen(page: &Session) {
    page.eval(
        "(() => {
            window.heard = new Map();
            const keep = (region) => region && heard.set(region, region.textContent.trim());
            new MutationObserver((records) => {
                for (const {target, addedNodes} of records) {
                    const element = target.nodeType === 1 ? target : target.parentElement;
                    keep(element?.closest('[role=status], [role=alert], [aria-live=polite]'));
                    for (const node of addedNodes) {
                        if (node.nodeType === 1 && node.matches('[role=alert]')) keep(node);
                        node.querySelectorAll?.('[role=alert]').forEach(keep);
                    }
                }
            }).observe(document.body, {childList: true, characterData: true, subtree: true});
        })()",
    )
    .await;
}

/// The role of the element with the focus; its name, with its value and its active cell or row; and what the regions have said since the
/// last call, once one of them has said `last`.
pub async fn given(page: &Session, last: &str) -> [String; 3] {
    let texts = "[...heard.values()].filter((text) => text !== '')";
    if !last.is_empty() {
        page.until(last, &format!("{texts}.some((text) => text.includes({}))", json!(last))).await;
    }
    // Without times and memory, which differ.
    let said = format!(
        "(() => {{ const said = {texts}.join(' '); heard.clear(); return said.replace(/ It took .* MiB[.]/, ''); }})()"
    );
    let said = page.eval(&said).await;
    let [role, name, value] = page.focused().await;
    // WebKit's driver adds the value to the name.
    let name = name.trim_end_matches(&value[..]).trim_end().to_owned();
    let active = "(() => {
        const active = document.getElementById(document.activeElement.getAttribute('aria-activedescendant'));
        return active ? active.ariaLabel ?? [...active.cells].map((cell) => cell.textContent.trim()).join(' ').trim() : '';
    })()";
    let active = page.eval(active).await.as_str().unwrap_or_default().to_owned();
    let name = [name, value, active].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    // Where a name may be broken.
    let name = name.replace(['\u{200b}', '\u{2060}'], "");
    [role, name, said.as_str().unwrap_or_default().to_owned()]
}
