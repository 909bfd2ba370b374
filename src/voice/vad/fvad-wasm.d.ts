/** The part of libfvad's WebAssembly build (Emscripten) that we call; the package has no types of its own. */
declare module '@echogarden/fvad-wasm' {
  export interface FvadModule {
    /** A view of the heap. Replaced whenever the heap grows: read it anew for each use. */
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    /** A detector's address, or 0 without memory. */
    _fvad_new(): number;
    _fvad_free(detector: number): void;
    _fvad_set_sample_rate(detector: number, rateHz: 8000 | 16000 | 32000 | 48000): 0 | -1;
    _fvad_set_mode(detector: number, mode: 0 | 1 | 2 | 3): 0 | -1;
    /** 1 for voice, 0 for none, -1 for a length other than 10, 20 or 30 ms. */
    _fvad_process(detector: number, frame: number, samples: number): 1 | 0 | -1;
  }

  export default function load(): Promise<FvadModule>;
}
