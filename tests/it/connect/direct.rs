//! `sslnegotiation=direct`, which Postgres answers to since 17: a server of these tests looks at what is sent.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use feedstock::internals::connect::{Environment, cancel, connect_in};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use super::peer::certificate;

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    /// It asked for TLS in Postgres's own way first.
    asked: bool,
    /// The host that it named.
    host: Option<String>,
    /// The protocol on which both agreed.
    protocol: Option<String>,
    /// The code of its first packet within TLS.
    code: u32,
}

const SSL_REQUEST: u32 = 80_877_103;
const CANCEL_REQUEST: u32 = 80_877_102;
/// Version 3.0 of the protocol.
const START: u32 = 196_608;

/// A server that speaks TLS and lets in whoever comes.
fn server() -> (u16, Receiver<Sent>) {
    let file = |name| fs::read(certificate(name)).unwrap();
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&file("named.crt")).collect();
    let key = PrivateKeyDer::from_pem_slice(&file("named.key")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.unwrap(), key)
        .unwrap();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (config, sender) = (Arc::clone(&config), sender.clone());
            // It fails when the client does not speak TLS; the test waits for what was sent.
            thread::spawn(move || serve(client, config, |sent| drop(sender.send(sent))));
        }
    });
    (port, receiver)
}

fn serve(mut client: TcpStream, config: Arc<ServerConfig>, say: impl Fn(Sent)) -> std::io::Result<()> {
    let mut first = [0];
    client.peek(&mut first)?;
    // A TLS handshake begins with 22, every packet of Postgres's with its length.
    let asked = first[0] != 22;
    if asked {
        assert_eq!(packet(&mut client)?, SSL_REQUEST);
        client.write_all(b"S")?;
    }
    let mut connection = ServerConnection::new(config).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut client);
    let code = packet(&mut stream)?;
    let protocol = stream.conn.alpn_protocol().map(|name| String::from_utf8(name.to_vec()).unwrap());
    say(Sent { asked, host: stream.conn.server_name().map(str::to_owned), protocol, code });
    if code == START {
        // Let in; the key for requests to cancel; ready.
        stream.write_all(b"R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\0\0\x01\0\0\0\x02Z\0\0\0\x05I")?;
        // Until the client goes.
        let _ = stream.read(&mut [0]);
    }
    Ok(())
}

/// Reads a packet that begins with its length, and returns its code.
fn packet(stream: &mut impl Read) -> std::io::Result<u32> {
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let [length, code] = [&head[..4], &head[4..]].map(|part| u32::from_be_bytes(part.try_into().unwrap()));
    stream.read_exact(&mut vec![0; length as usize - 8])?;
    Ok(code)
}

#[test]
fn what_is_sent_is_what_libpq_sends() {
    let root = certificate("root.crt").display().to_string();
    for (negotiation, variables, asked) in [
        ("", &[][..], true),
        ("sslnegotiation=postgres", &[], true),
        ("sslnegotiation=direct", &[], false),
        ("", &[("PGSSLNEGOTIATION", "direct")], false),
    ] {
        let (port, sent) = server();
        let string = format!(
            "host=db.example.com hostaddr=127.0.0.1 port={port} user=ann dbname=shop sslmode=verify-full \
             sslrootcert={root} {negotiation}"
        );
        let environment = Environment::new(variables.iter().copied());
        let client = connect_in(&string, &environment).unwrap_or_else(|error| panic!("{string}: {error}"));
        let next = || sent.recv_timeout(Duration::from_secs(10)).unwrap();
        let (host, protocol) = (Some("db.example.com".to_owned()), (!asked).then(|| "postgresql".to_owned()));
        let expected = |code| Sent { asked, host: host.clone(), protocol: protocol.clone(), code };
        assert_eq!(next(), expected(START), "{string}");
        // A request to cancel takes the same way.
        cancel(&string, &environment, &client.cancel_token()).unwrap();
        assert_eq!(next(), expected(CANCEL_REQUEST), "{string}");
    }
}

#[test]
fn a_certificate_counts_as_much_as_otherwise() {
    let (root, wrong) = (certificate("root.crt"), certificate("wrong.crt"));
    for (host, file) in [("other.example.com", &root), ("db.example.com", &wrong)] {
        let (port, _) = server();
        let string = format!(
            "host={host} hostaddr=127.0.0.1 port={port} user=ann sslmode=verify-full sslnegotiation=direct \
             sslrootcert={}",
            file.display()
        );
        let message = connect_in(&string, &Environment::none()).err().unwrap().to_string();
        assert!(message.contains("TLS"), "{message}");
    }
}
