const BUCKET_MS = 0.1;
const BUCKETS = 1_000;

/** How late things happened that were due: so that a bad generator isn't taken for a bad platform. */
export class Lateness {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #maxMs = 0;

  add(ms: number): void {
    const lateMs = Math.max(0, ms);
    this.#count++;
    this.#maxMs = Math.max(this.#maxMs, lateMs);
    const bucket = Math.min(BUCKETS - 1, Math.floor(lateMs / BUCKET_MS));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  get count(): number {
    return this.#count;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  /** To a tenth of a ms up to 100 ms; the maximum beyond. */
  percentileMs(percent: number): number {
    let left = Math.ceil((this.#count * percent) / 100);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0)
        return bucket === BUCKETS - 1 ? this.#maxMs : Math.min(this.#maxMs, (bucket + 1) * BUCKET_MS);
    }
    return this.#maxMs;
  }
}
