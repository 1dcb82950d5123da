/**
 * What a flow runs whose algorithm failed: the initial window, no reports. Setting `Cwnd` with it
 * makes the datapath keep that window until the flow ends.
 */
export const SAFE_PROGRAM = '(def) (when false (:= Cwnd Cwnd))';
