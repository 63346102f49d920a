//! The stand-alone picture is well-formed XML and needs no other file.

use lora_rank_explorer::{Matrix, Metric, Spectrum, SvgStyle, curve_svg};
use proptest::prelude::*;

fn default_picture(style: &SvgStyle) -> String {
    curve_svg(&Spectrum::of(&Matrix::default()), Metric::Frobenius, 2, style)
}

/// The texts between tags. Panics unless tags are closed in order.
fn texts(svg: &str) -> Vec<String> {
    let (mut open, mut texts, mut rest) = (Vec::new(), Vec::new(), svg.trim_end());
    while let Some(start) = rest.find('<') {
        texts.push(rest[..start].to_owned());
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
        } else {
            let quotes = tag.matches('"').count();
            assert!(quotes.is_multiple_of(2) && tag.matches('=').count() * 2 <= quotes, "{tag}");
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
    texts.retain(|text| !text.is_empty());
    texts
}

#[test]
fn title_caption_and_labels_are_in_the_picture() {
    let texts = texts(&default_picture(&SvgStyle::light()));
    let caption = "8×8 · Frobenius residual 0.643 · 99.8% of energy · r=2";
    assert_eq!(texts[..2], ["Reconstruction vs rank", caption], "title and description");
    for label in ["rank r", "‖W − BA‖", "F", "1", "8", "5"] {
        assert!(texts.iter().any(|text| text == label), "{label} is not in {texts:?}");
    }
}

#[test]
fn curve_and_marker_are_those_of_the_explorer() {
    let svg = default_picture(&SvgStyle::light());
    // (14.29 %, 87.14 %) of the plot area, which is 556 × 260 at (60, 88).
    assert!(svg.contains(r#"<path d="M60.0 110.3L139.4 314.6L"#), "{svg}");
    assert!(svg.contains(r#"<circle cx="139.43" cy="314.57""#), "{svg}");
}

#[test]
fn it_needs_no_stylesheet_and_no_page() {
    for style in [SvgStyle::light(), SvgStyle::dark()] {
        let svg = default_picture(&style);
        for outside in ["var(", "currentColor", " style=", " class=", "<style", "url(", "href", "light-dark"] {
            assert!(!svg.contains(outside), "{outside} is in {svg}");
        }
        assert!(svg.contains(r#"font-family="Helvetica, Arial, sans-serif""#));
        assert!(svg.contains(r#"width="640" height="400" viewBox="0 0 640 400""#));
    }
    assert!(default_picture(&SvgStyle::dark()).contains("fill=\"#14161c\""));
}

#[test]
fn ranks_outside_the_curve_are_clamped_and_ranges_are_a_band() {
    let spectrum = Spectrum::leading(64, 64, vec![4.0, 3.0, 2.0], None).expect("a spectrum");
    let picture = |r| curve_svg(&spectrum, Metric::Frobenius, r, &SvgStyle::light());
    assert_eq!((picture(0), picture(99)), (picture(1), picture(3)));
    assert!(picture(3).contains("fill-opacity=\"0.15\""));
    assert!(texts(&picture(3))[1].ends_with("r=3 · the first 3 of 64"), "{}", picture(3));
}

#[test]
fn a_size_without_room_is_refused_with_both_numbers() {
    let error = SvgStyle::light().with_size(100, 400).expect_err("too narrow");
    assert_eq!(error.to_string(), "the size is 100×400 pixels, and must be from 240×200 to 10000×10000");
    for (width, height) in [(240, 200), (10_000, 10_000)] {
        let svg = default_picture(&SvgStyle::light().with_size(width, height).expect("a size"));
        texts(&svg);
        assert!(svg.contains(&format!("width=\"{width}\" height=\"{height}\"")));
    }
}

proptest! {
    #[test]
    fn it_is_well_formed_whatever_the_texts_and_the_numbers(
        title in any::<String>(),
        caption in "[<>&\"' a\u{0}-\u{1f}]{0,20}",
        mut values in prop::collection::vec(prop_oneof![Just(0.0), 0.0..10.0f64, Just(f64::MAX), Just(5e-324)], 1..20),
        r in any::<usize>(),
    ) {
        values.sort_by(|a, b| b.total_cmp(a));
        let spectrum = Spectrum::new(values.len(), 20, values).expect("a spectrum");
        let style = SvgStyle::light().with_title(title).with_caption(caption).with_rank_axis("</text>");
        for &metric in Metric::ALL {
            let svg = curve_svg(&spectrum, metric, r, &style);
            let texts = texts(&svg);
            prop_assert!(texts.iter().any(|text| text == "&lt;/text&gt;"));
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", svg);
            let is_xml = |letter: char| letter == '\n' || (letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'));
            prop_assert!(svg.chars().all(is_xml));
        }
    }
}
