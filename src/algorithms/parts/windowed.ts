interface Sample {
  readonly atUs: number;
  readonly value: number;
}

/**
 * The extreme of what was measured in the last while, exactly: of the samples, those that one to come may still need
 * (Lemire, Nordic Journal of Computing 13(4), 2006). At most `MOST` are kept; beyond that neighbours merge.
 */
class WindowedExtreme {
  readonly #sign: 1 | -1;
  #windowUs: number;
  #samples: Sample[] = [];

  constructor(windowUs: number, sign: 1 | -1) {
    this.#windowUs = windowUs;
    this.#sign = sign;
  }

  /** Another length from the next sample on. */
  set windowUs(us: number) {
    this.#windowUs = us;
  }

  /** Undefined before the first sample. */
  get value(): number | undefined {
    return this.#samples[0]?.value;
  }

  /** Takes a sample in and gives the extreme of the window that ends with it. */
  add(value: number, atUs: number): number {
    while (this.#samples.length > 0 && this.#sign * (this.#samples.at(-1)!.value - value) <= 0) this.#samples.pop();
    this.#samples.push({ atUs, value });
    while (this.#samples.length > 1 && this.#samples[0]!.atUs < atUs - this.#windowUs) this.#samples.shift();
    if (this.#samples.length > MOST) this.#samples.splice(MOST / 2, 1);
    return this.#samples[0]!.value;
  }

  /** Forgets all samples. */
  clear(): void {
    this.#samples = [];
  }
}

const MOST = 256;

/** The least of what was measured in the last `windowUs`, µs. */
export class WindowedMin extends WindowedExtreme {
  constructor(windowUs: number) {
    super(windowUs, -1);
  }
}

/** The greatest of what was measured in the last `windowUs`, µs. */
export class WindowedMax extends WindowedExtreme {
  constructor(windowUs: number) {
    super(windowUs, 1);
  }
}
