//! How long the checks take, for release builds: `cargo test --release -p andu-workflow speed -- --nocapture
//! --ignored`.

use super::*;

fn rows(count: usize) -> Definition {
    let mut nodes = "s:start e:end ".to_owned();
    let mut flows = String::new();
    let mut last = "s".to_owned();
    for at in 0..count {
        nodes += &format!(
            "p{at}:all a{at}:step b{at}:step x{at}:choose c{at}:step d{at}:step m{at}:choose j{at}:all "
        );
        flows += &format!(
            "{last}>p{at}>a{at}>x{at}>c{at}>m{at}>j{at} x{at}>d{at}>m{at} p{at}>b{at}>j{at} "
        );
        last = format!("j{at}");
    }
    draw(&nodes, &format!("{flows} {last}>e"))
}

fn fan(count: usize, join: bool) -> Definition {
    let mut nodes = "s:start p:all j:all e:end ".to_owned();
    let mut flows = "s>p ".to_owned();
    for at in 0..count {
        nodes += &format!("a{at}:step ");
        flows += &format!("p>a{at} ");
        if join {
            flows += &format!("a{at}>j ");
        } else {
            nodes += &format!("e{at}:end ");
            flows += &format!("a{at}>e{at} ");
        }
    }
    if !join {
        nodes = nodes.replace("j:all e:end", "");
    }
    draw(&nodes, &(flows + if join { "j>e" } else { "" }))
}

#[test]
fn ways_beside_each_other_take_few_states_joined_or_not() {
    for drawn in [fan(17, true), fan(17, false), rows(60)] {
        let report = look(&drawn);
        assert!(
            report.is_sound() && report.complete && report.states < 100,
            "{}",
            report.states
        );
    }
}

#[test]
#[ignore = "measures"]
fn measure() {
    #[expect(clippy::disallowed_methods, reason = "measures")]
    let time = |name: &str, drawn: &Definition| {
        let mut took: Vec<_> = (0..9)
            .map(|_| {
                let begun = std::time::Instant::now();
                let report = check(drawn, Bounds::default());
                (begun.elapsed(), report.states, report.complete)
            })
            .collect();
        took.sort();
        eprintln!(
            "{name}: {} nodes, median {:?} ({} states, complete {})",
            drawn.nodes.len(),
            took[4].0,
            took[4].1,
            took[4].2
        );
    };
    time("fan of 17, joined", &fan(17, true));
    time("fan of 17, ends", &fan(17, false));
    time("rows of 8", &rows(62));
    time("rows of 8", &rows(624));
    let mut broken = rows(62);
    broken
        .nodes
        .iter_mut()
        .find(|node| &*node.id == "j30")
        .expect("a join")
        .kind = Kind::Choose;
    time("rows of 8, one unsafe", &broken);
    let mut broken = rows(62);
    broken
        .nodes
        .iter_mut()
        .find(|node| &*node.id == "m30")
        .expect("a join")
        .kind = Kind::Parallel;
    time("rows of 8, one stuck", &broken);
    let mut nodes = "s:start o:some j:some e:end ".to_owned();
    let mut flows = "s>o j>e ".to_owned();
    for at in 0..8 {
        nodes += &format!("a{at}:step ");
        flows += &format!("o>a{at}>j ");
    }
    time("some of 8", &draw(&nodes, &flows));
    let mut nodes = "s:start o:some j:some e:end ".to_owned();
    let mut flows = "s>o j>e ".to_owned();
    for at in 0..8 {
        nodes += &format!("p{at}:all a{at}:step b{at}:step c{at}:step q{at}:all ");
        flows += &format!("o>p{at}>a{at}>q{at}>j p{at}>b{at}>c{at}>q{at} ");
    }
    time("some of 8, parallel inside", &draw(&nodes, &flows));
    let mut torn = fan(17, true);
    torn.nodes
        .iter_mut()
        .find(|node| &*node.id == "j")
        .expect("a join")
        .kind = Kind::Choose;
    time("fan of 17, joined one by one", &torn);
    let mut nodes = "s:start m:choose p:all j:all x:choose e:end ".to_owned();
    let mut flows = "s>m>p j>x>e x>m ".to_owned();
    for at in 0..9 {
        nodes += &format!("g{at}:group g{at}/b{at}:start g{at}/a{at}:step g{at}/e{at}:end ");
        flows += &format!("p>g{at}>j b{at}>a{at}>e{at} ");
    }
    time(
        "9 groups beside each other in a loop",
        &draw(&nodes, &flows),
    );
    let mut wide = rows(62);
    wide.nodes.push(node("q", "stop"));
    wide.flows.push(flow("p3", "q", None, false));
    time("rows of 8, a stop beside them", &wide);
    for file in [
        "cli_benchmark_input_p17x01",
        "core_tests_resources_integration_p6_stuck",
        "core_tests_resources_integration_livelock",
    ] {
        if let Some(drawn) = super::analyzer::read(file) {
            time(file, &drawn);
        }
    }
}
