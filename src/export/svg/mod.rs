//! The curve as an SVG document.

pub(crate) mod style;

pub use style::SvgStyle;

use crate::numeric::decimal::fixed;
use crate::plot::Plot;
use crate::plot::frame::FRAME;
use crate::plot::markup::Markup;
use crate::plot::notation::{either, percentage, residual, symbol, tick};
use crate::plot::polyline::Polyline;
use crate::spectrum::Spectrum;
use crate::spectrum::curve::{Metric, ResidualCurve};

/// The margins around the plot area, in pixels: for the title above, and the labels to the left and below.
const MARGINS: Margins = Margins { left: 60.0, right: 24.0, top: 88.0, bottom: 52.0 };

struct Margins {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// The curve of `spectrum` in `metric` with a marker at rank `r` as a stand-alone SVG document: what
/// `LoRaRankExplorer` shows, for papers, slides and file viewers.
///
/// The document is well-formed XML, whatever the texts of `style`. Every colour, font and size is an attribute of SVG 1.1, so no
/// stylesheet is needed. `r` is clamped to the ranks on the curve. Server and browser produce the same bytes. Never panics.
///
/// # Cost
/// O(k) for k known singular values; the curve has at most 1,023 vertices.
///
/// ```
/// use lora_rank_explorer::{Metric, Spectrum, SvgStyle, curve_svg};
///
/// let spectrum = Spectrum::new(2, 2, vec![4.0, 3.0])?;
/// let svg = curve_svg(&spectrum, Metric::Frobenius, 1, &SvgStyle::dark().with_title("q_proj <layer 3>"));
/// assert!(svg.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400""#));
/// assert!(svg.contains("<title>q_proj &lt;layer 3&gt;</title><desc>2×2 · Frobenius residual 3.000 · 64.0% of energy · r=1</desc>"));
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
pub fn curve_svg(spectrum: &Spectrum, metric: Metric, r: usize, style: &SvgStyle) -> String {
    let curve = ResidualCurve::new(spectrum, metric);
    let plot = Plot::new(&curve);
    let r = r.clamp(1, curve.max_rank());
    let frame = Frame {
        width: f64::from(style.width) - MARGINS.left - MARGINS.right,
        height: f64::from(style.height) - MARGINS.top - MARGINS.bottom,
    };
    let caption = style.caption.clone().unwrap_or_else(|| caption(spectrum, &curve, r));
    let SvgStyle { width, height, colors, title, .. } = style;
    let (width, height) = (width.to_string(), height.to_string());

    let mut svg = Markup::default();
    svg.raw(r#"<svg xmlns="http://www.w3.org/2000/svg" width=""#).text(&width).raw(r#"" height=""#).text(&height);
    svg.raw(r#"" viewBox="0 0 "#).text(&width).raw(" ").text(&height);
    svg.raw(r#"" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12"><title>"#).text(title);
    svg.raw("</title><desc>").text(&caption).raw(r#"</desc><rect width=""#).text(&width);
    svg.raw(r#"" height=""#).text(&height).raw(r#"" fill=""#).raw(colors.surface);
    svg.raw(r#""/><text x="20" y="32" font-size="17" font-weight="bold" fill=""#).raw(colors.text).raw(r#"">"#);
    svg.text(title).raw(r#"</text><text x="20" y="52" fill=""#).raw(colors.muted).raw(r#"">"#).text(&caption);
    svg.raw("</text>");
    frame.draw_axes(&mut svg, &curve, &plot, style);

    let x = fixed(frame.x(plot.ranks.to_frame(r as f64)), 2);
    let y = fixed(frame.y(plot.line.at(plot.ranks.to_frame(r as f64))), 2);
    let (top, bottom) = (fixed(frame.y(0.0), 2), fixed(frame.y(FRAME), 2));
    svg.raw(r#"<path d=""#).text(&frame.path(&plot.line)).raw(r#"" fill="none" stroke=""#).raw(colors.curve);
    svg.raw(r#"" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"/><line x1=""#).text(&x);
    svg.raw(r#"" y1=""#).text(&top).raw(r#"" x2=""#).text(&x).raw(r#"" y2=""#).text(&bottom);
    svg.raw(r#"" stroke=""#).raw(colors.marker).raw(r#"" stroke-dasharray="4 4"/><circle cx=""#).text(&x);
    svg.raw(r#"" cy=""#).text(&y).raw(r#"" r="6" fill=""#).raw(colors.marker).raw(r#"" stroke=""#);
    svg.raw(colors.surface).raw("\" stroke-width=\"2\"/></svg>\n");
    svg.into_string()
}

/// The readout of the component, in one line.
fn caption(spectrum: &Spectrum, curve: &ResidualCurve, r: usize) -> String {
    let (rows, cols, metric) = (spectrum.rows(), spectrum.cols(), curve.metric().name());
    let range = curve.residual_range(r);
    let left = either(&residual(*range.start()), &residual(*range.end()));
    let energy = curve.captured_energy_range(r);
    let kept =
        energy.map_or_else(|| "–".to_owned(), |range| either(&percentage(*range.start()), &percentage(*range.end())));
    let known = match (curve.max_rank(), spectrum.max_rank()) {
        (known, of) if known < of => format!(" · the first {known} of {of}"),
        _ => String::new(),
    };
    format!("{rows}×{cols} · {metric} residual {left} · {kept} of energy · r={r}{known}")
}

/// The plot area: maps thousandths to pixels.
struct Frame {
    width: f64,
    height: f64,
}

impl Frame {
    fn x(&self, x: f64) -> f64 {
        MARGINS.left + x / FRAME * self.width
    }

    fn y(&self, y: f64) -> f64 {
        MARGINS.top + y / FRAME * self.height
    }

    fn placed(&self, line: &Polyline) -> Polyline {
        line.vertices().iter().map(|&(x, y)| (self.x(x), self.y(y))).collect()
    }

    fn path(&self, line: &Polyline) -> String {
        self.placed(line).path()
    }

    /// Draws the grid, the labels, and a band if residuals are known only as ranges.
    fn draw_axes(&self, svg: &mut Markup, curve: &ResidualCurve, plot: &Plot, style: &SvgStyle) {
        let colors = &style.colors;
        let (left, right) = (fixed(self.x(0.0), 2), fixed(self.x(FRAME), 2));
        let (mut grid, mut labels) = (String::new(), Markup::default());
        let label_at = fixed(MARGINS.left - 10.0, 2);
        for &value in &plot.residual_ticks {
            let y = self.y(plot.residuals.to_frame(value));
            grid += &format!("M{left} {}H{right}", fixed(y, 2));
            labels.raw(r#"<text x=""#).text(&label_at).raw(r#"" y=""#).text(&fixed(y + 4.0, 2));
            labels.raw(r#"" text-anchor="end">"#).text(&tick(value)).raw("</text>");
        }
        let below = fixed(self.y(FRAME) + 20.0, 2);
        for &rank in &plot.rank_ticks {
            let x = fixed(self.x(plot.ranks.to_frame(rank as f64)), 2);
            labels.raw(r#"<text x=""#).text(&x).raw(r#"" y=""#).text(&below);
            labels.raw(r#"" text-anchor="middle">"#).text(&rank.to_string()).raw("</text>");
        }
        let (norm, subscript) = symbol(curve.metric());
        svg.raw(r#"<path d=""#).text(&grid).raw(r#"" stroke=""#).raw(colors.grid).raw(r#""/>"#);
        if let Some(lower) = &plot.lower {
            let band = self.placed(&plot.line).band(&self.placed(lower));
            svg.raw(r#"<path d=""#).text(&band).raw(r#"" fill=""#).raw(colors.curve).raw(r#"" fill-opacity="0.15"/>"#);
        }
        svg.raw(r#"<g fill=""#).raw(colors.muted).raw(r#"">"#).append(&labels);
        svg.raw(r#"<text x="20" y=""#).text(&fixed(MARGINS.top - 14.0, 2)).raw(r#"" font-style="italic">"#).text(norm);
        svg.raw(r#"<tspan dy="4" font-size="9">"#).text(subscript).raw(r#"</tspan></text><text x=""#).text(&right);
        svg.raw(r#"" y=""#).text(&fixed(self.y(FRAME) + 40.0, 2)).raw(r#"" text-anchor="end" font-style="italic">"#);
        svg.text(&style.rank_axis).raw("</text></g>");
    }
}
