//! The browser engines that the tests run in.

use std::str::FromStr;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The engines in a list such as `chromium,webkit`; `all` stands for all of them.
    ///
    /// # Errors
    /// If a name is none of theirs.
    pub fn list(names: &str) -> Result<Vec<Self>, String> {
        if names == "all" { Ok(Self::ALL.to_vec()) } else { names.split(',').map(str::parse).collect() }
    }
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|engine| engine.name() == name);
        found.ok_or_else(|| format!("there is no engine `{name}`; choose from: all, chromium, firefox, webkit"))
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn engines_are_chosen_by_name() {
        assert_eq!(Engine::list("all"), Ok(Engine::ALL.to_vec()));
        assert_eq!(Engine::list("webkit,chromium"), Ok(vec![Engine::WebKit, Engine::Chromium]));
        let error = Engine::list("chromium,gecko").expect_err("no such engine");
        assert!(error.contains("`gecko`") && error.contains("firefox"), "{error}");
    }
}
