const FLOAT_BYTES = 4;
const FULL_SCALE = 32_767;

/**
 * 16-bit samples from a stream of 32-bit little-endian floats (−1 to 1; louder ones are limited) whose chunks end anywhere.
 * A part of a sample at the stream's end is dropped.
 */
export class FloatByteStream {
  #carried: Uint8Array = new Uint8Array(0);

  /** The samples that are complete with this chunk. */
  push(chunk: Uint8Array): Int16Array {
    const bytes = this.#carried.length === 0 ? chunk : Buffer.concat([this.#carried, chunk]);
    const pcm = new Int16Array(Math.floor(bytes.length / FLOAT_BYTES));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let n = 0; n < pcm.length; n++) {
      const sample = view.getFloat32(n * FLOAT_BYTES, true);
      // What isn't a number becomes silence.
      pcm[n] = Math.round(Math.max(-1, Math.min(1, sample)) * FULL_SCALE);
    }
    this.#carried = bytes.slice(pcm.length * FLOAT_BYTES);
    return pcm;
  }
}

/** 16-bit samples as 32-bit little-endian floats, −1 to 1. */
export const floatBytes = (pcm: Int16Array): Uint8Array => {
  const bytes = new Uint8Array(pcm.length * FLOAT_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [n, sample] of pcm.entries()) view.setFloat32(n * FLOAT_BYTES, sample / 32_768, true);
  return bytes;
};
