//! Who issues: direction, type, joint issue, signatories, signature and seal
//! (条例 第八条, 第九条（五）（六）（十三）, 第十四条, 第十七条, 第二十二条).

use super::{Finds, Found, Sheet, set};
use crate::{
    agency::{
        AgencyKind, AgencyPlace, Relation, System, direction,
        name::{self, Ranks},
        plain,
    },
    chooser,
    elements::SealStyle,
    kind::{Direction, DocumentFormat, DocumentType},
};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if document.format == DocumentFormat::Paper {
        return;
    }
    internal(sheet, found);
    document_type(sheet, found);
    computed_direction(sheet, found);
    joint(sheet, found);
    signatories(sheet, found);
    signature(sheet, found);
    if document.format == DocumentFormat::Letter && document.imprint.is_some() {
        let edits = vec![set("imprint", serde_json::Value::Null)];
        found.push(Found::at("issuing.letter_imprint", "imprint").fix(0, edits));
    }
    if document.format == DocumentFormat::Minutes && document.attendance.present.is_empty() {
        found.push(Found::at("issuing.minutes_attendance", "attendance"));
    }
}

/// 第十七条: a 内设机构 writes to nobody outside its agency. A letter (函) is left alone: practice holds that it is the form
/// in which one may still ask and answer.
fn internal(sheet: &Sheet<'_>, found: &mut Finds) {
    let (document, issuer) = (sheet.document, sheet.context.issuer);
    if document.document_type == Some(DocumentType::Letter) {
        return;
    }
    let known = (issuer.kind == AgencyKind::Internal && !issuer.name.is_empty()).then(|| {
        let whole = issuer.superiors.first().map(String::as_str);
        let named = name::whole_of_internal(&issuer.name);
        (issuer.name.as_str(), whole.or(named).unwrap_or_default())
    });
    let by_name = document.issuers.iter().find_map(|issuer| {
        let whole = name::whole_of_internal(&issuer.name)?;
        Some((issuer.name.as_str(), whole))
    });
    let Some((name, whole)) = known.or(by_name) else {
        return;
    };
    let is_within = |recipient: &String| {
        let recipient = plain(recipient);
        let own_words = ["局", "厅", "委", "办"].iter().any(|word| {
            recipient.starts_with(&format!("{word}机关"))
                || recipient.starts_with(&format!("{word}领导"))
        });
        let parts = [
            "各科室",
            "各处室",
            "各股室",
            "机关各",
            "本局",
            "本厅",
            "本委",
        ];
        own_words
            || parts.iter().any(|word| recipient.starts_with(word))
            || (!whole.is_empty() && recipient.starts_with(whole))
            || sheet.relation(recipient) == Some(Relation::Own)
            || name::whole_of_internal(recipient)
                .is_some_and(|other| name::may_be_same(other, whole))
    };
    let recipients = &document.main_recipients;
    if recipients.is_empty() || !recipients.iter().all(is_within) {
        found.push(Found::at("issuing.internal_department", "issuers").with("name", name));
    }
}

/// Whether the one agency certainly ranks other than the other (第十七条: 同级): one stands under the other, their levels
/// are known and differ, or their names say so. A department ranks with the body one level down.
fn unequal(sheet: &Sheet<'_>, one: &str, other: &str) -> bool {
    let vocabulary = sheet.context.vocabulary;
    let place = |name: &str| vocabulary.find(name).map(|entry| &entry.place);
    let ranks = |name: &str| match place(name) {
        Some(place) => Ranks::of_place(place),
        None => Ranks::of_name(name),
    };
    let is_under = |below: Option<&AgencyPlace>, above: Option<&AgencyPlace>| match (below, above) {
        (Some(below), Some(above)) => vocabulary.superiors(below).contains(&above.name),
        _ => false,
    };
    if is_under(place(one), place(other)) || is_under(place(other), place(one)) {
        return true;
    }
    if let (Some(a), Some(b)) = (ranks(one), ranks(other))
        && (a.are_below(b) || b.are_below(a))
    {
        return true;
    }
    name::is_below(one, other) || name::is_below(other, one)
}

fn item(document_type: DocumentType) -> String {
    let at = DocumentType::ALL
        .iter()
        .position(|t| *t == document_type)
        .unwrap_or_default();
    (at + 1).to_string()
}

fn document_type(sheet: &Sheet<'_>, found: &mut Finds) {
    use DocumentType as T;
    let (document, issuer) = (sheet.document, sheet.context.issuer);
    let Some(kind) = document.document_type else {
        return;
    };
    if issuer.kind != AgencyKind::Internal
        && let Some(why) = chooser::why_not(kind, issuer)
    {
        found.push(
            Found::at("issuing.type_not_allowed", "document_type")
                .with("item", item(kind))
                .with("why", why),
        );
    }
    let upward_only = matches!(kind, T::Report | T::RequestForInstructions);
    let never_upward = match kind {
        T::Resolution
        | T::Decision
        | T::Order
        | T::Communique
        | T::Announcement
        | T::PublicNotice
        | T::Notice
        | T::Circular
        | T::OfficialReply
        | T::Letter
        | T::Proposal => true,
        T::Opinion | T::Report | T::RequestForInstructions | T::Minutes => false,
    };
    if upward_only && !sheet.is_upward() {
        found.push(
            Found::at("issuing.type_upward", "direction")
                .with("item", item(kind))
                .with("type", kind.name())
                .fix(0, vec![set("direction", Direction::Upward)]),
        );
    } else if never_upward && sheet.is_upward() {
        found.push(
            Found::at("issuing.type_not_upward", "document_type")
                .with("item", item(kind))
                .with("type", kind.name()),
        );
    }
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Upward => "上行文",
        Direction::Downward => "下行文",
        Direction::Level => "平行文",
    }
}

/// Only the difference that shows on paper is said: upward or not.
fn computed_direction(sheet: &Sheet<'_>, found: &mut Finds) {
    let (document, context) = (sheet.document, sheet.context);
    if context.issuer.name.is_empty() {
        return;
    }
    let computed = direction(
        context.issuer,
        &document.main_recipients,
        context.vocabulary,
    );
    let Some(right) = computed.direction() else {
        return;
    };
    let upward_only = matches!(
        document.document_type,
        Some(DocumentType::Report | DocumentType::RequestForInstructions)
    );
    // That a report goes upward is said by its own rule.
    let said = upward_only && document.direction != Direction::Upward;
    let differs = (right == Direction::Upward) != (document.direction == Direction::Upward);
    if differs && !said {
        found.push(
            Found::at("issuing.direction", "direction")
                .with("found", direction_name(right))
                .with("set", direction_name(document.direction))
                .fix(0, vec![set("direction", right)]),
        );
    }
}

fn joint(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let [host, others @ ..] = document.issuers.as_slice() else {
        return;
    };
    for (index, other) in others.iter().enumerate() {
        let place = format!("issuers/{}", index + 1);
        if found.wants("issuing.joint_level") && unequal(sheet, &host.name, &other.name) {
            found.push(
                Found::at("issuing.joint_level", place.as_str())
                    .with("name", other.name.as_str())
                    .with("host", host.name.as_str()),
            );
        }
        let before = &document.issuers[index];
        if let (Some(a), Some(b)) = (System::of_name(&before.name), System::of_name(&other.name))
            && b < a
            && a <= System::MassOrganisation
        {
            found.push(
                Found::at("issuing.joint_order", place)
                    .with("name", other.name.as_str())
                    .with("before", before.name.as_str()),
            );
        }
    }
    joint_number(sheet, found);
}

fn joint_number(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let Some(number) = document.issue_number.as_ref() else {
        return;
    };
    let has_code = |name: &str| {
        let entry = sheet.context.vocabulary.find(name);
        entry.is_some_and(|entry| {
            let code = entry.place.authority_code.as_str();
            !code.is_empty() && number.authority_code.starts_with(code)
        })
    };
    let owner = document
        .issuers
        .iter()
        .position(|issuer| has_code(&issuer.name));
    let Some(owner) = owner.filter(|owner| *owner > 0) else {
        return;
    };
    let mut issuers = document.issuers.clone();
    let first = issuers.remove(owner);
    issuers.insert(0, first);
    let mut edits = vec![set("issuers", &issuers)];
    if document.signatories.len() == issuers.len() {
        let mut signatories = document.signatories.clone();
        let first = signatories.remove(owner);
        signatories.insert(0, first);
        edits.push(set("signatories", signatories));
    }
    found.push(
        Found::at("issuing.joint_number", "issue_number")
            .with("code", number.authority_code.as_str())
            .with("name", issuers[0].name.as_str())
            .with("host", document.issuers[0].name.as_str())
            .fix(0, edits),
    );
}

fn signatories(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let signed = document
        .signatories
        .iter()
        .filter(|who| !who.name.trim().is_empty())
        .count();
    if sheet.is_upward() {
        if signed > 0 && signed < document.issuers.len() {
            found.push(
                Found::at("issuing.signatory_count", "signatories")
                    .with("issuers", document.issuers.len().to_string())
                    .with("signatories", signed.to_string()),
            );
        }
    } else if signed > 0 {
        let none: [&str; 0] = [];
        found.push(
            Found::at("issuing.signatory_not_upward", "signatories")
                .fix(0, vec![set("signatories", none)]),
        );
    }
}

fn signature(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    match document.seal {
        SealStyle::SignatureSeal => {
            for (index, issuer) in document.issuers.iter().enumerate() {
                if issuer.post.trim().is_empty() {
                    let place = format!("issuers/{index}");
                    let name = issuer.name.as_str();
                    found.push(Found::at("issuing.signature_seal", place).with("name", name));
                }
            }
        }
        SealStyle::Unsealed => {
            // 普发性公文 go to many; what goes to one agency, or upward, is sealed.
            let one =
                matches!(document.main_recipients.as_slice(), [name] if !name.starts_with('各'));
            let telegram = document.format == DocumentFormat::Telegram;
            if (sheet.is_upward() || one) && !telegram {
                let edits = vec![set("seal", SealStyle::Sealed)];
                found.push(Found::at("issuing.unsealed", "seal").fix(0, edits));
            }
        }
        SealStyle::Sealed | SealStyle::None => {}
    }
}
