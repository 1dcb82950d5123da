//! The original libccp behind a unix datagram socket: `libccp-datapath OWN AGENT FLOWS ROUNDS`.
//!
//! Opens FLOWS flows, waits until each has a program, invokes each ROUNDS + 1 times, waiting for the
//! agent's answer to every report but the last, and closes them. Invocation r of flow i (both from 1) has
//! bytes_acked 1000 r + i and rtt_sample_us 20000 + r. Prints a line a flow,
//! `flow I messages N cwnd C,… rate R,… errors E,…`: what came, and every change it was told to make; then
//! `refused E,…`, the messages libccp would not take. Stays until its stdin ends.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use libccp::{CongestionOps, Connection, DatapathBuilder, DatapathOps, FlowInfo, Primitives};

const MSS: u32 = 1448;
const PATIENCE: Duration = Duration::from_secs(30);

struct Outgoing {
    socket: UnixDatagram,
    agent: PathBuf,
}

impl DatapathOps for Outgoing {
    fn send_msg(&mut self, message: &[u8]) {
        if let Err(error) = self.socket.send_to(message, &self.agent) {
            eprintln!("send: {error}");
        }
    }
}

#[derive(Default)]
struct Told {
    cwnd: Vec<u32>,
    rate: Vec<u32>,
}

struct Flow(Rc<RefCell<Told>>);

impl CongestionOps for Flow {
    // libccp calls these on every invocation; only changes are kept.
    fn set_cwnd(&mut self, cwnd: u32) {
        keep_change(&mut self.0.borrow_mut().cwnd, cwnd);
    }
    fn set_rate_abs(&mut self, rate: u32) {
        keep_change(&mut self.0.borrow_mut().rate, rate);
    }
}

fn keep_change(list: &mut Vec<u32>, value: u32) {
    if list.last() != Some(&value) {
        list.push(value);
    }
}

/// What the agent has sent, counted by flow.
struct Incoming {
    socket: UnixDatagram,
    messages: HashMap<u32, u64>,
    refused: Vec<String>,
}

impl Incoming {
    /// Takes what there is; with `wait`, at least one message or the socket's time-out.
    fn take(&mut self, datapath: &libccp::Datapath, wait: bool) {
        let mut buffer = [0u8; 32_678];
        let mut next = if wait { self.socket.recv(&mut buffer) } else { Ok(0) };
        self.socket.set_nonblocking(true).expect("socket");
        if !wait {
            next = self.socket.recv(&mut buffer);
        }
        while let Ok(length) = next {
            let sid = u32::from_le_bytes(buffer[4..8].try_into().expect("four bytes"));
            if let Err(error) = datapath.recv_msg(&mut buffer[..length]) {
                self.refused.push(format!("{error}"));
            }
            *self.messages.entry(sid).or_default() += 1;
            next = self.socket.recv(&mut buffer);
        }
        // Sends wait for room, and share the mode.
        self.socket.set_nonblocking(false).expect("socket");
    }

    fn of(&self, sid: u32) -> u64 {
        self.messages.get(&sid).copied().unwrap_or(0)
    }

    /// Waits until every flow has had `count` messages.
    fn wait_for(&mut self, datapath: &libccp::Datapath, flows: u32, count: u64, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        while (1..=flows).any(|sid| self.of(sid) < count) {
            self.take(datapath, true);
            if Instant::now() > deadline {
                let missing = (1..=flows).filter(|sid| self.of(*sid) < count).count();
                eprintln!("{what}: {missing} of {flows} flows wait for message {count}");
                std::process::exit(1);
            }
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, own, agent, flows, rounds] = words.as_slice() else {
        eprintln!("usage: libccp-datapath OWN AGENT FLOWS ROUNDS");
        std::process::exit(2);
    };
    let (flows, rounds): (u32, u32) = (flows.parse().expect("FLOWS"), rounds.parse().expect("ROUNDS"));
    let socket = UnixDatagram::bind(own).expect("bind");
    socket.set_read_timeout(Some(Duration::from_millis(100))).expect("time-out");

    // Answers go to the sender's address, so it is the bound socket that sends.
    let outgoing = Outgoing { socket: socket.try_clone().expect("clone"), agent: PathBuf::from(agent) };
    let datapath = DatapathBuilder::default().with_ops(outgoing).with_id(7).init().expect("libccp");
    let mut incoming = Incoming { socket, messages: HashMap::new(), refused: Vec::new() };

    let told: Vec<_> = (0..flows).map(|_| Rc::new(RefCell::new(Told::default()))).collect();
    let mut connections: Vec<_> = (1..=flows)
        .map(|index| {
            let info = FlowInfo::default()
                .with_init_cwnd(10 * MSS)
                .with_mss(MSS)
                .with_four_tuple(0x0100_007f, 10_000 + index, 0x0200_007f, 5001);
            let connection = Connection::start(&datapath, Flow(told[index as usize - 1].clone()), info).expect("flow");
            incoming.take(&datapath, false);
            connection
        })
        .collect();
    incoming.wait_for(&datapath, flows, 1, "start");

    let mut errors: Vec<Vec<String>> = vec![Vec::new(); flows as usize];
    for round in 1..=rounds + 1 {
        for (index, connection) in connections.iter_mut().enumerate() {
            let state = told[index].borrow();
            let primitives = Primitives::default()
                .with_bytes_acked(1000 * round + index as u32 + 1)
                .with_packets_acked(1)
                .with_rtt_sample_us(20_000 + u64::from(round))
                .with_snd_cwnd(state.cwnd.last().copied().unwrap_or(10 * MSS))
                .with_snd_rate(u64::from(state.rate.last().copied().unwrap_or(0)));
            drop(state);
            connection.load_primitives(primitives);
            if let Err(error) = connection.invoke() {
                errors[index].push(format!("{error}"));
            }
            incoming.take(&datapath, false);
        }
        if round <= rounds {
            incoming.wait_for(&datapath, flows, u64::from(round) + 1, "report");
        }
    }
    drop(connections);
    for (index, state) in told.iter().enumerate() {
        let state = state.borrow();
        println!(
            "flow {} messages {} cwnd {} rate {} errors {}",
            index + 1,
            incoming.of(index as u32 + 1),
            joined(&state.cwnd),
            joined(&state.rate),
            errors[index].join(";").replace(' ', "_"),
        );
    }
    println!("refused {}", incoming.refused.join(";").replace(' ', "_"));
    // The agent's last answers must find somebody here: stay until told to go.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    let _ = std::fs::remove_file(own);
}

fn joined(values: &[u32]) -> String {
    values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
