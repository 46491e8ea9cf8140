//! Fonts: which files there are, which stands for which category of the standard, and which glyph a
//! character gets. The standard names categories (仿宋体, 小标宋体 …), not files.

mod drawn;
mod face;
mod names;
mod shelf;
mod thin;

use serde::{Deserialize, Serialize};

pub(crate) use drawn::Fonts;
pub(crate) use face::Face;
pub use shelf::FontShelf;
pub(crate) use shelf::Glyph;

/// A category of type the standard names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FontCategory {
    /// 仿宋体: body text
    Fangsong,
    /// 楷体: second level headings, names of signatories
    Kai,
    /// 黑体: first level headings, 密级, 附件
    Hei,
    /// 小标宋体: 发文机关标志 and titles
    Biaosong,
    /// 宋体: page numbers
    Song,
}

impl FontCategory {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Fangsong,
        Self::Kai,
        Self::Hei,
        Self::Biaosong,
        Self::Song,
    ];

    /// The category's Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fangsong => "仿宋体",
            Self::Kai => "楷体",
            Self::Hei => "黑体",
            Self::Biaosong => "小标宋体",
            Self::Song => "宋体",
        }
    }

    /// Families taken for it in this order: (lower-case family name, weight, the office's own).
    const fn families(self) -> &'static [(&'static str, u16, bool)] {
        match self {
            Self::Fangsong => &[
                ("仿宋_gb2312", 400, true),
                ("fangsong_gb2312", 400, true),
                ("仿宋", 400, true),
                ("fangsong", 400, true),
                ("simfang", 400, true),
                ("方正仿宋_gbk", 400, true),
                ("fandolfang", 400, false),
                ("fandolfang r", 400, false),
                ("lxgw wenkai", 400, false),
                ("fandolkai", 400, false),
                ("noto serif cjk sc", 400, false),
            ],
            Self::Kai => &[
                ("楷体_gb2312", 400, true),
                ("kaiti_gb2312", 400, true),
                ("楷体", 400, true),
                ("kaiti", 400, true),
                ("simkai", 400, true),
                ("方正楷体_gbk", 400, true),
                ("lxgw wenkai", 400, false),
                ("霞鹜文楷", 400, false),
                ("fandolkai", 400, false),
                ("noto serif cjk sc", 400, false),
            ],
            Self::Hei => &[
                ("黑体", 400, true),
                ("simhei", 400, true),
                ("方正黑体_gbk", 400, true),
                ("noto sans cjk sc", 500, false),
                ("source han sans sc", 500, false),
                ("fandolhei", 400, false),
                ("wenquanyi zen hei", 400, false),
            ],
            Self::Biaosong => &[
                ("方正小标宋简体", 400, true),
                ("fzxiaobiaosong-b05s", 400, true),
                ("方正小标宋_gbk", 400, true),
                ("fzxiaobiaosong-b05", 400, true),
                ("noto serif cjk sc", 700, false),
                ("source han serif sc", 700, false),
                ("fandolsong", 700, false),
            ],
            Self::Song => &[
                ("宋体", 400, true),
                ("simsun", 400, true),
                ("nsimsun", 400, true),
                ("noto serif cjk sc", 400, false),
                ("source han serif sc", 400, false),
                ("fandolsong", 400, false),
            ],
        }
    }
}

/// Families searched after a category's own for a character it lacks; after these, any font.
const FALLBACK_FAMILIES: &[(&str, u16)] = &[
    ("noto serif cjk sc", 400),
    ("noto sans cjk sc", 400),
    ("fandolsong", 400),
    ("hanamina", 400),
    ("hanaminb", 400),
    ("dejavu sans", 400),
    ("noto color emoji", 400),
];

/// What one category was set in, and which characters that font did not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontReport {
    /// The category.
    pub category: FontCategory,
    /// The family it was set in.
    pub used: String,
    /// `true` where an open font stands in for the office's own.
    pub substitute: bool,
    /// Characters taken from another font, in code point order.
    pub fallbacks: Vec<FontFallback>,
}

impl FontReport {
    /// Characters that no font has: an empty box stands for each.
    pub fn missing(&self) -> impl Iterator<Item = char> + '_ {
        let missing = self.fallbacks.iter().filter(|one| one.used.is_none());
        missing.map(|one| one.character)
    }
}

/// One character taken from another font.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontFallback {
    /// The character.
    pub character: char,
    /// The family it came from; `None`: no font has it and an empty box stands for it.
    pub used: Option<String>,
}
