//! The preferences that a person has set in the system, and how each engine gets them.
//!
//! Chromium gets them through DevTools, Firefox through its own preferences, WebKit through files that GTK reads when it starts.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// The preferences set in the system before the page is opened. By default none is set.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    pub dark: bool,
    pub reduced_motion: bool,
    /// Not in WebKit, which has no forced colours.
    pub forced_colors: bool,
    /// A zoom of 200 %: half as many CSS pixels, each two device pixels wide.
    pub zoom: bool,
}

impl Preferences {
    /// The media features for Chromium's `Emulation.setEmulatedMedia`.
    pub(crate) fn media(self) -> Value {
        let feature = |name: &str, set: bool, value: &str, unset: &str| json!({"name": name, "value": if set { value } else { unset }});
        json!({"features": [
            feature("prefers-color-scheme", self.dark, "dark", "light"),
            feature("prefers-reduced-motion", self.reduced_motion, "reduce", ""),
            feature("forced-colors", self.forced_colors, "active", ""),
        ]})
    }

    /// A script that sets all of Firefox's own preferences for this, whatever they are now.
    pub(crate) fn firefox(self) -> String {
        let scheme = u8::from(!self.dark);
        let zoom = if self.zoom { "2.0" } else { "-1.0" };
        // 1: forced colours only if the system asks for them; 2: always.
        let colors = 1 + u8::from(self.forced_colors);
        format!(
            "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', {scheme});
             Services.prefs.setIntPref('ui.prefersReducedMotion', {});
             Services.prefs.setIntPref('browser.display.document_color_use', {colors});
             Services.prefs.setStringPref('layout.css.devPixelsPerPx', '{zoom}');",
            u8::from(self.reduced_motion),
        )
    }

    /// Makes `driver` start WebKit with these preferences: writes GTK's settings to the empty folder `config`.
    pub(crate) fn gtk(self, driver: &mut Command, config: &Path) {
        let folder = config.join("gtk-3.0");
        std::fs::create_dir_all(&folder).expect("a folder for GTK's settings");
        let settings = format!("[Settings]\ngtk-enable-animations={}\n", u8::from(!self.reduced_motion));
        std::fs::write(folder.join("settings.ini"), settings).expect("GTK's settings");
        // Shrinks the browser's toolbar, which would otherwise limit how narrow the window can be.
        let narrow = "toolbar, entry, button {
            min-width: 0; margin: 0; padding: 0; font-size: 1px; -gtk-icon-transform: scale(0.1);
        }";
        std::fs::write(folder.join("gtk.css"), narrow).expect("GTK's style");
        driver
            .env("XDG_CONFIG_HOME", config)
            .env("GTK_THEME", if self.dark { "Adwaita:dark" } else { "Adwaita" })
            .env("GDK_SCALE", if self.zoom { "2" } else { "1" });
    }
}
