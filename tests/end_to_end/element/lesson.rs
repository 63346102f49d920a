//! The lesson: predict, commit, see. With the keyboard only, and without its script.

use end_to_end::{Preferences, Session, in_page, variable};
use serde_json::json;
use thirtyfour::prelude::*;

async fn in_lesson<Test>(preferences: Preferences, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_page(&variable("LESSON_URL"), preferences, &[], test).await;
}

const EXERCISES: [(&str, usize, usize); 4] =
    [("clean", 12, 2), ("fading", 12, 8), ("noise", 12, 10), ("layer", 16, 12)];

/// Types a prediction and presses Enter.
async fn predict(page: &Session, exercise: &str, guess: &str) {
    let field = page.find(By::Id(format!("{exercise}-guess"))).await.expect("a field");
    field.clear().await.expect("cleared");
    field.send_keys(guess.to_owned() + Key::Enter).await.expect("typed");
}

async fn said(page: &Session, exercise: &str) -> String {
    page.text(&format!("#{exercise}-said")).await
}

#[tokio::test]
async fn a_reader_predicts_commits_and_sees_with_the_keyboard_alone() {
    in_lesson(Preferences::default(), async |page| {
        for (exercise, last, needed) in EXERCISES {
            let section = format!("section:has(#{exercise})");
            let shown =
                format!("document.querySelector('{section} lora-rank-explorer').getBoundingClientRect().height > 0");
            page.until("the form", &format!("!!document.getElementById('{exercise}-guess')")).await;
            assert_eq!(page.eval(&shown).await, false, "{exercise} before");
            for wrong in ["", "0", "1.5", &(last + 1).to_string()] {
                predict(&page, exercise, wrong).await;
                assert_eq!(said(&page, exercise).await, format!("A rank is a whole number from 1 to {last}."));
                assert_eq!(page.eval(&format!("document.activeElement.id === '{exercise}-guess'")).await, true);
                assert_eq!(page.eval(&shown).await, false, "{exercise} after {wrong}");
            }
            predict(&page, exercise, "1").await;
            assert_eq!(page.eval(&shown).await, true, "{exercise} after");
            assert!(said(&page, exercise).await.ends_with(&format!("For 99% it takes rank {needed}.")));
            predict(&page, exercise, &needed.to_string()).await;
            assert!(said(&page, exercise).await.ends_with("that is it."));
            page.until_rank_in(&section, needed).await;
            // The element's own rule agrees.
            let target = page.text(&format!("{section} [data-part=targets] button")).await;
            assert_eq!(target, format!("99% of the energy → r = {needed}"));
            predict(&page, exercise, &last.to_string()).await;
            assert!(said(&page, exercise).await.ends_with(&format!("rank {needed} would be, too.")));
            page.press_in(&section, Key::Home).await;
            page.until_rank_in(&section, 1).await;
        }
    })
    .await;
}

#[tokio::test]
async fn without_its_script_the_explorers_and_answers_are_there() {
    in_lesson(Preferences::default(), async |page| {
        page.eval(
            "(async () => {
                const text = await (await fetch('index.html')).text();
                const frame = document.createElement('iframe');
                frame.id = 'plain';
                frame.title = 'plain';
                // It has the policy of this page, and its own would have another `self` in Firefox.
                frame.srcdoc = text.replace(/<meta\\s+http-equiv[^>]*>/, '').replace(/<script[^>]*(lesson|first)\\.js[^>]*><\\/script>/g, '');
                document.querySelector('main').append(frame);
            })()",
        )
        .await;
        let inside = "document.getElementById('plain').contentDocument";
        page.until("six explorers", &format!("{inside}?.querySelectorAll('[data-lora-rank-explorer]').length === 6")).await;
        let shown = format!("[...{inside}.querySelectorAll('.answer')].every((answer) => answer.getBoundingClientRect().height > 0)");
        assert_eq!(page.eval(&shown).await, true);
        assert_eq!(page.eval(&format!("{inside}.querySelectorAll('form').length")).await, json!(0));
    })
    .await;
}

#[tokio::test]
async fn no_violation_before_and_after_the_predictions() {
    for dark in [false, true] {
        in_lesson(Preferences { dark, ..Preferences::default() }, async |page| {
            page.view(320, 700).await;
            page.until("the size", "innerWidth === 320").await;
            let violations = page.violations().await;
            assert!(violations.is_empty(), "before: {}", violations.join("\n"));
            predict(&page, "clean", "99").await;
            for (exercise, ..) in &EXERCISES[1..] {
                predict(&page, exercise, "3").await;
            }
            page.until_rank_in("section:has(#layer)", 3).await;
            let violations = page.violations().await;
            assert!(violations.is_empty(), "after: {}", violations.join("\n"));
            assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, true);
        })
        .await;
    }
}
