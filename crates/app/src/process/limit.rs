//! Days that are entered as a limit: none lies before the day on which it is entered.

use andu_base::Date;
use andu_sync::Reason;
use andu_workflow::{
    Act, Instance, Key, Net, Visit,
    definition::{ItemKind, Kind},
};

use crate::{Refusal, execute::Call, organisation, supervision};

/// The earliest day that may be entered for an item in a visit; `None` where any day may.
pub fn earliest(
    net: &Net,
    instance: &Instance,
    (visit, item): (&Visit, &Key),
    today: Date,
) -> Option<Date> {
    if let Some(limit) = supervision::limit_before((net, instance), visit, item) {
        return Some(limit.tomorrow().unwrap_or(limit).max(today));
    }
    let definition = &net.definition;
    let mut items = definition.items.iter();
    let is_day = items.any(|one| one.name == *item && matches!(one.kind, ItemKind::Day));
    let mut nodes = definition.nodes.iter();
    let is_limit =
        nodes.any(|node| matches!(&node.kind, Kind::Step(step) if step.due.as_ref() == Some(item)));
    (is_day && is_limit).then_some(today)
}

/// A limit that is entered anew is not over already.
///
/// # Errors
/// `process.past_limit` with the item.
pub(super) fn check(
    call: &Call<'_, '_>,
    net: &Net,
    instance: &Instance,
    act: &Act,
) -> Result<(), Refusal> {
    let Act::Decide(decide) = act else {
        return Ok(());
    };
    let Some(no) = instance.visit(&decide.visit) else {
        return Ok(());
    };
    let visit = &instance.visits[no];
    // Of a clock that goes ahead nobody is told that a limit is over.
    let today = organisation::day_of(call.now.min(&call.command.claimed_at));
    for (item, value) in &decide.items {
        let entered = value.day();
        let is_new = instance.value(item, visit.scope) != Some(value);
        let from = earliest(net, instance, (visit, item), today);
        if let (Some(entered), Some(from), true) = (entered, from, is_new)
            && entered < from
        {
            let items = net.definition.items.iter();
            let mut titles = items.filter(|one| one.name == *item).map(|one| &one.title);
            let title = titles.next().map_or("", |title| title.as_str());
            return Err(Refusal::Rejected(
                Reason::new("process.past_limit")
                    .with("item", title)
                    .with("day", from.to_string()),
            ));
        }
    }
    Ok(())
}
