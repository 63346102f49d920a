//! Every test checks that the console stays empty; this test checks that the check can fail.

use end_to_end::in_gallery;
use serde_json::json;

#[tokio::test]
async fn errors_are_recorded_from_the_page_s_first_script_on() {
    in_gallery(async |page| {
        let before = page.console().await;
        assert!(
            before.iter().any(|message| message.contains("Invalid target matrix")),
            "logged at the start: {before:?}"
        );
        page.eval(
            "(() => {
                console.log('said');
                // Loading a module as a classic script fails. Errors in code that a driver sends are hidden from the page.
                const script = document.createElement('script');
                script.src = 'start.js';
                document.body.append(script);
                const image = document.createElement('img');
                image.alt = '';
                image.src = 'data:,blocked';
                document.body.append(image);
            })()",
        )
        .await;
        let recorded = "sessionStorage.getItem('console')";
        for word in ["said", "SyntaxError", "img-src", "cannot be loaded"] {
            page.until(word, &format!("{recorded}.includes('{word}')")).await;
        }
        assert!(page.console().await.len() >= before.len() + 3);
        // These messages were intended.
        assert_eq!(page.eval("(sessionStorage.removeItem('console'), true)").await, json!(true));
    })
    .await;
}
