/** An item as the model would read it. */
export interface EmulatedItem {
  readonly id: string;
  readonly from: 'caller' | 'agent' | 'call' | 'result';
  /** What was said, or the call's and the result's JSON; audio that was cut has no text any more. */
  readonly text: string;
  /** Of audio that the model made, in ms. */
  readonly audioMs?: number;
  /** It's audio: nobody told the model in words. */
  readonly isAudio: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** What OpenAI keeps of a conversation: its items in their order. */
export class EmulatedConversation {
  items: EmulatedItem[] = [];
  #heard = 0;
  #spoken = 0;

  /** Who said what, in order: what the next answer is made from. */
  get lines(): string[] {
    return this.items.map(({ from, text, audioMs }) =>
      audioMs !== undefined && text === '' ? `${from}: [${audioMs} ms]` : `${from}: ${text}`,
    );
  }

  addHeard(): string {
    const id = `item_heard_${this.#heard++}`;
    this.items.push({ id, from: 'caller', text: '', isAudio: true });
    return id;
  }

  transcribe(id: string, text: string): void {
    this.#change(id, { text });
  }

  addSpoken(): string {
    const id = `item_spoken_${this.#spoken++}`;
    this.items.push({ id, from: 'agent', text: '', audioMs: 0, isAudio: true });
    return id;
  }

  addCall(call: { readonly callId: string; readonly name: string; readonly arguments: string }): string {
    const id = `item_call_${call.callId}`;
    this.items.push({ id, from: 'call', text: `${call.name} ${call.arguments}`, isAudio: false });
    return id;
  }

  speak(id: string, text: string, audioMs: number): void {
    const item = this.items.find((known) => known.id === id);
    if (item) this.#change(id, { text: item.text + text, audioMs: (item.audioMs ?? 0) + audioMs });
  }

  create({ item, previous_item_id: previous }: Fields): boolean {
    const at = previous === 'root' ? -1 : this.items.findIndex(({ id }) => id === previous);
    if (at < 0 && previous !== 'root' && previous !== undefined) return false;
    const created = itemOf(item as Fields);
    this.items.splice(previous === undefined ? this.items.length : at + 1, 0, created);
    return true;
  }

  delete(id: unknown): boolean {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.id !== id);
    return this.items.length < before;
  }

  /** What is wrong with it; nothing: it was cut. */
  truncate({ item_id, audio_end_ms: endMs }: Fields): string | undefined {
    const item = this.items.find(({ id }) => id === item_id);
    if (!item?.audioMs || typeof endMs !== 'number' || endMs <= 0) {
      return 'Only model output audio messages can be truncated';
    }
    if (endMs > item.audioMs) return `Audio content of ${item.audioMs}ms is already shorter than ${endMs}ms`;
    this.#change(item.id, { text: '', audioMs: endMs });
    return undefined;
  }

  #change(id: string, changes: Partial<EmulatedItem>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...changes } : item));
  }
}

const itemOf = (item: Fields): EmulatedItem => {
  const id = String(item.id);
  if (item.type === 'function_call') {
    return { id, from: 'call', text: `${item.name} ${item.arguments}`, isAudio: false };
  }
  if (item.type === 'function_call_output') {
    return { id, from: 'result', text: String(item.output), isAudio: false };
  }
  const [content] = item.content as readonly { readonly type: string; readonly text: string }[];
  const isUser = item.role === 'user';
  if (content?.type !== (isUser ? 'input_text' : 'output_text'))
    throw new Error(`bad content: ${content?.type}`);
  return { id, from: isUser ? 'caller' : 'agent', text: content.text, isAudio: false };
};
