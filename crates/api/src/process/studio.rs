//! Processes as they are drawn, checked and changed: an agency may add steps to what is shipped, and never
//! drop what the law demands.

use andu_app::process::{self, Define};
use andu_workflow::{
    Net,
    check::{Bounds, Fix, Severity, apply, check},
    definition::Definition,
    drawing::{self, Drawing},
    lawful::keeps,
    newest_process, shipped,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    file,
    finding::{fix_sentence, sentence},
};
use crate::{
    ApiError, Caller, ErrorCode,
    caller::{acted, serve},
    draft::CommandOutcome,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
    text,
};

/// A process that the agency may go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProcessRow {
    /// Its name.
    pub process: String,
    /// Its name for people.
    pub title: String,
    /// What it rests on.
    pub note: String,
    /// The newest version.
    pub version: u32,
    /// Whether that version is the agency's own.
    pub own: bool,
    /// How many steps people do.
    pub steps: u32,
    /// Since when documents go by it: an instant in UTC; empty where they do not.
    pub enabled_at: String,
}

/// What is to be drawn: a process that is known, or a definition that is being written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessLook {
    /// Its name; empty where a definition is given.
    pub process: String,
    /// Which version; 0: the newest.
    pub version: u32,
    /// A definition as JSON; empty where a process is named.
    pub definition: String,
}

/// A process as it is drawn and checked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessView {
    /// Its name.
    pub process: String,
    /// Its name for people.
    pub title: String,
    /// The version.
    pub version: u32,
    /// The definition as canonical JSON.
    pub definition: String,
    /// Nodes that the law demands: they stay as they are.
    pub locked: Vec<LockedNode>,
    /// 流程图
    pub flow: DrawingView,
    /// 协作流程图
    pub lanes: DrawingView,
    /// 分工组成树
    pub tree: DrawingView,
    /// 表单关系图
    pub forms: DrawingView,
    /// What the checks found.
    pub findings: Vec<ProcessFinding>,
    /// Whether the checks looked at every state.
    pub complete: bool,
}

/// A node that the law demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LockedNode {
    /// Its name.
    pub node: String,
    /// The clause.
    pub law: String,
}

/// A drawing; hundredths of a millimetre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DrawingView {
    /// From the left edge to the right one.
    pub width: i32,
    /// From the upper edge to the lower one.
    pub height: i32,
    /// Height of the band at the top that stays in sight; 0: none.
    pub head: i32,
    /// Frames stand before what lies in them.
    pub shapes: Vec<DrawnShape>,
    /// Over the shapes.
    pub links: Vec<DrawnLink>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DrawnShape {
    /// The name of its node, or with a word before it (`lane:`, `part:`, `duty:`, `step:`, `form:`, `item:`).
    pub id: String,
    /// What it is: `start`, `end`, `step`, `choose`, `fork`, `join`, `auto`, `group`, `lane` and others.
    pub kind: String,
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub h: i32,
    /// The words stand in a band of this height at the top; 0: in the middle.
    pub head: i32,
    /// Its words, line by line.
    pub lines: Vec<String>,
    /// Smaller words under them.
    pub under: Vec<String>,
    /// Done once for each of several.
    pub many: bool,
}

/// A line between boxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DrawnLink {
    /// The name of its flow.
    pub id: String,
    /// What it says: `flow`, `refused` and others.
    pub role: String,
    /// Its corners, from its beginning, as x and y in turn.
    pub points: Vec<i32>,
    /// Its words, line by line.
    pub label: Vec<String>,
    /// Left upper corner of the words, as x and y.
    pub label_at: Vec<i32>,
    /// Drawn with gaps.
    pub dashed: bool,
    /// With a head at its end.
    pub arrow: bool,
}

/// What the checks found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessFinding {
    /// `error`, `warning` or `hint`.
    pub severity: String,
    /// As a sentence.
    pub sentence: String,
    /// The nodes and flows it is about.
    pub places: Vec<String>,
    /// How it comes about, from the beginning.
    pub trace: Vec<FindingStep>,
    /// What a quick fix would do, as a sentence; empty without one.
    pub fix_sentence: String,
    /// The quick fix as JSON, to be given back; empty without one.
    pub fix: String,
}

/// One node's turn in a trace.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindingStep {
    /// The node.
    pub node: String,
    /// The flows whose token it takes.
    pub takes: Vec<String>,
    /// The flows on which it puts one.
    pub puts: Vec<String>,
}

/// A quick fix for a definition that is being written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessFix {
    /// The definition as JSON.
    pub definition: String,
    /// The fix, from a finding.
    pub fix: String,
}

/// A definition as it is mended.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessMended {
    /// The definition as JSON.
    pub definition: String,
}

/// A definition that the agency is to go by from now on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessDefine {
    /// The definition as JSON.
    pub definition: String,
    /// Why it is changed.
    pub note: String,
}

/// As what a book is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BookKind {
    /// PDF.
    Pdf,
    /// A Word file.
    Docx,
}

/// Where to write the book of a process (流程手册).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessBook {
    /// Its name.
    pub process: String,
    /// Which version; 0: the newest.
    pub version: u32,
    /// As what.
    pub kind: BookKind,
    /// From `file_choose`.
    pub token: String,
}

/// Rows of the table.
pub const STUDIO: &[Row] = &[
    row::<Nothing, Vec<ProcessRow>>("process_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| list(c))),
    row::<ProcessLook, ProcessView>("process_view", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: ProcessLook| view(c, &a))),
    row::<ProcessFix, ProcessMended>("process_fix", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |_, a: ProcessFix| mend(&a))),
    row::<ProcessBook, Written>("process_book_write", P::Member, W::Desk, &[]),
    row::<ProcessDefine, CommandOutcome>("process_define", P::KeepVocabulary, W::Act, &[T::Tasks])
        .served(|c, a| serve(c, a, |c, a: ProcessDefine| define(c, &a)))
        .handled(process::define),
];

fn list(caller: &dyn Caller) -> Result<Vec<ProcessRow>, ApiError> {
    let mut names: Vec<&str> = shipped().iter().map(|net| &*net.definition.id).collect();
    names.sort_unstable();
    names.dedup();
    caller.look().read(|view| {
        let mut rows = Vec::new();
        for name in names {
            let net = view.newest_process(name)?;
            let steps = net.definition.nodes.iter();
            let steps =
                steps.filter(|node| matches!(node.kind, andu_workflow::definition::Kind::Step(_)));
            let base = newest_process(name).map_or(0, |base| base.definition.version);
            rows.push(ProcessRow {
                process: name.to_owned(),
                title: net.definition.title.clone(),
                note: net.definition.note.clone(),
                version: net.definition.version,
                own: net.definition.version > base,
                steps: u32::try_from(steps.count()).unwrap_or(u32::MAX),
                enabled_at: view.process_enabled(name)?.unwrap_or_default(),
            });
        }
        Ok(rows)
    })
}

/// A definition that the page gives as JSON.
///
/// # Errors
/// `process.unreadable` with the cause; `process.too_large`.
pub fn definition(json: &str) -> Result<Definition, ApiError> {
    let read = Definition::from_json(json.as_bytes()).map_err(|error| {
        let fields = [("cause", file::cause(&error))];
        text::error_with(ErrorCode::Invalid, "process.unreadable", &fields)
    })?;
    if read.nodes.len() + read.flows.len() > MOST_TYPED {
        let fields = [("most", MOST_TYPED.to_string())];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "process.too_large",
            &fields,
        ));
    }
    Ok(read)
}

/// How far a definition that is being written is searched: it is looked at again with every change, and by
/// whoever likes.
const AS_TYPED: Bounds = Bounds {
    states: 20_000,
    regions: 4_000,
};
/// Nodes and flows of a definition that is being written, at most.
const MOST_TYPED: usize = 600;

/// What a law demands that it does not keep: the first of it.
fn unlawful(base: Option<&Net>, definition: &Definition) -> Option<ProcessFinding> {
    let base = &base?.definition;
    let no = keeps(base, definition).err()?;
    Some(ProcessFinding {
        severity: "error".to_owned(),
        sentence: text::reason_sentence(&process::unlawful(base, &no)),
        places: no.node().map(ToString::to_string).into_iter().collect(),
        trace: Vec::new(),
        fix_sentence: String::new(),
        fix: String::new(),
    })
}

fn view(caller: &dyn Caller, args: &ProcessLook) -> Result<ProcessView, ApiError> {
    let definition = if args.definition.is_empty() {
        let net = caller.look().read(|view| match args.version {
            0 => view.newest_process(&args.process),
            version => view.process_net(&args.process, version),
        })?;
        net.definition.clone()
    } else {
        self::definition(&args.definition)?
    };
    let base = newest_process(&definition.id);
    let bounds = match args.definition.is_empty() {
        true => Bounds::default(),
        false => AS_TYPED,
    };
    let report = check(&definition, bounds);
    let locked = base.into_iter().flat_map(|base| &base.definition.nodes);
    Ok(ProcessView {
        process: definition.id.to_string(),
        title: definition.title.clone(),
        version: definition.version,
        definition: definition.to_json(),
        locked: locked
            .filter_map(|node| {
                Some(LockedNode {
                    node: node.id.to_string(),
                    law: node.law.clone()?,
                })
            })
            .collect(),
        flow: drawn(&drawing::flow(&definition)),
        lanes: drawn(&drawing::lanes(&definition)),
        tree: drawn(&drawing::tree(&definition)),
        forms: drawn(&drawing::forms(&definition)),
        findings: unlawful(base, &definition)
            .into_iter()
            .chain(report.findings.iter().map(|found| {
                ProcessFinding {
                    severity: match found.severity {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                        Severity::Hint => "hint",
                    }
                    .to_owned(),
                    sentence: sentence(&definition, found),
                    places: found.places.iter().map(ToString::to_string).collect(),
                    trace: found
                        .trace
                        .iter()
                        .map(|step| FindingStep {
                            node: step.node.to_string(),
                            takes: step.takes.iter().map(ToString::to_string).collect(),
                            puts: step.puts.iter().map(ToString::to_string).collect(),
                        })
                        .collect(),
                    fix_sentence: found
                        .fix
                        .as_ref()
                        .and_then(|fix| fix_sentence(&definition, fix))
                        .unwrap_or_default(),
                    fix: found
                        .fix
                        .as_ref()
                        .and_then(|fix| serde_json::to_string(fix).ok())
                        .unwrap_or_default(),
                }
            }))
            .collect(),
        complete: report.complete,
    })
}

fn drawn(drawing: &Drawing) -> DrawingView {
    DrawingView {
        width: drawing.width,
        height: drawing.height,
        head: drawing.head,
        shapes: drawing
            .shapes
            .iter()
            .map(|shape| DrawnShape {
                id: shape.id.clone(),
                kind: crate::draft::word(&shape.kind),
                x: shape.x,
                y: shape.y,
                w: shape.w,
                h: shape.h,
                head: shape.head,
                lines: shape.lines.clone(),
                under: shape.under.clone(),
                many: shape.many,
            })
            .collect(),
        links: drawing
            .links
            .iter()
            .map(|link| DrawnLink {
                id: link.id.clone(),
                role: crate::draft::word(&link.role),
                points: link
                    .points
                    .iter()
                    .take(link.own)
                    .flat_map(|at| [at.x, at.y])
                    .collect(),
                label: link.label.clone(),
                label_at: link.label_at.iter().flat_map(|at| [at.x, at.y]).collect(),
                dashed: link.dashed,
                arrow: link.own == link.points.len(),
            })
            .collect(),
    }
}

fn mend(args: &ProcessFix) -> Result<ProcessMended, ApiError> {
    let definition = self::definition(&args.definition)?;
    let fix: Fix = serde_json::from_str(&args.fix).map_err(|error| text::bad_arguments(&error))?;
    let mended = apply(&definition, &fix).ok_or_else(|| text::error("process.fix_gone"))?;
    Ok(ProcessMended {
        definition: mended.to_json(),
    })
}

fn define(caller: &dyn Caller, args: &ProcessDefine) -> Result<CommandOutcome, ApiError> {
    let definition = self::definition(&args.definition)?;
    let define = Define {
        process: definition.id.to_string(),
        definition: definition.to_json(),
        note: args.note.clone(),
    };
    acted(caller, "process_define", &define)
}
