import type { ServedSocket } from '../socket-server.js';

/** What Flux tells when so much audio is there. */
export interface FluxEvent {
  readonly atMs: number;
  readonly event: string;
  readonly transcript?: string;
}

/** v2: the script's events, and an update for each further quarter of a second. */
export const serveFlux = (served: ServedSocket, script: readonly FluxEvent[]): void => {
  const events = [...script];
  let sequence = 0;
  let turn = 0;
  let heardMs = 0;
  let transcript = '';
  let updatedMs = 0;
  const turnInfo = (event: string) => {
    updatedMs = heardMs;
    const words = transcript === '' ? [] : transcript.split(' ').map((word) => ({ word, confidence: 0.9 }));
    served.send({
      type: 'TurnInfo',
      request_id: 'emulated',
      sequence_id: ++sequence,
      event,
      turn_index: turn,
      audio_window_start: 0,
      audio_window_end: heardMs / 1000,
      transcript,
      words,
      end_of_turn_confidence: event === 'EndOfTurn' ? 0.8 : 0.2,
    });
  };
  served.send({ type: 'Connected', request_id: 'emulated', sequence_id: 0 });
  served.socket.on('message', (data: Buffer, isBinary) => {
    // The real one dies of every other command.
    if (!isBinary) return JSON.parse(String(data)).type === 'CloseStream' || served.socket.close(1011);
    heardMs += data.length / 8;
    while (events[0] && events[0].atMs <= heardMs) {
      const next = events.shift();
      transcript = next?.transcript ?? transcript;
      turnInfo(next?.event ?? 'Update');
      if (next?.event !== 'EndOfTurn') continue;
      turn++;
      transcript = '';
    }
    if (heardMs - updatedMs >= 250) turnInfo('Update');
  });
};
