//! Dates are dates: no time zone, no instant. "Today" is given by callers, who take it in
//! Asia/Shanghai whatever the system says.

/// A day of the Gregorian calendar.
pub type Date = jiff::civil::Date;

/// A text that is not a date as documents write it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date such as 2026年1月5日: {0:?}")]
pub struct DateError(pub String);

/// The date as a document prints it: Arabic numerals, full year, no zero padding (GB/T 9704-2012, 7.3.5.4).
pub fn chinese_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Reads `2026年1月5日`; zero padding is accepted, other forms are not.
///
/// # Errors
/// `DateError` if the text has another form or no such day exists.
pub fn parse_chinese_date(text: &str) -> Result<Date, DateError> {
    let error = || DateError(text.chars().take(40).collect());
    let rest = text.trim();
    let (year, rest) = rest.split_once('年').ok_or_else(error)?;
    let (month, rest) = rest.split_once('月').ok_or_else(error)?;
    let day = rest.strip_suffix('日').ok_or_else(error)?;
    let number = |s: &str| s.trim().parse::<i16>().map_err(|_| error());
    let small = |n: i16| i8::try_from(n).map_err(|_| error());
    Date::new(number(year)?, small(number(month)?)?, small(number(day)?)?).map_err(|_| error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_date_has_no_zero_padding() {
        assert_eq!(chinese_date(Date::constant(2026, 1, 5)), "2026年1月5日");
    }

    #[test]
    fn a_printed_date_reads_back() {
        let date = Date::constant(2024, 2, 29);
        assert_eq!(parse_chinese_date(&chinese_date(date)), Ok(date));
        assert!(parse_chinese_date("2023年2月29日").is_err());
        assert!(parse_chinese_date("二〇二六年一月五日").is_err());
    }
}
