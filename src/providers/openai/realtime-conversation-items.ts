import type { Message } from '../language-model.js';

/** What changes the conversation at OpenAI. */
export type ItemEvent =
  | {
      readonly type: 'conversation.item.create';
      readonly previous_item_id: string;
      readonly item: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'conversation.item.delete'; readonly item_id: string };

/** Something in OpenAI's conversation that the messages haven't confirmed yet. */
type Unconfirmed =
  /** `text`: `null` until it's transcribed. */
  | { readonly kind: 'heard'; readonly id: string; readonly text: string | null }
  /** `broken`: another one went on with the answer. */
  | { readonly kind: 'spoken'; readonly id: string; readonly broken: boolean }
  | { readonly kind: 'called'; readonly id: string; readonly callId: string };

/** The place before the first item. */
const BEGINNING = 'root';

/**
 * OpenAI keeps the conversation by itself: what it heard, echoes and noise among it, and all that it said. What counts is
 * the ledger's. So before each answer the two are compared, and OpenAI's is made to agree: audio of which the words are
 * known to be the caller's turn stays, since it tells more than words; everything else is deleted, or told in words.
 */
export class ConversationItems {
  #unconfirmed: Unconfirmed[] = [];
  /** How many messages the conversation agrees with, and the last item of them. */
  #agreed = 0;
  #last = BEGINNING;
  #created = 0;

  /** A stretch of the caller's audio is an item now. */
  heard(id: string): void {
    this.#unconfirmed.push({ kind: 'heard', id, text: null });
  }

  /** Its words are known. */
  transcribed(id: string, text: string): void {
    this.#unconfirmed = this.#unconfirmed.map((item) =>
      item.kind === 'heard' && item.id === id ? { ...item, text } : item,
    );
  }

  spoken(id: string): void {
    if (this.#unconfirmed.some((item) => item.id === id)) return;
    this.#unconfirmed.push({ kind: 'spoken', id, broken: false });
  }

  called(id: string, callId: string): void {
    this.#unconfirmed.push({ kind: 'called', id, callId });
  }

  /** Nobody knows what the caller hears of it: another one may go on with it. */
  broken(ids: readonly string[]): void {
    for (const id of ids) this.#markSpoken(id, true);
  }

  /** OpenAI has been told how much of it was heard. */
  cut(id: string): void {
    this.#markSpoken(id, false);
  }

  /** It was taken out of the conversation. */
  deleted(id: string): void {
    this.#unconfirmed = this.#unconfirmed.filter((item) => item.id !== id);
  }

  /** What makes the conversation agree with the messages. They only grow from one time to the next. */
  agree(messages: readonly Message[]): readonly ItemEvent[] {
    const events = messages.slice(this.#agreed).flatMap((message) => this.#confirm(message));
    this.#agreed = messages.length;
    // Nobody's words, or not the caller's. What isn't transcribed yet may be the next turn.
    const nobodys = this.#unconfirmed.filter((item) => item.kind === 'heard' && item.text !== null);
    return [...events, ...nobodys.map((item) => this.#delete(item))];
  }

  #markSpoken(id: string, broken: boolean): void {
    this.#unconfirmed = this.#unconfirmed.map((item) =>
      item.kind === 'spoken' && item.id === id ? { ...item, broken } : item,
    );
  }

  #confirm(message: Message): readonly ItemEvent[] {
    switch (message.role) {
      case 'user':
        return this.#confirmHeard(message.text);
      case 'tool':
        return [
          this.#create({
            type: 'function_call_output',
            call_id: message.toolCallId,
            output: message.result,
          }),
        ];
      case 'assistant':
        return message.toolCalls.length === 0
          ? this.#confirmSpoken(message.text)
          : message.toolCalls.flatMap(({ id, name, arguments: args }) => {
              const called = this.#unconfirmed.find((item) => item.kind === 'called' && item.callId === id);
              if (called) return this.#keep([called]);
              return [this.#create({ type: 'function_call', call_id: id, name, arguments: args })];
            });
    }
  }

  /** The caller's turn, which may be several stretches of audio, with echoes and noises between them. */
  #confirmHeard(text: string): readonly ItemEvent[] {
    // The agent's turn before it has had its message: what is left of it nobody heard.
    const unheard = this.#unconfirmed.filter(({ kind }) => kind !== 'heard');
    const deletions = unheard.map((item) => this.#delete(item));
    let rest = lettersOf(text);
    const stretches = this.#unconfirmed.filter((item) => {
      const letters = item.kind === 'heard' && item.text ? lettersOf(item.text) : '';
      if (letters === '' || !rest.startsWith(letters)) return false;
      rest = rest.slice(letters.length);
      return true;
    });
    if (rest === '' && stretches.length > 0) return [...deletions, ...this.#keep(stretches)];
    return [...deletions, this.#create(said('user', 'input_text', text))];
  }

  #confirmSpoken(text: string): readonly ItemEvent[] {
    const spoken = this.#unconfirmed.filter((item) => item.kind === 'spoken');
    if (spoken.length > 0 && !spoken.some(({ broken }) => broken)) return this.#keep(spoken);
    const deletions = spoken.map((item) => this.#delete(item));
    return [...deletions, this.#create(said('assistant', 'output_text', text))];
  }

  #keep(items: readonly Unconfirmed[]): readonly ItemEvent[] {
    this.#last = items.at(-1)?.id ?? this.#last;
    this.#unconfirmed = this.#unconfirmed.filter((item) => !items.includes(item));
    return [];
  }

  #create(item: Readonly<Record<string, unknown>>): ItemEvent {
    const previous_item_id = this.#last;
    this.#last = `told_${++this.#created}`;
    return { type: 'conversation.item.create', previous_item_id, item: { id: this.#last, ...item } };
  }

  #delete({ id }: Unconfirmed): ItemEvent {
    this.deleted(id);
    return { type: 'conversation.item.delete', item_id: id };
  }
}

const said = (role: 'user' | 'assistant', type: string, text: string) => ({
  type: 'message',
  role,
  content: [{ type, text }],
});

/** Spaces and punctuation differ between a turn and its stretches. */
const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
