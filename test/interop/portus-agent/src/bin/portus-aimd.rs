//! AIMD over the original portus as agent on `/tmp/ccp/NAME`, for `npm run bench -- ipc`: `portus-aimd NAME`, until it is killed.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::Arc;

use portus::ipc::{unix, BackendBuilder, Blocking, Ipc};
use portus::lang::Scope;
use portus::{CongAlg, Datapath, DatapathInfo, DatapathTrait, Flow, Report, RunBuilder};

const PROGRAM: &str = "
(def (Report (volatile acked 0) (volatile loss 0) (volatile timeout false) (volatile used 0) (inflight 0) (rtt 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
  (:= Report.timeout Flow.was_timeout)
  (:= Report.inflight Flow.bytes_in_flight)
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (|| Report.timeout (> Report.loss 0)) (report) (:= Micros 0))
(when (> Micros Report.rtt) (report) (:= Micros 0))";

struct Aimd;

struct AimdFlow<I: Ipc> {
    datapath: Datapath<I>,
    scope: Scope,
    cwnd: u32,
    mss: u32,
}

impl<I: Ipc> CongAlg<I> for Aimd {
    type Flow = AimdFlow<I>;

    fn name() -> &'static str {
        "aimd"
    }

    fn datapath_programs(&self) -> HashMap<&'static str, String> {
        HashMap::from([("aimd", PROGRAM.to_owned())])
    }

    fn new_flow(&self, mut datapath: Datapath<I>, info: DatapathInfo) -> Self::Flow {
        let scope = datapath.set_program("aimd", Some(&[("Cwnd", info.init_cwnd)])).expect("program");
        AimdFlow { datapath, scope, cwnd: info.init_cwnd, mss: info.mss }
    }
}

impl<I: Ipc> Flow for AimdFlow<I> {
    fn on_report(&mut self, _sid: u32, report: Report) {
        let field = |name: &str| report.get_field(name, &self.scope).unwrap_or(0);
        let (acked, loss, timeout) = (field("Report.acked"), field("Report.loss"), field("Report.timeout"));
        if loss > 0 || timeout > 0 {
            self.cwnd = (self.cwnd / 2).max(2 * self.mss);
        } else {
            self.cwnd += (u64::from(self.mss) * acked / u64::from(self.cwnd)) as u32;
        }
        let _ = self.datapath.update_field(&self.scope, &[("Cwnd", self.cwnd)]);
    }
}

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        eprintln!("usage: portus-aimd NAME");
        std::process::exit(2);
    };
    let socket = unix::Socket::<Blocking>::new(&name).expect("bind");
    let goes_on = Arc::new(AtomicBool::new(true));
    RunBuilder::new(BackendBuilder { sock: socket }).default_alg(Aimd).with_stop_handle(goes_on).run().expect("run");
}
