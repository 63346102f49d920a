//! What the gallery shows as code in HTML makes the explorer that it shows beside it.

use end_to_end::{Preferences, in_page, variable};
use serde_json::Value;

/// For each of the gallery's examples: its id, its markup and script in HTML, and the words of the live explorer. Spaces do not count: the
/// gallery's HTML comes from a server, which writes one in place of an empty text.
const EXAMPLES: &str = "[...document.querySelectorAll('.usage:has([role=tabpanel][id$=HTML])')].map((example) => {
    const code = example.querySelector('[role=tabpanel][id$=HTML] pre code').textContent;
    const [markup, script] = code.replace('</script>', '').split('<script type=\"module\">');
    return [example.id, markup, script ?? '', example.querySelector('.live [data-lora-rank-explorer]').textContent.replace(/\\s/g, '')];
})";

#[tokio::test]
async fn each_example_in_html_says_what_the_leptos_component_says() {
    // The one with invalid data, and scores before the spectrum that they are of: in a page, that is there before the element is defined.
    let expected = ["target matrix", "target_matrix", "are not drawn: the axis goes from 1 to 8"];
    in_page(&variable("GALLERY_URL"), Preferences::default(), &expected, async |page| {
        page.until("a page that reacts", "!document.getElementById('loading')").await;
        let examples = page.eval(EXAMPLES).await;
        let examples: Vec<[String; 4]> = serde_json::from_value(examples).expect("examples");
        assert!(examples.len() > 15, "{}", examples.len());
        page.open(&variable("ELEMENT_URL")).await;
        page.until_rank_in("#alone", 2).await;
        for [id, markup, script, words] in examples {
            let (markup, words) = (Value::from(markup), Value::from(words));
            page.eval(&format!("document.querySelector('main').innerHTML = {markup}")).await;
            page.eval(&format!("(() => {{ {script} }})()")).await;
            let explorer = "document.querySelector('main [data-lora-rank-explorer]')";
            page.until(
                &format!("the explorer of {id}"),
                &format!("{explorer}?.textContent.replace(/\\s/g, '') === {words}"),
            )
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_explorer_of_a_plain_page_is_drawn() {
    let recipe = Value::from(include_str!("../../hosts/html/lesson.html"));
    in_page(&variable("ELEMENT_URL"), Preferences::default(), &["explorer.png"], async move |page| {
        page.eval(&format!(
            "(() => {{
                const recipe = new DOMParser().parseFromString({recipe}, 'text/html');
                document.querySelector('main').replaceChildren(...recipe.body.children);
            }})()"
        ))
        .await;
        page.until_rank_in("body", 2).await;
        assert_eq!(page.text("[data-part=caption]").await, "3×3 · Frobenius · r=2");
    })
    .await;
}
