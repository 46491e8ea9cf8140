//! The layout numbers of the exported file. Unit: twips (twentieths of a point) unless said otherwise.

/// A4 (GB/T 9704-2012, 5.1).
pub(super) const PAGE_WIDTH: u32 = 11_906;
/// A4.
pub(super) const PAGE_HEIGHT: u32 = 16_838;
/// 34.58 mm: 天头 37 mm less half of the space between lines (GB/T 33476.2, Annex A).
pub(super) const MARGIN_TOP: u32 = 1_960;
/// 32.58 mm.
pub(super) const MARGIN_BOTTOM: u32 = 1_847;
/// 订口 28 mm (GB/T 9704-2012, 5.2.1).
pub(super) const MARGIN_LEFT: u32 = 1_587;
/// 26 mm.
pub(super) const MARGIN_RIGHT: u32 = 1_474;
/// 版心 156 mm.
pub(super) const TEXT_WIDTH: u32 = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT;
/// 版心 and the half spaces, the width of a turned page.
pub(super) const TEXT_HEIGHT: u32 = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM;
/// 22 lines between these margins: 10.44 mm (5.2.3).
pub(super) const PITCH: u32 = TEXT_HEIGHT / 22;
/// 28 characters in 156 mm, in hundredths of a twip (5.2.3).
const CHARACTER_HUNDREDTHS: u32 = TEXT_WIDTH * 100 / 28;
/// Space taken from each character of 3号 so that 28 fit 156 mm. Not by the character grid of the
/// section: `LibreOffice` and WPS each read that grid otherwise than Word.
pub(super) const TRACKING: i32 = -5;

/// 3号 in half points.
pub(super) const SIZE_3: u32 = 32;
/// 4号 in half points.
pub(super) const SIZE_4: u32 = 28;
/// 小四 in half points.
pub(super) const SIZE_SMALL_4: u32 = 24;
/// 2号 in half points.
pub(super) const SIZE_2: u32 = 44;

/// Width of a number of characters of 3号 on the grid, given in hundredths of a character.
pub(super) const fn characters(hundredths: u32) -> u32 {
    let hundredths = if hundredths > WIDEST {
        WIDEST
    } else {
        hundredths
    };
    (hundredths * CHARACTER_HUNDREDTHS / 100 + 50) / 100
}

/// Twips of tenths of a millimetre.
pub(super) const fn tenth_mm(tenths: u32) -> u32 {
    (tenths * 1440 + 127) / 254
}

/// More than any line holds, in hundredths of a character; longer texts wrap whatever is done.
const WIDEST: u32 = 20_000;

/// Width of a text in hundredths of a character, at most 20,000: half for ASCII, whole for all others.
pub(super) fn width(text: &str) -> u32 {
    let widths = text
        .chars()
        .take(400)
        .map(|c| if c.is_ascii() { 50u32 } else { 100 });
    widths.sum::<u32>().min(WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_22_lines_of_28_characters() {
        assert_eq!(TEXT_WIDTH, 8845, "156 mm");
        assert_eq!(TEXT_HEIGHT / PITCH, 22, "lines of {PITCH} twips");
        let character = i64::from(SIZE_3) * 10 + i64::from(TRACKING);
        assert!(28 * character <= i64::from(TEXT_WIDTH) && 29 * character > i64::from(TEXT_WIDTH));
        assert!(characters(2800) <= TEXT_WIDTH && characters(2900) > TEXT_WIDTH);
    }
}
