//! The original libccp with flows that go on until it is killed: `libccp-live OWN AGENT FLOWS`.
//!
//! Every 20 ms each flow has an ACK of its window. Prints `{"heard":N,"messagesSent":M}` as often: N flows have had
//! a message of an agent since the start, or since `mark` was read on stdin, which is answered with `marked`.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libccp::{CongestionOps, Connection, Datapath, DatapathBuilder, DatapathOps, FlowInfo, Primitives};

const MSS: u32 = 1448;
const ROUND: Duration = Duration::from_millis(20);
/// A receiver's window. Nothing is ever lost here, so that nothing else would end a slow start.
const MOST_ACKED: u32 = 1000 * MSS;

struct Outgoing {
    socket: UnixDatagram,
    agent: PathBuf,
    sent: Rc<Cell<u64>>,
}

impl DatapathOps for Outgoing {
    // Waits for room: what libccp is told nothing of, it does not send again. Where nobody is, it is lost.
    fn send_msg(&mut self, message: &[u8]) {
        if self.socket.send_to(message, &self.agent).is_ok() {
            self.sent.set(self.sent.get() + 1);
        }
    }
}

struct Flow(Rc<RefCell<u32>>);

impl CongestionOps for Flow {
    fn set_cwnd(&mut self, cwnd: u32) {
        *self.0.borrow_mut() = cwnd;
    }
    fn set_rate_abs(&mut self, _rate: u32) {}
}

/// Takes what there is; the flows it was for are heard.
fn take(socket: &UnixDatagram, datapath: &Datapath, heard: &mut HashSet<u32>) {
    let mut buffer = [0u8; 32_678];
    socket.set_nonblocking(true).expect("socket");
    while let Ok(length) = socket.recv(&mut buffer) {
        let sid = u32::from_le_bytes(buffer[4..8].try_into().expect("four bytes"));
        if datapath.recv_msg(&mut buffer[..length]).is_ok() && sid != 0 {
            heard.insert(sid);
        }
    }
    // Sends wait for room, and share the mode.
    socket.set_nonblocking(false).expect("socket");
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, own, agent, flows] = words.as_slice() else {
        eprintln!("usage: libccp-live OWN AGENT FLOWS");
        std::process::exit(2);
    };
    let flows: u32 = flows.parse().expect("FLOWS");
    let mark = Arc::new(AtomicBool::new(false));
    let marking = mark.clone();
    std::thread::spawn(move || {
        for _line in std::io::stdin().lock().lines() {
            marking.store(true, Ordering::SeqCst);
        }
        std::process::exit(0);
    });
    let socket = UnixDatagram::bind(own).expect("bind");
    // A busy machine is no reason to lose a CREATE, which libccp would not repeat.
    socket.set_write_timeout(Some(Duration::from_secs(10))).expect("time-out");
    let sent = Rc::new(Cell::new(0));
    let (sending, counting) = (socket.try_clone().expect("clone"), sent.clone());
    let outgoing = Outgoing { socket: sending, agent: PathBuf::from(agent), sent: counting };
    let datapath = DatapathBuilder::default().with_ops(outgoing).with_id(7).init().expect("libccp");
    let mut heard = HashSet::new();
    let mut windows = Vec::new();
    let mut connections = Vec::new();
    for index in 1..=flows {
        let info = FlowInfo::default()
            .with_init_cwnd(10 * MSS)
            .with_mss(MSS)
            .with_four_tuple(0x0100_007f, 10_000 + index, 0x0200_007f, 5001);
        let window = Rc::new(RefCell::new(10 * MSS));
        connections.push(Connection::start(&datapath, Flow(window.clone()), info).expect("flow"));
        windows.push(window);
        take(&socket, &datapath, &mut heard);
    }
    loop {
        let began = Instant::now();
        if mark.swap(false, Ordering::SeqCst) {
            // What a killed agent sent still lies here.
            take(&socket, &datapath, &mut heard);
            heard.clear();
            println!("marked");
        }
        for (index, connection) in connections.iter_mut().enumerate() {
            let window = (*windows[index].borrow()).min(MOST_ACKED);
            let primitives = Primitives::default()
                .with_bytes_acked(window)
                .with_packets_acked((window / MSS).max(1))
                .with_rtt_sample_us(20_000)
                .with_snd_cwnd(window);
            connection.load_primitives(primitives);
            // A flow without a program has an error to tell, which is no news here.
            let _ = connection.invoke();
            if index % 8 == 0 {
                take(&socket, &datapath, &mut heard);
            }
        }
        take(&socket, &datapath, &mut heard);
        println!("{{\"heard\":{},\"messagesSent\":{}}}", heard.len(), sent.get());
        std::io::stdout().flush().expect("stdout");
        std::thread::sleep(ROUND.saturating_sub(began.elapsed()));
    }
}
