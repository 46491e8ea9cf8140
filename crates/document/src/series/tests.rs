use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn pattern(text: &str) -> Pattern {
    text.parse().expect("a pattern")
}

fn series(title: &str, serves: Serves, text: &str) -> Series {
    Series {
        title: title.into(),
        serves,
        pattern: pattern(text),
        from_on: day("2026-01-01"),
        ..Series::shipped_incoming()
    }
}

#[test]
fn each_kind_of_number_reads_as_offices_write_it() {
    for (text, code, reads) in [
        ("望政办发〔{年}〕{号}号", "望政办发", "望政办发〔2026〕7号"),
        (
            "望府办明电〔{年}〕{号}号",
            "望府办明电",
            "望府办明电〔2026〕7号",
        ),
        ("收〔{年}〕{号}号", "收", "收〔2026〕7号"),
        ("第{号}号", "第{号}号", "第7号"),
        ("第{号}期", "第{号}期", "第7期"),
        ("ZGS-{年}-{号3}", "ZGS-{年}-{号3}", "ZGS-2026-007"),
    ] {
        let pattern = pattern(text);
        assert_eq!(pattern.code(), code, "{text}");
        assert_eq!(pattern.text(2026, 7), reads, "{text}");
        assert_eq!(pattern.to_string(), text);
    }
    assert_eq!(
        pattern("签{号3}").text(2026, 12_345),
        "签12345",
        "never cut"
    );
}

#[test]
fn each_broken_pattern_has_its_own_name() {
    use PatternError as E;
    for (text, error) in [
        ("望政办发", E::Serial),
        ("{号}之{号}", E::Serial),
        ("{年}至{年}第{号}号", E::Year),
        ("{月}{号}", E::Braces),
        ("{号", E::Braces),
        ("号}{号}", E::Braces),
        ("{号0}", E::Braces),
        ("{号99}", E::Braces),
        ("{年}{号}", E::Beside),
        ("第1{号}号", E::Beside),
        ("{号}2号", E::Beside),
        ("发\n{号}", E::Literal),
    ] {
        assert_eq!(text.parse::<Pattern>(), Err(error), "{text}");
    }
    let long = format!("{}{{号}}", "长".repeat(60));
    assert_eq!(long.parse::<Pattern>(), Err(E::Literal));
}

#[test]
fn a_series_counts_anew_by_its_own_rule_and_opens_where_the_paper_left_off() {
    let mut one = series("文件", Serves::Issue, "望政办发〔{年}〕{号}号");
    (one.opening, one.opening_period) = (38, 2026);
    let (first, second) = (one.period(day("2026-12-31")), one.period(day("2027-01-01")));
    assert_eq!((first, second), (2026, 2027));
    assert_eq!(one.next(first, 0), Some(38), "after the paper register");
    assert_eq!(one.next(first, 38), Some(39));
    assert_eq!(
        one.next(second, 0),
        Some(1),
        "the opening number is for one year"
    );
    one.reset = Reset::Term;
    one.term_from = 2022;
    assert_eq!(one.period(day("2026-12-31")), 2022);
    one.term_from = 2027;
    assert_eq!(
        one.next(one.period(day("2027-03-01")), 0),
        Some(1),
        "the next 届"
    );
    one.reset = Reset::Never;
    assert_eq!(one.period(day("2026-05-01")), one.period(day("2036-05-01")));
    assert_eq!(one.next(0, LARGEST_SERIAL), None);
}

#[test]
fn a_series_that_cannot_be_counted_by_says_why() {
    use SeriesError as E;
    let good = || series("文件", Serves::Issue, "望政办发〔{年}〕{号}号");
    assert_eq!(good().check(), Ok(()));
    let refused = |change: &dyn Fn(&mut Series)| {
        let mut one = good();
        change(&mut one);
        one.check().expect_err("a refusal")
    };
    assert_eq!(
        refused(&|one| one.pattern = pattern("第{号}号")),
        E::NotStandard
    );
    assert_eq!(
        refused(&|one| {
            one.serves = Serves::Incoming;
            one.pattern = pattern("收{号}号");
        }),
        E::NoYear
    );
    assert_eq!(refused(&|one| one.reset = Reset::Term), E::NoTerm);
    assert_eq!(refused(&|one| one.opening = 0), E::Opening);
    assert_eq!(
        refused(&|one| one.closed_on = Some(day("2025-12-31"))),
        E::Closed
    );
    let mut order = good();
    order.serves = Serves::Order;
    order.pattern = pattern("第{号}号");
    assert_eq!(order.check(), Ok(()), "an 令 has its year elsewhere");
}

#[test]
fn the_series_that_says_most_of_a_document_numbers_it() {
    let whole = series("文件", Serves::Issue, "望政办发〔{年}〕{号}号");
    let mut letters = series("函", Serves::Issue, "望政办函〔{年}〕{号}号");
    letters.formats = vec![DocumentFormat::Letter];
    let mut government = series("县政府", Serves::Issue, "望政发〔{年}〕{号}号");
    government.letterhead = "望溪县人民政府文件".into();
    government.signed_by = Some(SignedBy::Principal);
    let all = [whole.clone(), letters.clone(), government];
    let on = day("2026-05-01");
    let chosen = |facts: &Facts| choose(&all, Serves::Issue, facts, on);
    let title = |facts: &Facts| chosen(facts).map(|one| one.map(|one| one.title.clone()));
    let notice = Facts {
        document_type: Some(DocumentType::Notice),
        format: Some(DocumentFormat::Document),
        letterhead: "望溪县人民政府文件".into(),
        signed_by: Some(SignedBy::Leader),
    };
    assert_eq!(title(&notice), Ok(Some("文件".into())), "signed by another");
    let signed = Facts {
        signed_by: Some(SignedBy::Principal),
        ..notice.clone()
    };
    assert_eq!(title(&signed), Ok(Some("县政府".into())));
    let letter = Facts {
        format: Some(DocumentFormat::Letter),
        ..notice.clone()
    };
    assert_eq!(title(&letter), Ok(Some("函".into())));
    assert_eq!(choose(&all, Serves::Incoming, &notice, on), Ok(None));
    let before = day("2025-12-31");
    assert_eq!(
        choose(&all, Serves::Issue, &notice, before),
        Ok(None),
        "not yet"
    );
    letters.title = "便函".into();
    let twice = [whole, all[1].clone(), letters];
    assert_eq!(
        choose(&twice, Serves::Issue, &letter, on),
        Err(SeriesError::Ambiguous("函".into(), "便函".into()))
    );
}

#[test]
fn an_agency_that_declared_nothing_goes_on_as_before() {
    let issue = Series::shipped_issue("望政办").expect("a series");
    assert_eq!(issue.code(), "望政办发");
    assert_eq!(issue.next(2026, 0), Some(1));
    assert!(issue.is_open(day("2026-01-01")) && issue.check().is_ok());
    assert_eq!(Series::shipped_issue(" "), None, "without 机关代字");
    assert_eq!(
        Series::shipped_incoming().pattern.text(2026, 12),
        "收〔2026〕12号"
    );
}

proptest! {
    /// Numbers never read the same, and nothing else reads as another's code.
    #[test]
    fn two_numbers_never_read_the_same(
        head in "[a-z文办{}0-9〔〕]{0,6}", middle in "[-〕之]{1,3}", tail in "[号期]?",
        one in (1900..2999_i16, 1..=LARGEST_SERIAL), two in (1900..2999_i16, 1..=LARGEST_SERIAL),
    ) {
        if let Ok(pattern) = format!("{head}{{年}}{middle}{{号}}{tail}").parse::<Pattern>() {
            let same = pattern.text(one.0, one.1) == pattern.text(two.0, two.1);
            prop_assert_eq!(same, one == two);
            prop_assert_eq!(pattern.to_string().parse::<Pattern>(), Ok(pattern.clone()));
        }
    }

    #[test]
    fn no_text_is_too_strange_for_the_reader(text in "\\PC{0,50}") {
        let _ = text.parse::<Pattern>();
    }

    /// Whatever the days and the opening are, the next number is none that was given in its period.
    #[test]
    fn the_next_number_is_always_a_new_one(opening in 1..2_000_u32, years in prop::collection::vec(2026..2030_i16, 1..60)) {
        let mut one = series("文件", Serves::Issue, "甲发〔{年}〕{号}号");
        (one.opening, one.opening_period) = (opening, 2026);
        let mut taken = std::collections::BTreeMap::<i16, Vec<u32>>::new();
        for year in years {
            let period = one.period(Date::constant(year, 7, 1));
            let serials = taken.entry(period).or_default();
            let next = one.next(period, serials.last().copied().unwrap_or(0)).expect("a serial");
            prop_assert_eq!(next, one.opening_in(period) + u32::try_from(serials.len()).expect("few"));
            serials.push(next);
        }
    }
}
