//! What a server sends: the complete explorer, with the same bytes for every request. Run with `--features ssr`.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Comparison, LabeledSlider, LoRaRankExplorer, Metric, Numbers, Pointing, RankCost, RankMarker, RankRule,
    RankScale, RankSuggestion, ResidualScale, ResidualView, ShowCost, Spectrum,
};

fn page() -> String {
    let owner = Owner::new();
    owner.with(|| {
        let r = RwSignal::new(3);
        view! {
            <LoRaRankExplorer default_r=2 />
            <LoRaRankExplorer r=move || r.get() metric=Metric::Spectral />
            <LoRaRankExplorer target_matrix=vec![vec![1.0], vec![]] class="third" />
        }
        .to_html()
    })
}

#[test]
fn the_first_response_is_complete() {
    let html = page();
    for finished in [
        "Frobenius residual at r=2: 0.643.",
        "d=\"M0.0 85.6L142.9 871.4",
        "data-part=\"at-rank\" x=\"14.29%\"",
        "cy=\"87.14%\"",
        "<desc>Falls from 4.572 at rank 1",
        "type=\"range\" dir=\"ltr\" min=\"1\" max=\"8\" step=\"1\" value=\"2\"",
        "<dd data-part=\"residual\">0.643</dd>",
        ">rank r</text>",
        "σ<tspan",
        "row 2 has 0 entries where row 1 has 1",
        "class=\"lora-rank-explorer third\"",
    ] {
        assert!(html.contains(finished), "{finished} is not in {html}");
    }
}

#[test]
fn the_html_has_neither_inline_styles_nor_scripts() {
    let html = page();
    for blocked in [" style=", "<style", "<script", " onclick=", " oninput="] {
        assert!(!html.contains(blocked), "{blocked} is in {html}");
    }
}

#[test]
fn all_requests_get_the_same_bytes_on_all_threads() {
    let first = page();
    assert_eq!(first, page());
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(page)).collect();
    for thread in threads {
        assert_eq!(first, thread.join().expect("a page"));
    }
}

#[test]
fn plots_have_names_and_no_element_has_or_needs_an_id() {
    let html = page();
    let name = "role=\"img\" aria-label=\"LoRA rank explorer: reconstruction error vs rank curve.\"";
    assert_eq!(html.matches(name).count(), 3);
    for needs_one in [" id=", " for=", " aria-labelledby=", " aria-describedby=", " href=\"#", "url(#"] {
        assert!(!html.contains(needs_one), "{needs_one} is in {html}");
    }
}

#[test]
fn optional_parts_are_complete_in_the_first_response() {
    let parts = || {
        Owner::new().with(|| {
            view! {
                <LoRaRankExplorer
                    default_r=2
                    pointing=Pointing::new().on_preview(|_| ())
                    targets=[RankRule::energy_at_least(0.95), RankRule::energy_at_least(7.0)]
                    markers=[RankSuggestion::StableRank.into(), RankMarker::at("ours", 4)]
                    cost=ShowCost::of(RankCost::of)
                    numbers=Numbers::new().input().table()
                />
            }
            .to_html()
        })
    };
    let html = parts();
    for finished in [
        "rank 2, residual 0.643, 99.8% of energy, 32 parameters",
        "<ul data-part=\"targets\" aria-label=\"Targets\">",
        "<button type=\"button\" data-mark=\"1\" aria-current=\"true\">PEFT 0.95 → r = 2</button>",
        "<li data-part=\"no-rank\">PEFT: the threshold is 7, and must be above 0 and at most 1</li>",
        "<button type=\"button\" data-mark=\"2\">ours → r = 4</button>",
        "<g data-part=\"marks\"><svg data-part=\"mark\" data-rank=\"2\" x=\"14.29%\" y=\"87.14%\"",
        "<svg data-part=\"mark\" data-rank=\"4\"",
        "<line data-part=\"break-even\" x1=\"42.86%\"",
        "<dd data-part=\"parameters\">32</dd>",
        "<dd data-part=\"bytes\">64 B</dd>",
        "<input type=\"number\" min=\"1\" max=\"8\" step=\"1\" value=\"2\"",
        "<tr aria-current=\"true\"><th scope=\"row\">2</th><td>0.643</td><td>99.8%</td></tr>",
        "<summary>Data</summary>",
    ] {
        assert!(html.contains(finished), "{finished} is not in {html}");
    }
    assert!(!html.contains("data-pointing"), "nothing listens before hydration");
    assert!(!html.contains(" style=") && !html.contains("<script"));
    assert_eq!(html, parts());
}

#[test]
fn other_axes_thumb_and_legend_are_complete_in_the_first_response() {
    let page = || {
        let values = |n: u32| (1..=n).map(|j| 1.0 / f64::from(j)).collect();
        let compare = Comparison::of("q").with("<k>", Spectrum::new(64, 64, values(64)).expect("a spectrum"));
        let axes = Axes::new()
            .rank_scale(RankScale::Log2)
            .residual_view(ResidualView::Percent)
            .residual_scale(ResidualScale::Log);
        let spectrum = Spectrum::new(256, 256, values(256)).expect("a spectrum");
        Owner::new().with(|| {
            view! {
                <LoRaRankExplorer spectrum default_r=16 axes compare />
                <LoRaRankExplorer axes=Axes::new().rank_scale(RankScale::ladder([])) />
                <LabeledSlider label="Rank" min=4 max=64 default_value=16 scale=RankScale::ladder([4, 16, 64]) />
            }
            .to_html()
        })
    };
    let html = page();
    for finished in [
        "min=\"0\" max=\"1000\" step=\"1\" value=\"500\"",
        "data-part=\"at-rank\" x=\"50.00%\"",
        "aria-valuetext=\"rank 16, relative residual ",
        "data-part=\"axis-break\"",
        "data-letter=\"a\">a</b> <span>&lt;k&gt;</span>",
        "the ladder of ranks is empty",
    ] {
        assert!(html.contains(finished), "{finished} is not in {html}");
    }
    assert_eq!(html, std::thread::spawn(page).join().expect("a page"));
}

/// A request may contain a few bytes of JSON that claim a shape beyond any memory.
#[test]
fn a_spectrum_of_a_vast_shape_is_rendered_like_any_other() {
    let render = |json: &str| {
        let spectrum: Spectrum = serde_json::from_str(json).expect("a spectrum");
        let compare = Comparison::of("own").with("same", spectrum.clone());
        let rules = [
            RankRule::energy_at_least(0.9),
            RankRule::energy_above(0.9),
            RankRule::nuclear_share(1.0),
            RankRule::relative_residual(0.0),
        ];
        Owner::new().with(|| {
            view! {
                <LoRaRankExplorer
                    spectrum
                    axes=Axes::new().rank_scale(RankScale::Log2).residual_scale(ResidualScale::Log)
                    compare
                    pointing=Pointing::new()
                    targets=rules
                    markers=RankSuggestion::ALL
                    cost=ShowCost::of(RankCost::of)
                    numbers=Numbers::new().input().table()
                />
            }
            .to_html()
        })
    };
    let (vast, max) = (u64::MAX, usize::MAX.to_string());
    let html = render(&format!(r#"{{"rows":{vast},"cols":{vast},"singular_values":[2.0,1.0,0.0]}}"#));
    for finished in ["PEFT 0.9 → r = 2", "resize_lora rle_lora 0 → r = 2", &format!("<th scope=\"row\">{max}</th>")]
    {
        assert!(html.contains(finished), "{finished} is not in {html}");
    }
    let html = render(&format!(r#"{{"rows":{vast},"cols":{vast},"singular_values":[2.0,1.0]}}"#));
    assert!(html.contains(&format!("between rank 2 and {max}, with 2 of {max} singular values known")), "{html}");
}

#[test]
fn empty_notes_are_hidden_and_problems_are_shown() {
    // For each note or problem: whether its start tag has `hidden`, and its text.
    let tags = |html: &str| -> Vec<(bool, String)> {
        (html.split("<p data-part=\"").skip(1))
            .filter(|rest| rest.starts_with("note") || rest.starts_with("problem"))
            .filter_map(|rest| rest.split_once("</p>")?.0.split_once('>'))
            .map(|(tag, text)| (tag.contains(" hidden"), text.replace("<!>", "").trim().to_owned()))
            .collect()
    };
    let html = |axes: Axes, rows: Vec<Vec<f64>>| {
        Owner::new().with(|| {
            view! { <LoRaRankExplorer target_matrix=rows axes cost=ShowCost::of(RankCost::of) numbers=Numbers::new().input() /> }
                .to_html()
        })
    };
    let quiet = tags(&html(Axes::new(), vec![vec![1.0, 2.0]]));
    assert_eq!(quiet, vec![(true, String::new()); 4], "the note, the axes, the cost, the field");
    let wrong = tags(&html(Axes::new().rank_scale(RankScale::ladder([])), vec![vec![]]));
    let shown: Vec<bool> = wrong.iter().map(|(hidden, text)| !hidden && !text.is_empty()).collect();
    assert_eq!(shown, [true, true, false, false], "{wrong:?}");
}

#[test]
fn a_target_that_is_not_there_yet_is_an_empty_busy_frame() {
    let html = Owner::new().with(|| {
        let never: Option<Spectrum> = None;
        view! { <LoRaRankExplorer spectrum=never default_r=5 cost=ShowCost::of(RankCost::of) /> }.to_html()
    });
    for expected in
        ["aria-busy=\"true\"", ">Loading…</text>", "<g visibility=\"hidden\"", "<dd data-part=\"residual\">–</dd>"]
    {
        assert!(html.contains(expected), "{expected} is not in {html}");
    }
}

#[test]
fn what_arrives_after_the_explorer_was_created_and_before_it_is_rendered_is_sent_whole() {
    let spectrum = || Spectrum::new(2, 2, vec![4.0, 3.0]).expect("a spectrum");
    let explorer = |target: RwSignal<Option<Spectrum>>| {
        view! { <LoRaRankExplorer spectrum=move || target.get() default_r=2 numbers=Numbers::new().input() /> }
    };
    let late = Owner::new().with(|| {
        let target = RwSignal::new(None);
        let explorer = explorer(target);
        target.set(Some(spectrum()));
        explorer.to_html()
    });
    let in_time = Owner::new().with(|| explorer(RwSignal::new(Some(spectrum()))).to_html());
    assert_eq!(late, in_time);
}

/// A server renders a page on one thread while a resource arrives on another.
#[test]
fn a_target_that_changes_on_another_thread_while_it_is_rendered_locks_nothing() {
    let (done, is_done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let spectra =
            [2, 3].map(|side| Spectrum::new(side, side, vec![4.0, 3.0, 2.0][..side].to_vec()).expect("a spectrum"));
        for _ in 0..1500 {
            Owner::new().with(|| {
                let target = ArcRwSignal::new(None);
                let read = target.clone();
                let explorer = view! {
                    <LoRaRankExplorer
                        // `get` would panic while the other thread writes: Leptos does not wait for the lock of a signal.
                        spectrum=move || read.try_get().flatten()
                        numbers=Numbers::new().input().table()
                        targets=[RankRule::energy_at_least(0.9).expect("a rule")]
                        cost=ShowCost::of(RankCost::of)
                        axes=Axes::new()
                    />
                };
                let spectra = spectra.clone();
                let other = std::thread::spawn(move || spectra.into_iter().for_each(|it| target.set(Some(it))));
                assert!(explorer.to_html().contains("data-lora-rank-explorer"));
                other.join().expect("it sets the target");
            });
        }
        done.send(()).expect("somebody waits");
    });
    is_done.recv_timeout(std::time::Duration::from_secs(60)).expect("all pages are rendered");
}
