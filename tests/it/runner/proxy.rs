//! A TCP proxy in front of the tests' server that stalls or cuts connections where a test wants it to.

use std::io::{Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::support::socket;

/// What the proxy does with a message of a client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Passes it on.
    Pass,
    /// Keeps it, and whatever comes after it from either side; the connection stays open.
    Stall,
    /// Closes both ends without passing it on.
    Cut,
    /// Passes it on, keeps the answer, and closes both ends once the server has answered.
    CutAfter,
}

/// Connections are numbered from 0 in the order in which they come, those that cancel left out.
type Rule = dyn Fn(usize, &str) -> Act + Send + Sync;

/// A proxy; it ends with the test's process.
pub struct Proxy {
    /// Leads through the proxy to the same database.
    pub url: String,
    sent: Arc<AtomicUsize>,
}

struct Server {
    socket: PathBuf,
    rule: Box<Rule>,
    sent: Arc<AtomicUsize>,
}

impl Proxy {
    /// `rule` is asked about each message: `startup`, `cancel`, or the text of a query.
    pub fn start(url: &str, rule: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let config: postgres::Config = url.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let sent = Arc::new(AtomicUsize::new(0));
        let server =
            Arc::new(Server { socket: socket(&config), rule: Box::new(rule), sent: Arc::clone(&sent) });
        thread::spawn(move || {
            let numbers = Arc::new(AtomicUsize::new(0));
            for client in listener.incoming() {
                let (server, numbers) = (Arc::clone(&server), Arc::clone(&numbers));
                // It ends with an error when client or server hangs up.
                thread::spawn(move || server.serve(client?, &numbers));
            }
        });
        Proxy { url: format!("postgres://{user}@127.0.0.1:{port}/{database}"), sent }
    }

    /// One that only counts.
    pub fn counting(url: &str) -> Self {
        Self::start(url, |_, _| Act::Pass)
    }

    /// How often clients sent something that the server answers.
    pub fn round_trips(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;

impl Server {
    fn serve(&self, mut client: TcpStream, numbers: &AtomicUsize) -> Result<()> {
        let mut startup = packet(&mut client)?;
        if code(&startup) == TLS {
            client.write_all(b"N")?;
            startup = packet(&mut client)?;
        }
        if code(&startup) == CANCEL && (self.rule)(usize::MAX, "cancel") != Act::Pass {
            return Ok(());
        }
        let mut server = UnixStream::connect(&self.socket)?;
        if code(&startup) == CANCEL {
            server.write_all(&startup)?;
            // The server closes when it has sent the signal.
            server.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
        let number = numbers.fetch_add(1, Ordering::SeqCst);
        let (stalled, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let answers = Answers {
            server: server.try_clone()?,
            client: client.try_clone()?,
            stalled: Arc::clone(&stalled),
            cut: Arc::clone(&cut),
        };
        thread::spawn(move || answers.pass());
        let mut message = startup;
        let mut text = "startup".to_owned();
        loop {
            match (self.rule)(number, &text) {
                Act::Pass => {}
                Act::Stall => stalled.store(true, Ordering::SeqCst),
                Act::Cut => {
                    server.shutdown(Shutdown::Both)?;
                    return client.shutdown(Shutdown::Both);
                }
                Act::CutAfter => cut.store(true, Ordering::SeqCst),
            }
            if !stalled.load(Ordering::SeqCst) {
                server.write_all(&message)?;
            }
            message = vec![0];
            if let Err(error) = client.read_exact(&mut message) {
                let _ = server.shutdown(Shutdown::Both);
                return Err(error);
            }
            let kind = message[0];
            message.extend(packet(&mut client)?);
            self.sent.fetch_add(usize::from(matches!(kind, b'Q' | b'S')), Ordering::SeqCst);
            text = String::from_utf8_lossy(&message[5..]).trim_end_matches('\0').to_owned();
        }
    }
}

/// The way back, a thread of its own.
struct Answers {
    server: UnixStream,
    client: TcpStream,
    stalled: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
}

impl Answers {
    fn pass(mut self) {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = self.server.read(&mut buffer) {
            if self.cut.load(Ordering::SeqCst) {
                break;
            }
            if !self.stalled.load(Ordering::SeqCst) && self.client.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = self.server.shutdown(Shutdown::Both);
        let _ = self.client.shutdown(Shutdown::Both);
    }
}

/// Four bytes for its length, then the rest.
pub fn packet(stream: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut rest)?;
    Ok([length.to_vec(), rest].concat())
}

fn code(startup: &[u8]) -> u32 {
    u32::from_be_bytes(startup[4..8].try_into().unwrap())
}
