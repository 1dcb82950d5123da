// A token bucket: so many bytes a second may pass, and a burst at once after a pause (RFC 2697 without its colours;
// tc-tbf(8), tc-police(8)).
import { now } from '../state/index';

@unmanaged
export class TokenBucket {
  private bytesPerNs: f64 = 0;
  private burst: f64 = 0;
  private tokens: f64 = 0;
  private since: i64 = 0;

  start(bytesPerSecond: f64, burstBytes: f64): void {
    this.bytesPerNs = bytesPerSecond * 1e-9;
    this.burst = burstBytes;
    this.tokens = burstBytes;
  }

  /** Lets a packet pass that finds tokens enough. */
  takes(size: u32): bool {
    this.fill();
    if (this.tokens < <f64>size) return false;
    this.tokens -= <f64>size;
    return true;
  }

  /** How long, in ns, until something may pass; what passes may leave the bucket in debt by less than itself. */
  wait(): i64 {
    this.fill();
    return this.tokens > 0 ? 0 : <i64>Math.ceil((1 - this.tokens) / this.bytesPerNs);
  }

  spend(size: u32): void {
    this.tokens -= <f64>size;
  }

  private fill(): void {
    this.tokens = min<f64>(this.burst, this.tokens + <f64>(now - this.since) * this.bytesPerNs);
    this.since = now;
  }
}
