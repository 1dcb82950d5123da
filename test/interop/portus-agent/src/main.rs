//! The original portus as agent on `/tmp/ccp/NAME`: `portus-agent NAME`, until its stdin has ended and
//! every flow is closed (waited for at most 20 s: what was sent before the end may still lie in the socket).
//!
//! Every flow starts with program `first` and Cwnd 10000 + 100 sid. Report n (from 1) is answered with Cwnd
//! 10000 + 100 sid + n and Rate 500000 + 10 sid + n; the answers to 2 and 4 switch to `second` and back to `first` with
//! these as fields. Prints `report SID N PROGRAM VALUE` (bytes acked, or the RTT) and `close SID N`.

use std::collections::HashMap;
use std::io::{BufWriter, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portus::ipc::{unix, BackendBuilder, Blocking, Ipc};
use portus::lang::Scope;
use portus::{CongAlg, Datapath, DatapathInfo, DatapathTrait, Flow, Report, RunBuilder};

const FIRST: &str = "
(def (Report (volatile acked 0)))
(when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))";
const SECOND: &str = "
(def (Report (volatile rtt 0)) (limit 0))
(when true (:= Report.rtt (max Report.rtt Flow.rtt_sample_us)) (report))";

type Log = Arc<Mutex<BufWriter<std::io::Stdout>>>;

struct Scripted {
    log: Log,
    open: Arc<AtomicUsize>,
}

struct ScriptedFlow<I: Ipc> {
    log: Log,
    open: Arc<AtomicUsize>,
    datapath: Datapath<I>,
    scope: Scope,
    second: bool,
    sid: u32,
    reports: u32,
}

impl<I: Ipc> CongAlg<I> for Scripted {
    type Flow = ScriptedFlow<I>;

    fn name() -> &'static str {
        "scripted"
    }

    fn datapath_programs(&self) -> HashMap<&'static str, String> {
        HashMap::from([("first", FIRST.to_owned()), ("second", SECOND.to_owned())])
    }

    fn new_flow(&self, mut datapath: Datapath<I>, info: DatapathInfo) -> Self::Flow {
        let sid = info.sock_id;
        let scope = datapath.set_program("first", Some(&[("Cwnd", 10_000 + 100 * sid)])).expect("first");
        self.open.fetch_add(1, Ordering::SeqCst);
        let (log, open) = (self.log.clone(), self.open.clone());
        ScriptedFlow { log, open, datapath, scope, second: false, sid, reports: 0 }
    }
}

impl<I: Ipc> Flow for ScriptedFlow<I> {
    fn on_report(&mut self, sid: u32, report: Report) {
        let (program, field) = if self.second { ("second", "Report.rtt") } else { ("first", "Report.acked") };
        let value = match report.get_field(field, &self.scope) {
            Ok(value) => value.to_string(),
            Err(error) => format!("error:{error:?}").replace(' ', "_"),
        };
        self.reports += 1;
        let n = self.reports;
        writeln!(self.log.lock().expect("log"), "report {sid} {n} {program} {value}").expect("stdout");
        let fields = [("Cwnd", 10_000 + 100 * self.sid + n), ("Rate", 500_000 + 10 * self.sid + n)];
        // A report may be older than the end of its datapath: an answer then finds no socket. One that is
        // missing otherwise is missed by the test.
        if n == 2 || n == 4 {
            self.second = n == 2;
            let name = if self.second { "second" } else { "first" };
            if let Ok(scope) = self.datapath.set_program(name, Some(&fields)) {
                self.scope = scope;
            }
        } else {
            let _ = self.datapath.update_field(&self.scope, &fields);
        }
    }

    fn close(&mut self) {
        writeln!(self.log.lock().expect("log"), "close {} {}", self.sid, self.reports).expect("stdout");
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        eprintln!("usage: portus-agent NAME");
        std::process::exit(2);
    };
    let log: Log = Arc::new(Mutex::new(BufWriter::new(std::io::stdout())));
    let goes_on = Arc::new(AtomicBool::new(true));
    let socket = unix::Socket::<Blocking>::new(&name).expect("bind");
    println!("ready");
    let open = Arc::new(AtomicUsize::new(0));
    let (stop, flush, still_open) = (goes_on.clone(), log.clone(), open.clone());
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let give_up = Instant::now() + Duration::from_secs(20);
        while still_open.load(Ordering::SeqCst) > 0 && Instant::now() < give_up {
            std::thread::sleep(Duration::from_millis(5));
        }
        flush.lock().expect("log").flush().expect("stdout");
        stop.store(false, Ordering::SeqCst);
    });
    let ended = RunBuilder::new(BackendBuilder { sock: socket })
        .default_alg(Scripted { log: log.clone(), open })
        .with_stop_handle(goes_on.clone())
        .run();
    log.lock().expect("log").flush().expect("stdout");
    let _ = std::fs::remove_file(format!("/tmp/ccp/{name}"));
    // Told to stop it ends with an error too ("The IPC channel has closed").
    if let (Err(error), true) = (ended, goes_on.load(Ordering::SeqCst)) {
        eprintln!("{error:?}");
        std::process::exit(1);
    }
}
