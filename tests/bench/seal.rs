//! The national algorithms against Debian's OpenSSL: its own `speed` and ours, in turns.

use std::{hint::black_box, process::Command, time::Instant};

use andu_crypto::sm::{DistId, KeyHolder as _, Sm2Secret, Sm4Key, cbc_encrypt, ctr_apply, sm3};

use crate::report::{Goal, Measured};

const ROUNDS: usize = 5;
/// Seconds of each turn of theirs.
const SECONDS: &str = "1";
/// The piece that both take at a time, in bytes.
const PIECE: usize = 16 * 1024;
const OPENSSL: &str = "OpenSSL (openssl speed)";

/// Measures signatures and bulk.
pub fn run() -> Result<Vec<Measured>, String> {
    let key = Sm2Secret::random().map_err(|error| error.to_string())?;
    let public = key.public();
    let message = [7; 200];
    let signature = key
        .sign(DistId::DEFAULT, &message)
        .map_err(|error| error.to_string())?;
    let sm4 = Sm4Key::from_bytes([3; 16]);
    let piece = vec![5; PIECE];

    let mut sign = (Vec::new(), Vec::new());
    let mut verify = (Vec::new(), Vec::new());
    let mut bulk: [(Vec<f64>, Vec<f64>); 3] = Default::default();
    for _ in 0..ROUNDS {
        let theirs = speed(&["sm2"])?;
        let per_second: Vec<f64> = theirs
            .split_whitespace()
            .rev()
            .take(2)
            .filter_map(|word| word.parse().ok())
            .collect();
        let [verified, signed] = per_second[..] else {
            return Err(format!("openssl speed said: {theirs}"));
        };
        sign.1.push(1e6 / signed);
        verify.1.push(1e6 / verified);
        sign.0.push(microseconds(2_000, || {
            drop(black_box(key.sign(DistId::DEFAULT, black_box(&message))));
        }));
        verify.0.push(microseconds(2_000, || {
            drop(black_box(public.verify(
                DistId::DEFAULT,
                black_box(&message),
                &signature,
            )));
        }));
        for ((ours, peer), name) in bulk.iter_mut().zip(["sm3", "sm4-cbc", "sm4-ctr"]) {
            peer.push(piece_of(&speed(&[
                "-bytes",
                &PIECE.to_string(),
                "-evp",
                name,
            ])?)?);
            ours.push(microseconds(4_000, || match name {
                "sm3" => drop(black_box(sm3(black_box(&piece)))),
                "sm4-cbc" => drop(black_box(cbc_encrypt(&sm4, &[1; 16], black_box(&piece)))),
                _ => drop(black_box(ctr_apply(&sm4, &[1; 16], black_box(&piece)))),
            }));
        }
    }
    let figure = |name: &str, (ours, peer): (Vec<f64>, Vec<f64>), goal| Measured {
        name: name.to_owned(),
        unit: "µs",
        quantile: 0.5,
        ours,
        peer,
        peer_name: OPENSSL,
        goal,
    };
    let [digest, cbc, ctr] = bulk;
    // 0.95 of their rate is 1.05 times their time.
    let near = Goal::TimesTheirs(1.05);
    Ok(vec![
        figure("SM2 sign", sign, Goal::TimesFaster(1.0)),
        figure("SM2 verify", verify, Goal::TimesFaster(1.0)),
        figure("SM3 of 16 KiB", digest, near),
        figure("SM4-CBC of 16 KiB", cbc, near),
        figure("SM4-CTR of 16 KiB", ctr, near),
    ])
}

/// The last line that `openssl speed` prints.
fn speed(args: &[&str]) -> Result<String, String> {
    let output = Command::new("openssl")
        .args(["speed", "-seconds", SECONDS])
        .args(args)
        .output()
        .map_err(|error| format!("openssl: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.lines()
        .last()
        .map(str::to_owned)
        .ok_or_else(|| "openssl speed said nothing".to_owned())
}

/// Microseconds for a piece, of a line such as `SM3  255000.12k`: thousands of bytes a second.
fn piece_of(line: &str) -> Result<f64, String> {
    let rate = line
        .split_whitespace()
        .last()
        .and_then(|word| word.strip_suffix('k')?.parse::<f64>().ok())
        .ok_or_else(|| format!("openssl speed said: {line}"))?;
    #[expect(clippy::cast_precision_loss, reason = "16 KiB")]
    let bytes = PIECE as f64;
    Ok(bytes / (rate * 1000.0) * 1e6)
}

fn microseconds(times: u32, mut work: impl FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..times {
        work();
    }
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}
