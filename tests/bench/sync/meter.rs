//! What stands between two sides and counts the bytes they exchange.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::{Result, said};

/// A counting way to a server.
pub struct Meter {
    /// Where it listens.
    pub address: SocketAddr,
    bytes: Arc<AtomicU64>,
}

impl Meter {
    /// A way to `upstream`.
    pub fn to(upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
        let meter = Self {
            address: listener.local_addr().map_err(said)?,
            bytes: Arc::default(),
        };
        let bytes = Arc::clone(&meter.bytes);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(upstream) else {
                    return;
                };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else {
                    return;
                };
                pass(from, server, &bytes);
                pass(to, client, &bytes);
            }
        });
        Ok(meter)
    }

    /// Bytes of both directions since the last time it was asked.
    pub fn take(&self) -> f64 {
        self.bytes.swap(0, Ordering::SeqCst) as f64
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, bytes: &Arc<AtomicU64>) {
    let bytes = Arc::clone(bytes);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            bytes.fetch_add(read as u64, Ordering::SeqCst);
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
