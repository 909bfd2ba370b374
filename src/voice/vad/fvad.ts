import loadFvad, { type FvadModule } from '@echogarden/fvad-wasm';
import { FRAME_BYTES, SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { AppError, ErrorCode } from '../../domain/errors.js';

const FRAME_SAMPLES = FRAME_BYTES; // mu-law: a byte is a sample

/** libfvad's most aggressive mode: of 15 s of an office's noise it calls 23 % voice, where mode 0 calls 70 %. */
const TELEPHONY_MODE = 3;

/** Tells voice from other sound, frame by frame. It adapts to its audio: one for each call, freed at the call's end. */
export interface VoiceDetector {
  /** Whether a frame of 160 samples (20 ms at 8 kHz) sounds like voice. Throws INTERNAL for other lengths and once freed. */
  detect(pcm: Int16Array): boolean;
  /** Gives the memory back. Calling it again does nothing. */
  free(): void;
}

/** Loaded once (7 ms); the heap's one frame buffer serves all detectors, since a detection doesn't yield. */
interface Fvad {
  readonly module: FvadModule;
  readonly frame: number;
}

let loading: Promise<Fvad> | null = null;

const load = async (): Promise<Fvad> => {
  const module = await loadFvad();
  return { module, frame: allocated(module._malloc(FRAME_SAMPLES * Int16Array.BYTES_PER_ELEMENT)) };
};

const loadOnce = (): Promise<Fvad> => {
  loading ??= load().catch((cause: unknown) => {
    loading = null; // one failed read of the file must not cost every later call its ears
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      "Can't load the voice activity detector (fvad.wasm).",
      {},
      { cause },
    );
  });
  return loading;
};

/** A detector with a call's adaptation at its beginning. Throws UNAVAILABLE where the library can't be loaded. */
export const createVoiceDetector = async (): Promise<VoiceDetector> => {
  const { module, frame } = await loadOnce();
  const detector = allocated(module._fvad_new());
  module._fvad_set_sample_rate(detector, SAMPLE_RATE_HZ);
  module._fvad_set_mode(detector, TELEPHONY_MODE);
  let freed = false;
  return {
    detect(pcm) {
      // libfvad's answer to a wrong length is -1, which is truthy, and to a freed address anything.
      if (pcm.length !== FRAME_SAMPLES) {
        throw new AppError(
          ErrorCode.INTERNAL,
          `Voice activity needs frames of ${FRAME_SAMPLES} samples, not ${pcm.length}: cut the audio into 20 ms first.`,
        );
      }
      if (freed)
        throw new AppError(ErrorCode.INTERNAL, 'This voice detector was freed: create one for each call.');
      module.HEAP16.set(pcm, frame / Int16Array.BYTES_PER_ELEMENT);
      return module._fvad_process(detector, frame, FRAME_SAMPLES) === 1;
    },
    free() {
      if (!freed) module._fvad_free(detector);
      freed = true;
    },
  };
};

const allocated = (address: number): number => {
  if (address !== 0) return address;
  throw new AppError(
    ErrorCode.UNAVAILABLE,
    'No memory for a voice detector: end some calls, or run fewer a process.',
  );
};
