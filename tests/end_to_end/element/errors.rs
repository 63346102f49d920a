//! What is wrong with what the host gives is said where people look: a note, the summary for screen readers, the console.

use crate::{in_element, make};

const WARNING: &str = "LoRaRankExplorer>: ";
const OTHER: &str = "lora-rank-explorer>: ";

#[tokio::test]
async fn rows_that_are_no_matrix_are_named_as_in_the_leptos_component() {
    in_element(&[WARNING], async |page| {
        make(&page, "made.setAttribute('target-matrix', '[[1, 2], [3]]')").await;
        let note = "Invalid target matrix: row 2 has 1 entry where row 1 has 2. Showing the default matrix instead.";
        assert_eq!(page.text("#made [data-part=note]").await, note);
        assert!(page.text("#made [data-part=summary]").await.contains(note));
        for (given, reason) in [
            ("[[1, null]]", "the entry in row 1, column 2 is NaN"),
            ("[[1, '2']]", "the entry in row 1, column 2 is NaN"),
            ("[]", "the matrix has no rows"),
            ("[[], []]", "the rows of the matrix are empty"),
            ("[[1, 2], [3, Infinity]]", "the entry in row 2, column 2 is infinite"),
            ("({data: [1, 2, 3], shape: [2, 2]})", "3 entries do not fill a 2×2 matrix"),
        ] {
            page.eval(&format!("made.targetMatrix = {given}")).await;
            page.until(given, &format!("made.querySelector('[data-part=note]').textContent.includes({reason:?})"))
                .await;
        }
        let console = page.console().await;
        let count = console.iter().filter(|line| line.contains("row 2 has 1 entry")).count();
        // Chromium's driver returns it, too.
        assert!((1..=2).contains(&count), "{console:?}");
        page.eval("made.targetMatrix = [[1, 2], [3, 4]]").await;
        page.until("no note", "made.querySelector('[data-part=note]')?.hidden !== false").await;
        page.until_rank_in("#made", 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_target_that_cannot_be_read_leaves_the_frame_empty() {
    in_element(&[WARNING], async |page| {
        make(&page, "made.setAttribute('target-matrix', '[[1, 2')").await;
        let note = page.text("#made [data-part=note]").await;
        assert!(note.starts_with("The spectrum cannot be shown: the attribute target-matrix is not JSON: "), "{note}");
        for (property, given, reason) in [
            ("targetMatrix", "7", "a matrix is rows of numbers"),
            ("targetMatrix", "Float32Array.of(1, 2)", "need its shape"),
            ("targetMatrix", "({data: [1, 2], shape: [1.5, 2]})", "need its shape"),
            ("targetMatrix", "[1, 2]", "a matrix is rows of numbers"),
            (
                "targetMatrix",
                "({data: Uint16Array.of(15360, 48128), dims: [1, 2], type: 'float16'})",
                "its numbers are the bits of float16",
            ),
            ("spectrum", "[3, 2, 1]", "a spectrum is { rows, cols, singularValues }"),
            (
                "spectrum",
                "({rows: 2, cols: 2, singularValues: [3, 4]})",
                "singular value 2 is larger than the one before it",
            ),
            (
                "spectrum",
                "({rows: 2, cols: 2, singularValues: [NaN, 4]})",
                "singular value 1 is negative or not finite",
            ),
            ("spectrum", "({rows: 2, cols: 2})", "singularValues is not a list of numbers"),
            ("spectrum", "({rows: 2n, singularValues: []})", "rows is 2, and must be a whole number"),
            ("spectrum", "({rows: 2, cols: 2, singularValues: [2, 1], sigma: 3})", "`sigma` is none of rows, cols,"),
        ] {
            page.eval("(made.targetMatrix = undefined, made.spectrum = undefined)").await;
            page.eval(&format!("(made.{property} = {given}, true)")).await;
            page.until(
                given,
                &format!("made.querySelector('[data-part=note]')?.textContent.includes({reason:?}) === true"),
            )
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn each_other_mistake_is_named_with_its_attribute_and_the_rest_stays() {
    in_element(&[OTHER], async |page| {
        make(&page, "").await;
        let problems = "made.querySelector('[data-lora-rank-explorer-problems]')";
        for (property, given, reason) in [
            ("defaultR", "2.5", "default-r: 2.5 is not a rank, which is a whole number from 1"),
            ("r", "-1", "r: -1 is not a rank"),
            ("r", "'two'", "r: \"two\" is not a rank"),
            ("metric", "'nuclear'", "metric: `nuclear` is not a metric: use `frobenius` or `spectral`"),
            ("targets", "[{energyAtLeast: 0.9}, {energyAtLeast: 7}]", "targets: entry 2: "),
            ("targets", "[{allOfIt: 1}]", "targets: entry 1: `all_of_it` is not a rule"),
            ("targets", "7", "targets: 7 is not a list of rules"),
            ("targets", "[{energyAtLeast: 0.9, sigmaAbove: 1}]", "is not one rule"),
            ("targets", "[{energyAtLeast: '0.9'}]", "energyAtLeast is \"0.9\", and must be a number"),
            ("targets", "[{atMostBytes: {budget: 1.5, bytesPerValue: 2}}]", "something else than whole numbers"),
            ("markers", "['knee', 'elbow']", "markers: entry 2: `elbow` is not a suggestion"),
            ("markers", "[{name: 'ours'}]", "`ours` needs either rank or suggestion"),
            ("axes", "({rankScale: 'cubic'})", "axes: `cubic` is none of `linear`, `log2` and a ladder"),
            ("axes", "({rankscale: 'log2'})", "axes: `rankscale` is none of rank_scale,"),
            ("cost", "({copies: -1})", "cost: "),
            ("compare", "({own: 'a'})", "compare: undefined is not a list of { name, spectrum }"),
            ("observations", "({points: [[4]]})", "observations: points is not a list of [rank, score]"),
            ("observations", "({points: []})", "observations: there is no pair of a rank and a score"),
            ("observations", "'4,0.5\\nhalf,1'", "observations: line 2: "),
            ("terms", "['rank']", "terms: entry 1: `rank` is neither"),
            ("numbers", "['inputs']", "numbers: entry 1: \"inputs\" is neither input nor table"),
            ("transition", "'quick'", "transition: `quick` is none of"),
            ("transition", "({stiffness: -1, damping: 1, mass: 1})", "transition: "),
            ("transition", "({duration: -1, easing: [0, 0, 1, 1]})", "transition: duration is not a time in seconds"),
            ("pointing", "'yes'", "pointing: \"yes\" is neither true nor false"),
            ("heading", "7", "heading: heading is 7, and must be a text"),
            ("labels", "[1]", "labels: "),
            ("labels", "({rank: 'Rang', titel: 'Titel'})", "labels: `titel` is not the name of a label"),
        ] {
            page.eval(&format!("(made.{property} = {given}, true)")).await;
            page.until(
                &format!("{property} = {given}"),
                &format!("{problems}.textContent.includes({reason:?}) && !{problems}.hidden"),
            )
            .await;
            page.until("an explorer", "made.querySelector('[data-part=residual]').textContent === '4.572'").await;
            page.eval(&format!("(made.{property} = undefined, true)")).await;
            page.until("no problem", &format!("{problems}.hidden && {problems}.textContent === ''")).await;
        }
        page.eval("made.targets = [{energyAtLeast: 0.9}, {energyAtLeast: 7}]").await;
        page.until("the other target", "made.querySelectorAll('[data-part=targets] button').length === 1").await;
        assert_eq!(page.eval(&format!("{problems}.getAttribute('role')")).await, "status");
    })
    .await;
}

#[tokio::test]
async fn where_webassembly_is_refused_the_author_s_children_stay_and_the_console_says_why() {
    in_element(&["WebAssembly could not be started", "wasm", "WebAssembly", "script-src"], async |page| {
        // A frame with a stricter policy.
        page.eval(
            "(() => {
                window.frame = document.createElement('iframe');
                frame.src = 'refused.html';
                frame.title = 'refused';
                document.querySelector('main').append(frame);
            })()",
        )
        .await;
        let said = "JSON.parse(sessionStorage.getItem('console') ?? '[]').some((line) => line.includes('WebAssembly could not be started'))";
        page.until("the line on the console", said).await;
        let shown = "(() => {
            const inside = frame.contentDocument;
            const child = inside.getElementById('fallback');
            return child.getBoundingClientRect().height > 0 && !inside.querySelector('[data-lora-rank-explorer]');
        })()";
        assert_eq!(page.eval(shown).await, true);
        assert_eq!(
            page.eval("document.getElementById('fallback').getBoundingClientRect().height").await,
            0,
            "where there is an explorer, they are not shown"
        );
    })
    .await;
}
