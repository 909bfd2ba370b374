import { describe, expect, it } from '@jest/globals';
import { MU_LAW_SILENCE } from '../audio/mu-law.js';
import { AgentSpeech } from './agent-speech.js';
import { PlayoutBuffer } from './playout-buffer.js';

const VOICE = 0x55;
const sound = (ms: number, byte: number): Uint8Array => new Uint8Array(ms * 8).fill(byte);

/** An agent that is heard through a playout buffer. */
const agent = () => {
  const talk: [string, number][] = [];
  const speech = new AgentSpeech((event, atMs) => talk.push([event, atMs]));
  const buffer = new PlayoutBuffer({
    onStart: (atMs, gapMs) => speech.onStart(atMs, gapMs),
    onPlayed: (fromMs, muLaw) => speech.onPlayed(fromMs, muLaw),
    onCut: (atMs) => speech.onCut(atMs),
    onMark: () => undefined,
  });
  return {
    speech,
    talk,
    says: (atMs: number, ms: number) => buffer.receiveAudio(sound(ms, VOICE), atMs),
    isSilent: (atMs: number, ms: number) => buffer.receiveAudio(sound(ms, MU_LAW_SILENCE), atMs),
    clears: (atMs: number) => buffer.clear(atMs),
    until: (atMs: number) => {
      buffer.advance(atMs);
      if (!buffer.isPlaying(atMs)) speech.onSilence(atMs);
    },
  };
};

describe("the agent's speech", () => {
  it('is measured from its first sound to its last', () => {
    const { speech, says, isSilent, until } = agent();
    isSilent(1000, 60);
    says(1000, 500);
    isSilent(1000, 200);
    until(3000);
    expect(speech.utterances).toEqual([
      { fromMs: 1000, toMs: 1760, voicedFromMs: 1060, voicedToMs: 1560, cut: false },
    ]);
  });

  it('is no utterance where only silence was sent', () => {
    const { speech, isSilent, until } = agent();
    isSilent(0, 500);
    until(1000);
    expect(speech.utterances).toEqual([]);
  });

  it('is told as it begins, ends and is cut', () => {
    const { talk, says, clears, until } = agent();
    says(0, 300);
    until(20);
    until(600);
    expect(talk).toEqual([['started', 0]]);
    until(700);
    expect(talk.at(-1)).toEqual(['stopped', 300]);
    says(2000, 1000);
    until(2020);
    clears(2500);
    expect(talk.slice(2)).toEqual([
      ['started', 2000],
      ['cut', 2500],
    ]);
  });

  it('falters where it goes on within 400 ms: that is one utterance and an underrun', () => {
    const { speech, says, until } = agent();
    says(0, 300);
    says(450, 300);
    until(2000);
    expect(speech.underruns).toEqual([{ atMs: 300, gapMs: 150 }]);
    expect(speech.utterances).toHaveLength(1);
  });

  it('falters also where it goes on later, though the caller did nothing', () => {
    const { speech, says, until } = agent();
    says(0, 300);
    says(1500, 300);
    until(3000);
    expect(speech.underruns).toEqual([{ atMs: 300, gapMs: 1200 }]);
    expect(speech.utterances).toHaveLength(2);
  });

  it('doesn’t falter where it answers the caller, or begins again after a long silence', () => {
    const { speech, says, until } = agent();
    says(0, 300);
    until(600);
    speech.onCaller(600);
    says(1200, 300);
    until(1600);
    says(8000, 300);
    until(9000);
    expect(speech.underruns).toEqual([]);
    expect(speech.utterances).toHaveLength(3);
  });

  it('isn’t said to falter where the simulator itself didn’t run', () => {
    const { speech, says, until } = agent();
    says(0, 300);
    speech.onDeaf(200, 500);
    says(520, 300);
    until(900);
    expect(speech.underruns).toEqual([]);
    says(1000, 300);
    until(1600);
    expect(speech.underruns).toEqual([{ atMs: 820, gapMs: 180 }]);
  });

  it('doesn’t falter where the platform threw the rest away itself', () => {
    const { speech, says, clears, until } = agent();
    says(0, 300);
    clears(100);
    says(200, 300);
    until(1000);
    expect(speech.underruns).toEqual([]);
    expect(speech.utterances).toMatchObject([
      { voicedToMs: 100, cut: true },
      { voicedFromMs: 200, cut: false },
    ]);
  });

  it('answers once it is heard after the caller', () => {
    const { speech, says, until } = agent();
    says(0, 300);
    until(300);
    expect(speech.answeredSince(400)).toBeNull();
    says(1000, 300);
    until(1020);
    expect(speech.answeredSince(400)).toBe(1000);
    expect(speech.silentForMs(1320)).toBe(300);
  });

  it('doesn’t answer by what the caller cut', () => {
    const { speech, says, clears, until } = agent();
    says(0, 1000);
    clears(600);
    until(700);
    expect(speech.answeredSince(500)).toBeNull();
  });

  it('answers by going on with what the caller didn’t cut', () => {
    const { speech, says, until } = agent();
    says(0, 2000);
    until(2500);
    expect(speech.answeredSince(500)).toBe(0);
  });
});
