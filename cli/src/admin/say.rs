//! What an administrator reads on the terminal.

use std::fmt::Write as _;

use andu_api::organisation::day_before as before;
use serde_json::Value;

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The day before a day; the same where it is no day.
pub fn day_before(day: &str) -> String {
    before(day).unwrap_or_else(|| day.to_owned())
}

/// The tree.
pub fn tree(tree: &Value) -> String {
    let mut said = format!("{}（{}）\n", word(tree, "agency"), word(tree, "on"));
    for unit in items(&tree["departments"]) {
        let depth = usize::try_from(unit["depth"].as_u64().unwrap_or(0)).unwrap_or(0);
        let _ = writeln!(said, "{}{}", "  ".repeat(depth + 1), word(unit, "name"));
        for post in items(&unit["posts"]) {
            let holders: Vec<&str> = items(&post["holders"])
                .map(|held| word(held, "name"))
                .collect();
            let indent = "  ".repeat(depth + 2);
            let _ = writeln!(
                said,
                "{indent}{}：{}",
                word(post, "name"),
                holders.join("、")
            );
        }
    }
    said.trim_end().to_owned()
}

fn span(row: &Value) -> String {
    let through = row["through_on"].as_str().unwrap_or("今后");
    let from = row["from_on"].as_str().unwrap_or("（未记）");
    format!("{from} 至 {through}")
}

/// Roles and who holds them.
pub fn roles(board: &Value) -> String {
    let mut said = String::new();
    for given in items(&board["given"]) {
        let people: Vec<&str> = items(&given["people"]).filter_map(Value::as_str).collect();
        let _ = writeln!(
            said,
            "{}  {}（{}）  {}",
            word(given, "title"),
            word(given, "post"),
            people.join("、"),
            span(given)
        );
    }
    for standing in items(&board["substitutions"]) {
        let allows: Vec<&str> = items(&standing["allows"])
            .filter_map(Value::as_str)
            .collect();
        let _ = writeln!(
            said,
            "{} 代理 {}  {}  {}",
            word(standing, "deputy"),
            word(standing, "principal"),
            allows.join("、"),
            span(standing)
        );
    }
    said.trim_end().to_owned()
}

/// Who may do what, and why.
pub fn review(review: &Value) -> String {
    let mut said = String::new();
    let mut count = 0;
    for row in items(&review["rows"]) {
        count += 1;
        let _ = writeln!(
            said,
            "{}（{}）  {}  {}",
            word(row, "person"),
            word(row, "titles"),
            word(row, "allows"),
            word(row, "department")
        );
        for why in items(&row["why"]) {
            let _ = writeln!(said, "    {}", why.as_str().unwrap_or_default());
        }
    }
    let _ = write!(said, "截至 {}，共 {count} 条", word(review, "on"));
    said
}

/// What a list did, or would do.
pub fn report(report: &Value, dry_run: bool, is_sheet: bool) -> String {
    let count = |name: &str| report[name].as_u64().unwrap_or(0);
    let mut said = format!(
        "{}：部门 {}、岗位 {}、人员 {}、电话 {}；原已登记 {} 人",
        if dry_run { "将登记" } else { "已登记" },
        count("departments"),
        count("posts"),
        count("people"),
        count("telephones"),
        count("unchanged")
    );
    for problem in items(&report["problems"]) {
        let _ = write!(
            said,
            "\n第 {} {}没有登记：{}",
            problem["line"],
            if is_sheet { "行" } else { "个人" },
            word(problem, "sentence")
        );
    }
    said
}
