//! [`RankTargets`]: rank rules, each with a mark on the curve and a button.

use std::sync::Arc;

use super::Part;
use super::rows::{Choice, MarkKind, NoRank, Resolved, from_lists, rows};
use crate::ranks::rules::RankRule;
use crate::ranks::rules::error::RankRuleError;
use crate::ui::explorer::text::labels::Label;
use crate::ui::read_from::{List, ReadFrom};

const TARGETS: MarkKind = MarkKind { part: "targets", name: "Targets", label: || Label::Targets, mark: "M0 0V-10" };

/// What `targets` accepts: a list of [`RankTarget`]s or of types that convert into them, or a tracked closure that returns such a
/// list. Each target is a tick on the curve and a button that sets its rank; both have the same number.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, RankRule, RankTarget};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let share = RwSignal::new(0.9);
///     view! {
///         <LoRaRankExplorer targets=[RankRule::energy_at_least(0.95), RankRule::frobenius_retained(0.9)] />
///         <LoRaRankExplorer targets=move || vec![
///             RankTarget::from(RankRule::energy_at_least(share.get())).named("ours"),
///         ] />
///     }
/// }
/// ```
pub struct RankTargets(pub(in crate::ui::explorer) Part);

impl RankTargets {
    fn new(read: impl Fn() -> Vec<RankTarget> + Send + Sync + 'static) -> Self {
        Self(rows(TARGETS, move || read().into_iter().map(RankTarget::choice).collect()))
    }
}

/// A rule with the name to show. If the rule is invalid, the explorer shows the error instead of a rank.
#[derive(Clone, Debug, PartialEq)]
pub struct RankTarget {
    name: Option<String>,
    rule: Result<RankRule, RankRuleError>,
}

impl RankTarget {
    /// Replaces the rule's own name: `ours → r = 9`.
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    fn choice(self) -> Choice {
        let rule = self.rule;
        // The error of an invalid rule already names the rule.
        let name = self.name.unwrap_or_else(|| rule.as_ref().map_or_else(|_| String::new(), RankRule::to_string));
        let resolve = Arc::new(move |spectrum: &_| match &rule {
            Ok(rule) => {
                rule.resolve(spectrum).map(|rank| Resolved { rank, value: None }).map_err(NoRank::NotApplicable)
            }
            Err(problem) => Err(NoRank::Invalid(problem.to_string())),
        });
        Choice { name, resolve }
    }
}

impl From<RankRule> for RankTarget {
    fn from(rule: RankRule) -> Self {
        Self { name: None, rule: Ok(rule) }
    }
}

impl From<Result<RankRule, RankRuleError>> for RankTarget {
    fn from(rule: Result<RankRule, RankRuleError>) -> Self {
        Self { name: None, rule }
    }
}

from_lists!(RankTarget => RankTargets);
