//! Amounts of money in Chinese capitals, as cheques and contracts write them
//! (《支付结算办法》附件一《正确填写票据和结算凭证的基本规定》).

use andu_base::Money;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// An amount in Chinese capitals: 人民币 is not put before it, and 整 stands at the end unless there are
/// 分. Negative amounts begin with 负; nothing at all is 零元整.
pub fn capitals(amount: Money) -> String {
    let fen = amount.0.unsigned_abs();
    let (yuan, jiao, cents) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::new();
    if amount.0 < 0 {
        text.push('负');
    }
    if yuan > 0 {
        text.push_str(&whole(yuan));
        text.push('元');
    }
    match (jiao, cents) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (0, _) => {
            if yuan > 0 {
                text.push('零');
            }
            text.push_str(digit(cents));
            text.push('分');
        }
        (_, _) => {
            text.push_str(digit(jiao));
            text.push('角');
            if cents == 0 {
                text.push('整');
            } else {
                text.push_str(digit(cents));
                text.push('分');
            }
        }
    }
    text
}

fn digit(value: u64) -> &'static str {
    DIGITS[usize::try_from(value % 10).unwrap_or_default()]
}

/// A whole number above zero: groups of four digits, one 零 for any row of zeros between digits.
fn whole(number: u64) -> String {
    let mut groups = Vec::new();
    let mut rest = number;
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut text = String::new();
    let mut gap = false;
    for (index, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (gap || *group < 1000) {
            text.push('零');
        }
        gap = false;
        text.push_str(&four(*group));
        // 万亿 is only said once: 壹万贰仟亿 is 壹万 of 亿 together with 贰仟 of 亿.
        let name = GROUPS[index];
        let next_is_yi = index == 3 && groups[2] > 0;
        text.push_str(if next_is_yi { "万" } else { name });
    }
    text
}

/// A number from 1 to 9999, without zeros before and after it.
fn four(number: u64) -> String {
    let mut text = String::new();
    let mut gap = false;
    for place in (0..4).rev() {
        let value = number / 10_u64.pow(place) % 10;
        if value == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        text.push_str(digit(value));
        text.push_str(PLACES[usize::try_from(place).unwrap_or_default()]);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_as_the_rules_for_cheques_say() {
        for (fen, text) in [
            (0, "零元整"),
            (1, "壹分"),
            (10, "壹角整"),
            (99, "玖角玖分"),
            (100, "壹元整"),
            (105, "壹元零伍分"),
            (150, "壹元伍角整"),
            (1_000, "壹拾元整"),
            (1_500, "壹拾伍元整"),
            (10_001, "壹佰元零壹分"),
            (100_500, "壹仟零伍元整"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (168_032, "壹仟陆佰捌拾元叁角贰分"),
            // Where 万 and 元 are zero but 仟 is not, the rule lets 零 be left out.
            (10_700_053, "壹拾万柒仟元伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (1_000_000, "壹万元整"),
            (1_000_100, "壹万零壹元整"),
            (10_000_000, "壹拾万元整"),
            (10_050_000, "壹拾万零伍佰元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (10_010_000_000, "壹亿零壹拾万元整"),
            (10_500_000_000, "壹亿零伍佰万元整"),
            (48_200_000_000, "肆亿捌仟贰佰万元整"),
            (100_000_000_000_000, "壹万亿元整"),
            (120_000_000_000_000, "壹万贰仟亿元整"),
            (100_500_000_000_000, "壹万零伍拾亿元整"),
            (100_000_000_000_100, "壹万亿零壹元整"),
            (-12_345, "负壹佰贰拾叁元肆角伍分"),
        ] {
            assert_eq!(capitals(Money(fen)), text, "{fen} fen");
        }
    }

    #[test]
    fn the_largest_amounts_are_written_too() {
        assert!(capitals(Money(i64::MAX)).starts_with("玖亿亿"));
        assert!(capitals(Money(i64::MIN)).starts_with("负玖亿亿"));
    }

    /// Reads capitals back, digit by digit.
    fn value(text: &str) -> Option<i64> {
        let (sign, text) = text.strip_prefix('负').map_or((1, text), |rest| (-1, rest));
        let (mut done, mut yi, mut wan, mut group, mut last) = (0_i64, 0_i64, 0_i64, 0_i64, 0_i64);
        for c in text.chars() {
            match c {
                '整' | '零' => {}
                '拾' => (group, last) = (group + last * 10, 0),
                '佰' => (group, last) = (group + last * 100, 0),
                '仟' => (group, last) = (group + last * 1000, 0),
                '万' => (wan, group, last) = (wan + (group + last) * 10_000, 0, 0),
                '亿' => {
                    yi = (yi + wan + group + last) * 100_000_000;
                    (wan, group, last) = (0, 0, 0);
                }
                '元' => {
                    done = (yi + wan + group + last) * 100;
                    (yi, wan, group, last) = (0, 0, 0, 0);
                }
                '角' => (done, last) = (done + last * 10, 0),
                '分' => (done, last) = (done + last, 0),
                _ => last = i64::try_from(DIGITS.iter().position(|d| d.starts_with(c))?).ok()?,
            }
        }
        Some(sign * done)
    }

    proptest! {
        #[test]
        fn capitals_read_back_to_the_same_amount(fen in -10_i64.pow(17)..10_i64.pow(17)) {
            prop_assert_eq!(value(&capitals(Money(fen))), Some(fen));
        }

        #[test]
        fn there_is_never_a_double_zero_or_one_before_a_unit(fen in 0_i64..10_i64.pow(16)) {
            let text = capitals(Money(fen));
            prop_assert!(fen == 0 || !text.contains("零零"), "{}", text);
            for unit in ["零拾", "零佰", "零仟", "零万", "零亿"] {
                prop_assert!(!text.contains(unit), "{}", text);
            }
        }
    }
}
