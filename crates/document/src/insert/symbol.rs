//! Symbols that documents need and keyboards lack.

use serde::Serialize;
use ts_rs::TS;

/// A symbol and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Symbol {
    /// The characters to insert.
    pub text: &'static str,
    /// Its name in Chinese.
    pub name: &'static str,
}

const fn symbol(text: &'static str, name: &'static str) -> Symbol {
    Symbol { text, name }
}

/// The symbols, those documents use most first.
pub const SYMBOLS: &[Symbol] = &[
    symbol("〔〕", "六角括号（发文字号的年份）"),
    symbol("★", "五角星（密级与保密期限之间）"),
    symbol("×", "乘号、代替名称的叉号"),
    symbol("《》", "书名号"),
    symbol("〈〉", "单书名号"),
    symbol("“”", "双引号"),
    symbol("‘’", "单引号"),
    symbol("（）", "圆括号"),
    symbol("——", "破折号"),
    symbol("—", "一字线"),
    symbol("～", "浪纹线"),
    symbol("……", "省略号"),
    symbol("·", "间隔号"),
    symbol("、", "顿号"),
    symbol("〇", "汉字零（年份）"),
    symbol("　", "全角空格"),
    symbol("%", "百分号"),
    symbol("‰", "千分号"),
    symbol("℃", "摄氏度"),
    symbol("°", "度"),
    symbol("′", "分"),
    symbol("″", "秒"),
    symbol("㎡", "平方米"),
    symbol("m³", "立方米"),
    symbol("±", "正负号"),
    symbol("÷", "除号"),
    symbol("≥", "大于等于"),
    symbol("≤", "小于等于"),
    symbol("≈", "约等于"),
    symbol("￥", "人民币符号"),
    symbol("№", "编号"),
    symbol("§", "章节号"),
    symbol("※", "参考标记"),
    symbol("□", "方框（待选）"),
    symbol("☑", "方框（已选）"),
    symbol("■", "实心方框"),
    symbol("●", "实心圆"),
    symbol("○", "空心圆"),
    symbol("→", "箭头"),
    symbol("Ⅰ", "罗马数字一"),
    symbol("Ⅱ", "罗马数字二"),
    symbol("Ⅲ", "罗马数字三"),
    symbol("Ⅳ", "罗马数字四"),
    symbol("Ⅴ", "罗马数字五"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn symbols_are_there_once_and_have_names() {
        let texts: HashSet<_> = SYMBOLS.iter().map(|symbol| symbol.text).collect();
        assert_eq!(texts.len(), SYMBOLS.len());
        for needed in ["〔〕", "★", "×", "〇"] {
            assert!(texts.contains(needed), "{needed}");
        }
        assert!(SYMBOLS.iter().all(|symbol| !symbol.name.is_empty()));
    }
}
