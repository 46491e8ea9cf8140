//! A process as drawings: its flow, who does what beside whom, how the work is divided, which forms carry what.
//! They are made from the definition alone, so that a drawing is never older than what runs. Lengths are
//! hundredths of a millimetre. How it looks (ink, fonts, words for roles) is for whoever draws it.

mod block;
mod channel;
mod forms;
mod lay;
mod level;
mod order;
mod panel;
mod place;
mod port;
mod rank;
mod route;
mod scene;
mod swim;
mod tree;
mod words;

pub use forms::{ItemUse, forms, item_uses};
pub use scene::flow;
pub use swim::lanes;
pub use tree::tree;
pub use words::{FONT, LINE, SMALL_FONT, SMALL_LINE, width};

use serde::{Deserialize, Serialize};

/// A drawing: boxes, and lines between them. Nothing lies outside of `width` and `height`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drawing {
    /// From the left edge to the right one.
    pub width: i32,
    /// From the upper edge to the lower one.
    pub height: i32,
    /// The height of the band at the top that stays in sight when the rest is moved or parted; 0: none.
    pub head: i32,
    /// Frames stand before what lies in them.
    pub shapes: Vec<Shape>,
    /// Over the shapes.
    pub links: Vec<Link>,
    /// Heights at which the drawing may be parted without cutting a box or a label, from the top.
    pub breaks: Vec<i32>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The name of its node; in other drawings than those of the flow with a word before it: `lane:`, `part:`,
    /// `duty:`, `step:`, `form:`, `item:`. The same thing keeps its name when other things are added.
    pub id: String,
    /// What it is.
    pub kind: ShapeKind,
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
    /// Its words, broken into lines of [`FONT`] that fit.
    pub lines: Vec<String>,
    /// Smaller words under them, of [`SMALL_FONT`]: whose it is.
    pub under: Vec<String>,
    /// Done once for each of several.
    pub many: bool,
}

/// What a box is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShapeKind {
    /// Here it begins.
    Start,
    /// Here a way ends.
    End,
    /// Here all ends.
    Stop,
    /// People decide.
    Step,
    /// The program does something.
    Auto,
    /// Another process.
    Call,
    /// One way of several.
    Choose,
    /// Ways come together, without waiting for each other.
    Merge,
    /// Every way at once.
    Fork,
    /// Waits for every way.
    Join,
    /// Some of the ways.
    Inclusive,
    /// Goes on when enough have come.
    Gather,
    /// The way whose event comes first.
    Await,
    /// Time passes.
    Timer,
    /// A message or signal is awaited, or something went wrong.
    Message,
    /// Something is said.
    Throw,
    /// A frame around a part of the process.
    Group,
    /// What another program drew and this one cannot run.
    Foreign,
    /// A frame around what one part does.
    Lane,
    /// The whole process.
    Process,
    /// Who takes part (岗位).
    Part,
    /// A duty (职责).
    Duty,
    /// A frame around the items of a form (表单).
    Form,
    /// An item on a form (数据项).
    Item,
}

impl ShapeKind {
    /// Whether other boxes lie in it.
    #[must_use]
    pub const fn is_frame(self) -> bool {
        matches!(self, Self::Lane | Self::Group | Self::Form)
    }
}

/// A line from one box to another, of level and upright pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The name of its flow; of other lines: their role and their two ends, `refused:sign`.
    pub id: String,
    /// What it says.
    pub role: LinkRole,
    /// The box it leaves.
    pub from: String,
    /// The box it comes to.
    pub to: String,
    /// Where it begins, bends and ends.
    pub points: Vec<Point>,
    /// So many points are its own. Where they are not all, the rest runs on a longer line to the same box, which has
    /// the arrow head: drawn twice, dashes would fill each other's gaps.
    pub own: usize,
    /// Its words, broken into lines of [`SMALL_FONT`].
    pub label: Vec<String>,
    /// The upper left corner of the words.
    pub label_at: Option<Point>,
    /// Drawn dashed: what goes back.
    pub dashed: bool,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRole {
    /// What follows what.
    Flow,
    /// Where a refusal goes back to.
    Refused,
    /// What is a part of what.
    Holds,
    /// The step may enter the item.
    Write,
    /// The step must enter the item.
    Require,
    /// The step, or a choice, asks for the item.
    Read,
    /// The same item stands on two forms.
    Same,
}

/// A point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

impl Drawing {
    /// The box of this name.
    #[must_use]
    pub fn shape(&self, id: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.id == id)
    }

    /// The line of this name.
    #[must_use]
    pub fn link(&self, id: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.id == id)
    }
}
