//! Many seeds: those of the ordinary run, all that are asked for, and the bugs that are put in.

use crate::{plant::Plant, world::World};

/// Steps of a run.
const STEPS: u64 = 120;
/// Seeds of each part of the ordinary run.
const SEEDS: u64 = 50;

fn passes(seeds: impl Iterator<Item = u64>) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for seed in seeds {
        count += 1;
        if let Err(what) = World::new(seed, None).run(STEPS) {
            wrong.push(format!("seed {seed}: {what}"));
            if wrong.len() >= 5 {
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "of {count} seeds:\n{}", wrong.join("\n"));
}

#[test]
fn offices_hold_one_truth_first_part() {
    passes(0..SEEDS);
}

#[test]
fn offices_hold_one_truth_second_part() {
    passes(SEEDS..2 * SEEDS);
}

#[test]
fn offices_hold_one_truth_third_part() {
    passes(2 * SEEDS..3 * SEEDS);
}

#[test]
fn offices_hold_one_truth_fourth_part() {
    passes(3 * SEEDS..4 * SEEDS);
}

/// `./dev test --sim` asks for 10,000; one seed by name, with what happens in it, is
/// `ANDU_SEED=7 ANDU_SEEDS=1 simulator --ignored --nocapture`.
#[test]
#[ignore = "many seeds: `./dev test --sim`"]
fn many_offices_hold_one_truth() {
    let from = asked("ANDU_SEED").unwrap_or(0);
    let count = asked("ANDU_SEEDS").unwrap_or(500);
    passes(from..from + count);
}

#[expect(
    clippy::disallowed_methods,
    reason = "which seeds is asked for from outside"
)]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn one_seed_takes_one_way() {
    for seed in 0..6 {
        let runs: Vec<_> = (0..2).map(|_| World::new(seed, None).run(STEPS)).collect();
        assert_eq!(runs[0], runs[1], "seed {seed}");
    }
}

#[test]
#[ignore = "seed 1 ends with a disc that is older than what was taken: not understood yet"]
fn offices_hold_one_truth_by_disc_alone() {
    for seed in 0..30 {
        let ran = World::new(seed, None).run_by_disc(STEPS);
        assert!(ran.is_ok(), "seed {seed}: {}", ran.expect_err("wrong"));
    }
}

#[test]
fn one_seed_takes_one_way_with_discs_too() {
    let runs: Vec<_> = (0..2)
        .map(|_| World::new(3, None).run_by_disc(STEPS))
        .collect();
    assert_eq!(runs[0], runs[1]);
}

/// The first seed that finds a bug, and how.
fn found(plant: Plant, within: u64) -> u64 {
    for seed in 0..within {
        if let Err(what) = World::new(seed, Some(plant)).run(STEPS) {
            println!("{plant:?} is found by seed {seed}: {what}");
            return seed;
        }
    }
    panic!("{plant:?} was not found within {within} seeds");
}

#[test]
fn a_number_drawn_early_is_found_within_five_seeds() {
    found(Plant::EarlyCounter, 5);
}

#[test]
fn a_command_decided_twice_is_found_within_five_seeds() {
    found(Plant::NoDedupe, 5);
}

#[test]
#[ignore = "not found any more since words are records: the world gives it too seldom a chance"]
fn a_forgotten_revocation_is_found_within_forty_seeds() {
    found(Plant::NoRevocation, 40);
}

#[test]
fn an_answer_before_the_disk_is_found_within_ten_seeds() {
    found(Plant::EarlyAnswer, 10);
}

#[test]
#[ignore = "not found yet: two desks seldom change one field before either hears of the other"]
fn a_record_overwritten_unseen_is_found_within_forty_seeds() {
    found(Plant::LastWins, 40);
}

#[test]
fn a_client_id_used_twice_is_found_within_ten_seeds() {
    found(Plant::SameClientId, 10);
}
