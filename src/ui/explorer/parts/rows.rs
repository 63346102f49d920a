//! A list of named ranks, each with a button that sets it and a mark on the curve.

use std::sync::Arc;

use leptos::prelude::*;

use super::marks::RankMarks;
use super::{ExplorerContext, Part, PartSlots};
use crate::ranks::not_applicable::NotApplicable;
use crate::spectrum::Spectrum;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::target::Target;
use crate::ui::explorer::text::labels::Label;

/// A named function from a spectrum to a rank, or to the reason why there is none.
#[derive(Clone)]
pub(super) struct Choice {
    pub name: String,
    pub resolve: Resolve,
}

pub(super) type Resolve = Arc<dyn Fn(&Spectrum) -> Result<Resolved, NoRank> + Send + Sync>;

/// A rank, and the value that it was rounded from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resolved {
    pub rank: usize,
    pub value: Option<String>,
}

/// Why there is no rank.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NoRank {
    /// The spectrum has no such rank.
    NotApplicable(NotApplicable),
    /// There is no spectrum to show.
    Blank,
    /// The choice itself is invalid, by the program's mistake.
    Invalid(String),
}

/// What distinguishes one list from another.
#[derive(Clone, Copy)]
pub(super) struct MarkKind {
    pub part: &'static str,
    pub name: &'static str,
    pub label: fn() -> Label<'static>,
    /// The path of a mark; its origin is the point on the curve.
    pub mark: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    name: String,
    rank: Result<usize, NoRank>,
}

/// The part that shows the choices that `read` returns.
pub(super) fn rows(kind: MarkKind, read: impl Fn() -> Vec<Choice> + Send + Sync + 'static) -> Part {
    let read: Box<dyn Fn() -> Vec<Choice> + Send + Sync> = Box::new(read);
    Box::new(move |context, slots| install(kind, read, context, slots))
}

fn install(
    kind: MarkKind,
    read: Box<dyn Fn() -> Vec<Choice> + Send + Sync>,
    context: &ExplorerContext,
    slots: &mut PartSlots,
) {
    let target = context.target;
    let rows =
        Memo::new(move |_| target.with(|target| read().iter().map(|choice| row(choice, target)).collect::<Vec<_>>()));
    let marks = RankMarks::with(context, slots, kind.mark, move || {
        rows.with(|rows| rows.iter().filter_map(|row| row.rank.as_ref().ok()).copied().collect())
    });
    super::warn(kind.part, move || {
        let invalid = |row: &Row| match &row.rank {
            Err(NoRank::Invalid(reason)) => Some(named(&row.name, reason)),
            _ => None,
        };
        let problems: Vec<_> = rows.with(|rows| rows.iter().filter_map(invalid).collect());
        (!problems.is_empty()).then(|| problems.join("; "))
    });
    let heading = context.namer()(kind.label, kind.name);
    let context = context.clone();
    let items = move || {
        let model = context.model.read();
        rows.with(|rows| rows.iter().map(|row| item(row, &model, marks, &context)).collect_view())
    };
    slots.add_view(view! { <ul data-part=kind.part aria-label=heading>{items}</ul> });
}

fn row(choice: &Choice, target: &Target) -> Row {
    match if target.blank.is_some() { Err(NoRank::Blank) } else { (choice.resolve)(&target.spectrum) } {
        Ok(Resolved { rank, value }) => {
            let name = value.map_or_else(|| choice.name.clone(), |value| format!("{} {value}", choice.name));
            Row { name, rank: Ok(rank) }
        }
        Err(reason) => Row { name: choice.name.clone(), rank: Err(reason) },
    }
}

fn item(row: &Row, model: &CurveModel, marks: RankMarks, context: &ExplorerContext) -> AnyView {
    let Row { name, rank } = row;
    let axis = &model.plot.ranks;
    match rank {
        Ok(rank) if axis.contains(*rank) => {
            let rank = *rank;
            let text = context.translator.translate(Label::RankOf { name, rank }, format!("{name} → r = {rank}"));
            let (context, chosen) = (context.clone(), context.rank.current());
            view! {
                <li>
                    <button
                        type="button"
                        data-mark=marks.number(rank)
                        data-lit=move || marks.is_lit(rank).then_some("")
                        aria-current=move || (chosen.get() == rank).then_some("true")
                        on:click=move |_| context.choose(rank)
                        on:pointerenter=move |_| marks.light_up(rank)
                        on:pointerleave=move |_| marks.light_up(0)
                        on:focus=move |_| marks.light_up(rank)
                        on:blur=move |_| marks.light_up(0)
                    >
                        {text}
                    </button>
                </li>
            }
            .into_any()
        }
        _ => {
            let (not_applicable, reason) = match rank {
                Ok(rank) if *rank < axis.first() => {
                    (None, format!("r = {rank}, but the axis starts at {}", axis.first()))
                }
                Ok(rank) => (None, format!("r = {rank}, but the axis ends at {}", axis.last())),
                Err(NoRank::NotApplicable(reason)) => (Some(reason), reason.to_string()),
                Err(NoRank::Blank) => (None, "–".to_owned()),
                Err(NoRank::Invalid(reason)) => (None, reason.clone()),
            };
            let label = Label::NoRank { name, not_applicable, reason: &reason };
            let text = context.translator.translate(label, named(name, &reason));
            view! { <li data-part="no-rank">{text}</li> }.into_any()
        }
    }
}

fn named(name: &str, reason: &str) -> String {
    if name.is_empty() { reason.to_owned() } else { format!("{name}: {reason}") }
}

/// `From` vectors, arrays and closures of what becomes `$item`, for a list that is made from a closure.
macro_rules! from_lists {
    ($item:ty => $list:ty) => {
        impl<Item: Into<$item>> From<Vec<Item>> for $list {
            fn from(items: Vec<Item>) -> Self {
                let items: Vec<$item> = items.into_iter().map(Into::into).collect();
                Self::new(move || items.clone())
            }
        }

        impl<Item: Into<$item> + Clone> From<&[Item]> for $list {
            fn from(items: &[Item]) -> Self {
                items.to_vec().into()
            }
        }

        impl<Item: Into<$item>, const LENGTH: usize> From<[Item; LENGTH]> for $list {
            fn from(items: [Item; LENGTH]) -> Self {
                Vec::from(items).into()
            }
        }

        impl<Read, Items> From<Read> for $list
        where
            Vec<$item>: ReadFrom<Read, Output = Items>,
            Items: List<Item: Into<$item>>,
            Read: Send + Sync + 'static,
        {
            fn from(read: Read) -> Self {
                Self::new(move || Vec::<$item>::read_from(&read).into_iter().map(Into::into).collect())
            }
        }
    };
}
pub(super) use from_lists;
