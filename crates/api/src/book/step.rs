//! What is done in each step (步骤说明), which way is taken when, who may not do both, and until when.

use andu_document::report::{ReportBlock, Section};
use andu_workflow::definition::{
    Definition, Empty, Kind, Limit, May, Node, Opinion, Order, Passing, Refused, Repeated,
    Separation, SignOff, Step, StopReason,
};

use super::{
    table,
    word::{guard, limit, list, say, title_of, who, whoever},
};

/// The section on the steps.
pub(super) fn section(definition: &Definition) -> Section {
    let of = [
        ("number", 9),
        ("step", 14),
        ("who", 24),
        ("how", 28),
        ("opinion", 13),
        ("may", 30),
        ("refused", 15),
        ("limit", 18),
        ("law", 27),
    ];
    let mut blocks = vec![table(&of, steps(definition), "none")];
    let choices = choices(definition);
    if !choices.is_empty() {
        blocks.push(ReportBlock::Heading(say("heading.choices", &[])));
        let of = [("choice", 24), ("way", 28), ("condition", 60), ("next", 28)];
        blocks.push(table(&of, choices, "none"));
    }
    let rules: Vec<String> = definition
        .separations
        .iter()
        .map(|one| separation(definition, one))
        .chain(
            definition
                .limit
                .iter()
                .map(|limit| whole(definition, limit)),
        )
        .collect();
    if !rules.is_empty() {
        blocks.push(ReportBlock::Heading(say("heading.rules", &[])));
        blocks.extend(rules.into_iter().map(ReportBlock::Paragraph));
    }
    Section {
        title: say("section.steps", &[]),
        turned: true,
        blocks,
    }
}

fn steps(definition: &Definition) -> Vec<Vec<String>> {
    let steps = definition.nodes.iter().filter_map(|node| match &node.kind {
        Kind::Step(step) => Some((node, &**step)),
        _ => None,
    });
    let row = |(no, (node, step)): (usize, (&Node, &Step))| {
        let none = || say("none", &[]);
        let limit = step.limit.as_ref().map(|one| limit(definition, one));
        vec![
            (no + 1).to_string(),
            title_of(definition, &node.id),
            people(definition, node, step),
            how(definition, step),
            say(&format!("opinion.{}", opinion(step.opinion)), &[]),
            if step.may.is_empty() {
                none()
            } else {
                may(&step.may)
            },
            refused(definition, node, &step.refused),
            limit.unwrap_or_else(none),
            node.law.clone().unwrap_or_else(none),
        ]
    };
    steps.enumerate().map(row).collect()
}

/// The part, and who it is where that says more.
fn people(definition: &Definition, node: &Node, step: &Step) -> String {
    let part = node.part.as_ref();
    let part = part.and_then(|part| definition.parts.iter().find(|one| one.id == *part));
    let part = part.map_or("", |part| part.title.as_str());
    let mut all: Vec<String> = Vec::new();
    for seat in &step.sign_off.seats {
        let who = who(definition, &seat.who);
        if !all.contains(&who) {
            all.push(who);
        }
    }
    let people = list(all);
    match (part, people.as_str()) {
        ("", _) => people,
        (part, people) if people.is_empty() || people == part => part.to_owned(),
        (part, people) => format!("{part}：{people}"),
    }
}

fn how(definition: &Definition, step: &Step) -> String {
    let mut said = vec![agreement(&step.sign_off)];
    let veto = step.sign_off.seats.iter().filter(|seat| seat.veto);
    let veto: Vec<_> = veto.map(|seat| seat.who.clone()).collect();
    if !veto.is_empty() {
        said.push(say("how.veto", &[("who", whoever(definition, &veto))]));
    }
    match &step.sign_off.empty {
        Empty::Refuse => {}
        Empty::Skip => said.push(say("how.skip", &[])),
        Empty::HandTo(people) => {
            said.push(say("how.hand_to", &[("who", whoever(definition, people))]));
        }
    }
    match step.sign_off.repeated {
        Repeated::Ask => {}
        Repeated::Skip => said.push(say("how.repeated_skip", &[])),
        Repeated::HandUp => said.push(say("how.repeated_hand_up", &[])),
    }
    if step.binds {
        said.push(say("how.binds", &[]));
    }
    if step.online {
        said.push(say("how.online", &[]));
    }
    said.join(&say("semicolon", &[]))
}

/// In which order, and when it has passed.
fn agreement(sign_off: &SignOff) -> String {
    let order = match sign_off.order {
        Order::Beside => "beside",
        Order::InTurn => "in_turn",
        Order::Claim => return say("how.order.claim", &[]),
    };
    let order = say(&format!("how.order.{order}"), &[]);
    let (passing, count) = match sign_off.passing {
        Passing::All => ("all", 0),
        Passing::Any => return say("how.passing.any", &[]),
        Passing::Percent(count) => ("percent", count),
        Passing::Count(count) => ("count", count),
        Passing::Weight(count) => ("weight", count),
    };
    let passing = say(
        &format!("how.passing.{passing}"),
        &[("count", count.to_string())],
    );
    if alone(sign_off) {
        return say("how.alone", &[]);
    }
    list([order, passing])
}

/// Whether the rule always finds one person.
fn alone(sign_off: &SignOff) -> bool {
    use andu_workflow::definition::Who;
    let one = |who: &Who| match who {
        Who::Author | Who::Person(_) | Who::Head => true,
        Who::Post(_)
        | Who::Unit(_)
        | Who::Role(_)
        | Who::OwnRole(_)
        | Who::HeadOf(_)
        | Who::Above(_)
        | Who::DoneBy(_)
        | Who::Item(_)
        | Who::Chosen
        | Who::Foreign(_) => false,
    };
    matches!(&sign_off.seats[..], [seat] if one(&seat.who))
}

const fn opinion(opinion: Opinion) -> &'static str {
    match opinion {
        Opinion::Optional => "optional",
        Opinion::ForRefusal => "for_refusal",
        Opinion::Required => "required",
    }
}

fn may(all: &[May]) -> String {
    let word = |one: &May| match one {
        May::AddBefore => "add_before",
        May::AddAfter => "add_after",
        May::AddBeside => "add_beside",
        May::TakeOut => "take_out",
        May::Transfer => "transfer",
        May::Delegate => "delegate",
        May::Consult => "consult",
        May::Return => "return",
        May::Revise => "revise",
        May::Settle => "settle",
    };
    list(
        all.iter()
            .map(|one| say(&format!("may.{}", word(one)), &[])),
    )
}

fn refused(definition: &Definition, node: &Node, refused: &Refused) -> String {
    let outcome = format!("{}.outcome", node.id);
    let mut guards = definition
        .flows
        .iter()
        .filter_map(|flow| flow.when.as_ref());
    let asked = guards.any(|guard| guard.items().iter().any(|item| ***item == *outcome));
    match refused {
        Refused::GoOn if !asked => say("refused.recorded", &[]),
        Refused::GoOn => say("refused.go_on", &[]),
        Refused::Back(step) => say("refused.back", &[("step", title_of(definition, step))]),
        Refused::Stop => say("refused.stop", &[]),
    }
}

/// The ways that leave a node which chooses among several.
fn choices(definition: &Definition) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for node in &definition.nodes {
        let ways = definition.flows.iter().filter(|flow| flow.from == node.id);
        let ways: Vec<_> = ways.collect();
        if !ways.iter().any(|way| way.when.is_some() || way.otherwise) {
            continue;
        }
        for way in ways {
            let condition = match &way.when {
                _ if way.otherwise => say("guard.otherwise", &[]),
                Some(when) => guard(definition, when),
                None => say("guard.always", &[]),
            };
            let title = if way.title.is_empty() {
                say("none", &[])
            } else {
                way.title.clone()
            };
            rows.push(vec![
                title_of(definition, &node.id),
                title,
                condition,
                title_of(definition, &way.to),
            ]);
        }
    }
    rows
}

fn separation(definition: &Definition, separation: &Separation) -> String {
    let titles = separation
        .steps
        .iter()
        .map(|step| title_of(definition, step));
    let quoted: Vec<String> = titles.map(|title| format!("“{title}”")).collect();
    match (&quoted[..], separation.author) {
        ([step], true) => {
            let step = step.trim_matches(['“', '”']).to_owned();
            say("separation_author_only", &[("step", step)])
        }
        (steps, true) => say(
            "separation_author",
            &[("steps", list(steps.iter().cloned()))],
        ),
        (steps, false) => say("separation", &[("steps", list(steps.iter().cloned()))]),
    }
}

/// The limit of the whole process.
fn whole(definition: &Definition, limit: &Limit) -> String {
    let days = |days: u32| ("days", days.to_string());
    let mut said = say(
        "limit.legal",
        &[days(limit.working_days), ("law", limit.law.clone())],
    );
    if let Some(step) = &limit.from {
        said += &say("limit.from", &[("step", title_of(definition, step))]);
    }
    if let Some(promised) = limit.promised {
        said += &say("limit.promised", &[days(promised)]);
    }
    if limit.extension > 0 {
        let who = ("who", whoever(definition, &limit.extended_by));
        said += &say("limit.extension", &[who, days(limit.extension)]);
    }
    if !limit.stops.is_empty() {
        let reasons = list(limit.stops.iter().map(|reason| say(stop(*reason), &[])));
        said += &say("limit.stops", &[("reasons", reasons)]);
    }
    said
}

const fn stop(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Hearing => "stop.hearing",
        StopReason::Tender => "stop.tender",
        StopReason::Auction => "stop.auction",
        StopReason::Inspection => "stop.inspection",
        StopReason::Test => "stop.test",
        StopReason::Quarantine => "stop.quarantine",
        StopReason::Appraisal => "stop.appraisal",
        StopReason::ExpertReview => "stop.expert_review",
    }
}
