/** The rate of telephone audio, everywhere in the platform: one mu-law byte or one sample is 125 µs. */
export const SAMPLE_RATE_HZ = 8000;

/** The carrier's frame. */
export const FRAME_MS = 20;

/** A frame in mu-law; also its number of samples. */
export const FRAME_BYTES = (SAMPLE_RATE_HZ * FRAME_MS) / 1000;

/** How long so many bytes of mu-law are, in ms. */
export const msOf = (bytes: number): number => (bytes * 1000) / SAMPLE_RATE_HZ;

/** Digital silence. A zero byte is the loudest negative sample: a zero-filled buffer clicks. */
export const MU_LAW_SILENCE = 0xff;

/** G.711 adds 33 (here ×4, at 16 bits) so that each segment starts at a power of two. */
const BIAS = 0x84;
/** The largest magnitude that still fits the top segment with the bias. */
const CLIP = 32_635;

const decodeByte = (byte: number): number => {
  const bits = ~byte;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) << ((bits & 0x70) >> 4);
  return bits & 0x80 ? BIAS - magnitude : magnitude - BIAS;
};

/** Sun's g711.c (CCITT). Other encoders round differently at the edges of segments; ours is pinned by its spec. */
const encodeSample = (sample: number): number => {
  const biased = Math.min(Math.abs(sample), CLIP) + BIAS;
  const segment = 24 - Math.clz32(biased); // the bias makes bit 7 the lowest possible top bit
  const bits = (segment << 4) | ((biased >> (segment + 3)) & 0x0f);
  return bits ^ (sample < 0 ? 0x7f : 0xff);
};

const DECODED = Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte));

/** By the sample's 16 bits, unsigned. */
const ENCODED = new Uint8Array(65_536);
for (let bits = 0; bits < ENCODED.length; bits++) ENCODED[bits] = encodeSample((bits << 16) >> 16);

/**
 * G.711 mu-law bytes as 16-bit samples, one for one. `pcm`: as long as `bytes`, for who decodes fifty frames a second and call:
 * a typed array's memory is allocated and freed outside of V8's heap, at a twentieth of a call's cost.
 */
export const decodeMuLaw = (bytes: Uint8Array, pcm = new Int16Array(bytes.length)): Int16Array => {
  for (let i = 0; i < bytes.length; i++) pcm[i] = DECODED[bytes[i] as number] as number;
  return pcm;
};

/** 16-bit samples as G.711 mu-law bytes, one for one. */
export const encodeMuLaw = (pcm: Int16Array): Uint8Array => {
  const bytes = new Uint8Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) bytes[i] = ENCODED[(pcm[i] as number) & 0xffff] as number;
  return bytes;
};
