//! Every test checks that the console stays empty: this one, that the check can fail.

use end_to_end::in_gallery;
use serde_json::json;

#[tokio::test]
async fn whatever_a_page_does_wrong_is_seen_from_its_first_script_on() {
    in_gallery(async |page| {
        let before = page.console().await;
        assert!(
            before.iter().any(|message| message.contains("Invalid target matrix")),
            "said at the start: {before:?}"
        );
        page.eval(
            "(() => {
                console.log('said');
                setTimeout(() => { throw new Error('thrown'); });
                Promise.reject(new Error('rejected'));
                const image = document.createElement('img');
                image.alt = '';
                image.src = 'data:,blocked';
                document.body.append(image);
            })()",
        )
        .await;
        let recorded = "sessionStorage.getItem('console')";
        for word in ["said", "thrown", "rejected", "img-src"] {
            page.until(word, &format!("{recorded}.includes('{word}')")).await;
        }
        assert!(page.console().await.len() >= before.len() + 4);
        // They were meant to be there.
        assert_eq!(page.eval("(sessionStorage.removeItem('console'), true)").await, json!(true));
    })
    .await;
}
