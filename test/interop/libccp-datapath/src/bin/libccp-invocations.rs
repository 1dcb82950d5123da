//! What one invocation of the original libccp costs, for `npm run bench -- vm`: reads on its standard input, line by line in
//! hex, the messages that install a program and switch flow 1 to it, then a line `records` and a line of 15 numbers for each
//! ACK, in the order of libccp's primitives. Prints the least and the median cost, ns, as `min N median N`.

use std::io::BufRead;
use std::time::Instant;

use libccp::{CongestionOps, Connection, DatapathBuilder, DatapathOps, FlowInfo, Primitives};

const ROUNDS: usize = 16;
const CHUNKS: usize = 200;
const WARM_UP: usize = 40;

struct Nowhere;
impl DatapathOps for Nowhere {
    fn send_msg(&mut self, message: &[u8]) {
        std::hint::black_box(message);
    }
}

struct Window;
impl CongestionOps for Window {
    fn set_cwnd(&mut self, cwnd: u32) {
        std::hint::black_box(cwnd);
    }
    fn set_rate_abs(&mut self, rate: u32) {
        std::hint::black_box(rate);
    }
}

fn primitives(values: &[u64; 15]) -> Primitives {
    let small = |index: usize| values[index] as u32;
    Primitives::default()
        .with_bytes_acked(small(0))
        .with_bytes_misordered(small(1))
        .with_ecn_bytes(small(2))
        .with_ecn_packets(small(3))
        .with_lost_pkts_sample(small(4))
        .with_packets_acked(small(6))
        .with_packets_misordered(small(7))
        .with_bytes_in_flight(small(8))
        .with_bytes_pending(small(9))
        .with_packets_in_flight(small(10))
        .with_rate_incoming(values[11])
        .with_rate_outgoing(values[12])
        .with_rtt_sample_us(values[13])
        .with_was_timeout(values[14] != 0)
}

fn main() {
    let lines: Vec<String> = std::io::stdin().lock().lines().map(|line| line.expect("text")).collect();
    let split = lines.iter().position(|line| line == "records").expect("records");
    let datapath = DatapathBuilder::default().with_ops(Nowhere).with_id(1).init().expect("libccp");
    let info = FlowInfo::default().with_init_cwnd(14_480).with_mss(1448).with_four_tuple(1, 1, 2, 2);
    let mut connection = Connection::start(&datapath, Window, info).expect("flow");
    for line in &lines[..split] {
        let mut bytes: Vec<u8> = (0..line.len() / 2)
            .map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).expect("hex"))
            .collect();
        datapath.recv_msg(&mut bytes).expect("message");
    }
    let numbers = |line: &String| line.split_whitespace().map(|word| word.parse().expect("a number")).collect::<Vec<u64>>();
    let records: Vec<[u64; 15]> =
        lines[split + 1..].iter().map(|line| numbers(line).try_into().expect("15 numbers")).collect();
    let mut costs = Vec::new();
    for chunk in 0..WARM_UP + CHUNKS {
        let began = Instant::now();
        for _ in 0..ROUNDS {
            for record in &records {
                connection.load_primitives(primitives(record));
                let _ = std::hint::black_box(connection.invoke());
            }
        }
        let ns = began.elapsed().as_nanos() as f64 / (ROUNDS * records.len()) as f64;
        if chunk >= WARM_UP {
            costs.push(ns);
        }
    }
    costs.sort_by(f64::total_cmp);
    println!("min {} median {}", costs[0], costs[costs.len() / 2]);
}
