//! A TCP proxy before a Postgres server that passes everything on, until it makes trouble at a moment of the protocol.
//!
//! It knows as much of the protocol as it takes to find that moment: where a message of the client begins, and what a
//! statement says. It speaks no TLS, so clients connect with `sslmode=disable`.

use std::io::{ErrorKind, Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A moment at which trouble begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// The connection is accepted, and the server never hears of it.
    Accepted,
    /// The client has said who it is, and the server never hears of it.
    Startup,
    /// The server has answered to that, and the client never hears of it.
    Login,
    /// Before the server gets the client's message of this number; the first one after the start-up is 1.
    Message(usize),
    /// The server has got the client's message of this number, and the client gets no answer.
    Answer(usize),
    /// As [`Moment::Message`]: the message of this number among those whose statement contains a text.
    Before(&'static str, usize),
    /// As [`Moment::Answer`]: the server has carried the statement out, and the client gets no answer.
    After(&'static str, usize),
    /// The server has got the statement and is at work on it.
    During(&'static str, usize),
}

/// What happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Nothing passes any more, and nobody hangs up.
    Stall,
    /// Both sides are hung up on.
    Cut,
    /// Nothing passes for a time, and then everything does.
    Delay(Duration),
}

/// Trouble for one connection.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// Which one, in the order in which they come; the first is 1, and 0 is every one. Requests to cancel do not count.
    pub connection: usize,
    /// When.
    pub moment: Moment,
    /// What.
    pub act: Act,
}

/// The proxy; dropping it cuts its connections.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    trouble: Option<Trouble>,
    connections: AtomicUsize,
    happened: AtomicBool,
    closed: AtomicBool,
    messages: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Listens on a port of its own.
    ///
    /// # Errors
    ///
    /// There is no port to be had.
    pub fn start(server: SocketAddr, trouble: Option<Trouble>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            server,
            trouble,
            connections: AtomicUsize::new(0),
            happened: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            messages: AtomicUsize::new(0),
            streams: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.closed.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(client) = client else { continue };
                let shared = Arc::clone(&accepting);
                // It ends with an error when somebody hangs up.
                thread::spawn(move || drop(shared.connection(client)));
            }
        });
        Ok(Proxy { port, shared })
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has the trouble begun?
    pub fn happened(&self) -> bool {
        self.shared.happened.load(Ordering::SeqCst)
    }

    /// How many messages the first connection has sent since its start-up.
    pub fn messages(&self) -> usize {
        self.shared.messages.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        for stream in lock(&self.shared.streams).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
const CANCEL_REQUEST: u32 = 80_877_102;

impl Shared {
    fn connection(&self, mut client: TcpStream) -> Result<()> {
        self.keep(&client)?;
        // Whether it is a request to cancel is known with its first packet only.
        let next = self.connections.load(Ordering::SeqCst) + 1;
        if self.trouble_of(next).is_some_and(|trouble| trouble.moment == Moment::Accepted) && !self.delays() {
            self.connections.fetch_add(1, Ordering::SeqCst);
            return self.swallow(client);
        }
        let startup = loop {
            let packet = packet(&mut client)?;
            let code = packet.get(4..8).and_then(|code| code.try_into().ok()).map_or(0, u32::from_be_bytes);
            match code {
                SSL_REQUEST | GSS_REQUEST => client.write_all(b"N")?,
                CANCEL_REQUEST => {
                    // The server hangs up when the signal is sent; so that is passed on as well.
                    let mut server = TcpStream::connect(self.server)?;
                    server.write_all(&packet)?;
                    return server.read_to_end(&mut Vec::new()).map(drop);
                }
                _ => break packet,
            }
        };
        let number = self.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let trouble = self.trouble_of(number);
        if trouble.is_some_and(|trouble| matches!(trouble.moment, Moment::Accepted | Moment::Startup))
            && !self.delays()
        {
            return self.swallow(client);
        }
        let mut server = TcpStream::connect(self.server)?;
        self.keep(&server)?;
        server.write_all(&startup)?;
        let gate = Arc::new(Gate::default());
        if trouble.is_some_and(|trouble| trouble.moment == Moment::Login) {
            gate.hold_answer();
        }
        thread::scope(|scope| {
            let (to_client, from_server) = (client.try_clone()?, server.try_clone()?);
            let (answers, act) = (Arc::clone(&gate), trouble.map(|trouble| trouble.act));
            scope.spawn(move || self.answers(from_server, to_client, &answers, act));
            let sent = self.requests(number, &mut client, &mut server, &gate, trouble);
            gate.end();
            let _ = server.shutdown(Shutdown::Both);
            let _ = client.shutdown(Shutdown::Both);
            sent
        })
    }

    /// Is the trouble only a delay? Then it is over when this returns.
    fn delays(&self) -> bool {
        let Some(Trouble { act: Act::Delay(time), .. }) = self.trouble else { return false };
        if !self.happened.swap(true, Ordering::SeqCst) {
            thread::sleep(time);
        }
        true
    }

    fn trouble_of(&self, connection: usize) -> Option<&Trouble> {
        self.trouble.as_ref().filter(|trouble| [0, connection].contains(&trouble.connection))
    }

    fn keep(&self, stream: &TcpStream) -> Result<()> {
        // Small messages go at once, as they do without a proxy.
        stream.set_nodelay(true)?;
        lock(&self.streams).push(stream.try_clone()?);
        Ok(())
    }

    /// Passes the client's messages on, up to its trouble.
    fn requests(
        &self,
        number: usize,
        client: &mut TcpStream,
        server: &mut TcpStream,
        gate: &Gate,
        trouble: Option<&Trouble>,
    ) -> Result<()> {
        let (mut count, mut of_text) = (0, 0);
        loop {
            let (kind, message) = message(client)?;
            // What answers to the server's questions about passwords is part of the start-up.
            if kind == b'p' {
                server.write_all(&message)?;
                continue;
            }
            count += 1;
            if number == 1 {
                self.messages.store(count, Ordering::SeqCst);
            }
            let contains = |text: &str| contains(&message, text);
            let mut nth = |text: &str, nth: usize| {
                of_text += usize::from(contains(text));
                contains(text) && of_text == nth
            };
            let (before, after, during) = match trouble.map(|trouble| &trouble.moment) {
                Some(Moment::Message(at)) => (*at == count, false, false),
                Some(Moment::Answer(at)) => (false, *at == count, false),
                Some(Moment::Before(text, at)) => (nth(text, *at), false, false),
                Some(Moment::After(text, at)) => (false, nth(text, *at), false),
                Some(Moment::During(text, at)) => (false, false, nth(text, *at)),
                _ => (false, false, false),
            };
            let act = trouble.map(|trouble| trouble.act);
            let delayed = (before || during) && self.delays();
            let (before, during) = (before && !delayed, during && !delayed);
            if before {
                self.happened.store(true, Ordering::SeqCst);
                gate.close();
                if act == Some(Act::Stall) {
                    return drain(client);
                }
                return Ok(());
            }
            if after {
                gate.hold_answer();
            }
            if during {
                gate.close();
            }
            server.write_all(&message)?;
            if during {
                self.happened.store(true, Ordering::SeqCst);
                // The server begins to work on it.
                thread::sleep(Duration::from_millis(5));
                if act == Some(Act::Stall) {
                    return drain(client);
                }
                return Ok(());
            }
        }
    }

    /// Passes the server's answers on, as long as the gate is open.
    fn answers(&self, mut server: TcpStream, mut client: TcpStream, gate: &Gate, act: Option<Act>) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = match server.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => break,
                Ok(count) => count,
            };
            if gate.holds_answer() {
                if self.delays() {
                    gate.open();
                } else {
                    gate.close();
                }
                self.happened.store(true, Ordering::SeqCst);
                if act == Some(Act::Cut) {
                    break;
                }
            }
            match gate.state() {
                State::Open => {
                    if client.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                State::Held | State::Closed => {}
            }
        }
        // While it stalls nobody hangs up on the client, even when the server does.
        if act == Some(Act::Stall) && gate.state() != State::Open {
            gate.wait_for_end();
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }

    /// Trouble before the server hears of the client.
    fn swallow(&self, mut client: TcpStream) -> Result<()> {
        self.happened.store(true, Ordering::SeqCst);
        if self.trouble.as_ref().is_some_and(|trouble| trouble.act == Act::Stall) {
            return drain(&mut client);
        }
        client.shutdown(Shutdown::Both)
    }
}

/// Reads and forgets, until the client hangs up.
fn drain(client: &mut TcpStream) -> Result<()> {
    std::io::copy(client, &mut std::io::sink()).map(drop)
}

/// What passes from the server to the client.
#[derive(Default)]
struct Gate {
    state: Mutex<(State, bool)>,
    ended: Condvar,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// The next answer is the one that does not arrive.
    Held,
    Closed,
}

impl Gate {
    fn hold_answer(&self) {
        lock(&self.state).0 = State::Held;
    }

    fn close(&self) {
        lock(&self.state).0 = State::Closed;
    }

    fn open(&self) {
        lock(&self.state).0 = State::Open;
    }

    /// Is this the answer that was waited for?
    fn holds_answer(&self) -> bool {
        self.state() == State::Held
    }

    fn state(&self) -> State {
        lock(&self.state).0
    }

    fn end(&self) {
        lock(&self.state).1 = true;
        self.ended.notify_all();
    }

    fn wait_for_end(&self) {
        let state = lock(&self.state);
        drop(self.ended.wait_while(state, |state| !state.1));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn contains(message: &[u8], text: &str) -> bool {
    message.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A message of the protocol: one byte for its kind, four for its length.
fn message(stream: &mut impl Read) -> Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    let mut message = kind.to_vec();
    message.extend(packet(stream)?);
    Ok((kind[0], message))
}

fn packet(stream: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let rest = (u32::from_be_bytes(length) as usize).saturating_sub(4);
    if rest > 64 * 1024 * 1024 {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut packet = length.to_vec();
    packet.resize(4 + rest, 0);
    stream.read_exact(&mut packet[4..])?;
    Ok(packet)
}
