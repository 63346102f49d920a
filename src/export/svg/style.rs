//! [`SvgStyle`]: colours, size and texts of a stand-alone picture.

use std::fmt;

/// How [`curve_svg`](crate::curve_svg) draws: light or dark, how large, with which texts.
///
/// ```
/// use lora_rank_explorer::SvgStyle;
///
/// let style = SvgStyle::light().with_title("Rekonstruktion je Rang").with_rank_axis("Rang r").with_size(960, 540)?;
/// assert!(style.with_size(10, 10).is_err());
/// # Ok::<(), lora_rank_explorer::SvgSizeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SvgStyle {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colors: Colors,
    pub(super) title: String,
    pub(super) caption: Option<String>,
    pub(super) rank_axis: String,
}

/// The colours of the stylesheet, in hexadecimal notation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colors {
    pub text: &'static str,
    pub muted: &'static str,
    pub surface: &'static str,
    pub grid: &'static str,
    pub curve: &'static str,
    pub marker: &'static str,
}

const LIGHT: Colors = Colors {
    text: "#1c1f26",
    muted: "#5a6070",
    surface: "#ffffff",
    grid: "#e3e5ec",
    curve: "#4f46e5",
    marker: "#c2410c",
};

const DARK: Colors = Colors {
    text: "#e8eaf0",
    muted: "#a3a9b8",
    surface: "#14161c",
    grid: "#2b2f3a",
    curve: "#9d97ff",
    marker: "#ff9f5a",
};

impl SvgStyle {
    /// Dark on white, 640 × 400 pixels, with English texts.
    pub fn light() -> Self {
        Self {
            width: 640,
            height: 400,
            colors: LIGHT,
            title: "Reconstruction vs rank".to_owned(),
            caption: None,
            rank_axis: "rank r".to_owned(),
        }
    }

    /// Light on dark, otherwise like [`light`](Self::light).
    pub fn dark() -> Self {
        Self { colors: DARK, ..Self::light() }
    }

    /// Sets width and height, in pixels. Labels keep their size; the axes get the rest.
    ///
    /// # Errors
    /// [`SvgSizeError`] outside 240 × 200 to 10 000 × 10 000.
    pub fn with_size(self, width: u32, height: u32) -> Result<Self, SvgSizeError> {
        if (240..=10_000).contains(&width) && (200..=10_000).contains(&height) {
            Ok(Self { width, height, ..self })
        } else {
            Err(SvgSizeError { width, height })
        }
    }

    /// Sets the title, which is also the picture's accessible name. The default is `Reconstruction vs rank`.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// Sets the line below the title, which is also the picture's description. The default gives the numbers at the rank: `8×8 ·
    /// Frobenius residual 0.643 · 99.8% of energy · r=2`.
    pub fn with_caption(self, caption: impl Into<String>) -> Self {
        Self { caption: Some(caption.into()), ..self }
    }

    /// Sets the name of the rank axis. The default is `rank r`.
    pub fn with_rank_axis(self, name: impl Into<String>) -> Self {
        Self { rank_axis: name.into(), ..self }
    }
}

/// A size that leaves no room for the axes, or is far beyond any page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SvgSizeError {
    /// The width given, in pixels.
    pub width: u32,
    /// The height given, in pixels.
    pub height: u32,
}

impl fmt::Display for SvgSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height } = self;
        write!(f, "the size is {width}×{height} pixels, and must be from 240×200 to 10000×10000")
    }
}

impl std::error::Error for SvgSizeError {}
