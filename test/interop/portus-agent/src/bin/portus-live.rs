//! The original portus as agent on `/tmp/ccp/NAME` until it is killed: `portus-live NAME`. Every flow reports once a
//! round trip and has its window answered. Says `ready` when it listens.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::Arc;

use portus::ipc::{unix, BackendBuilder, Blocking, Ipc};
use portus::lang::Scope;
use portus::{CongAlg, Datapath, DatapathInfo, DatapathTrait, Flow, Report, RunBuilder};

const PROGRAM: &str = "
(def (Report (volatile acked 0)))
(when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough))
(when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))";

struct Steady;

struct SteadyFlow<I: Ipc> {
    datapath: Datapath<I>,
    scope: Scope,
}

impl<I: Ipc> CongAlg<I> for Steady {
    type Flow = SteadyFlow<I>;

    fn name() -> &'static str {
        "steady"
    }

    fn datapath_programs(&self) -> HashMap<&'static str, String> {
        HashMap::from([("steady", PROGRAM.to_owned())])
    }

    fn new_flow(&self, mut datapath: Datapath<I>, _info: DatapathInfo) -> Self::Flow {
        let scope = datapath.set_program("steady", Some(&[("Cwnd", 14_480)])).expect("program");
        SteadyFlow { datapath, scope }
    }
}

impl<I: Ipc> Flow for SteadyFlow<I> {
    fn on_report(&mut self, _sid: u32, _report: Report) {
        // Its datapath may have been killed.
        let _ = self.datapath.update_field(&self.scope, &[("Cwnd", 14_480)]);
    }

    fn close(&mut self) {}
}

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        eprintln!("usage: portus-live NAME");
        std::process::exit(2);
    };
    let socket = unix::Socket::<Blocking>::new(&name).expect("bind");
    println!("ready");
    let ended = RunBuilder::new(BackendBuilder { sock: socket })
        .default_alg(Steady)
        .with_stop_handle(Arc::new(AtomicBool::new(true)))
        .run();
    if let Err(error) = ended {
        eprintln!("{error:?}");
        std::process::exit(1);
    }
}
