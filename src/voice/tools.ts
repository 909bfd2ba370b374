import type { Tool, ToolCall } from '../providers/language-model.js';

export interface ToolResult {
  readonly ok: boolean;
  readonly result: string;
  /** The call is over once the agent has finished speaking. */
  readonly endsCall: boolean;
  /** In E.164: who takes the call over then. */
  readonly transferTo?: string;
}

const END_CALL = 'end_call';
const TRANSFER_CALL = 'transfer_call';

const endCall: Tool = {
  name: END_CALL,
  description:
    'Hangs up. Say goodbye in the same answer; call it when the caller has said goodbye or is done.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};

const transferCall: Tool = {
  name: TRANSFER_CALL,
  description:
    'Puts the caller through to a person. Say so in the same answer; call it when the caller wants a person, or needs what only a person can do.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};

/** What an agent can do: with a number to put callers through to, that, too. */
export const toolsOf = ({ transferTo }: { readonly transferTo: string | null }): readonly Tool[] =>
  transferTo === null ? [endCall] : [endCall, transferCall];

/** Those that change something outside of the conversation: the next answer waits for them. */
export const sideEffectTools: readonly string[] = [END_CALL, TRANSFER_CALL];

/** Runs a tool that the model called. A tool that the agent doesn't have is a result too: the model hears of it. */
export const runTool = (
  { name }: ToolCall,
  { transferTo }: { readonly transferTo: string | null },
): ToolResult => {
  if (name === END_CALL) return { ok: true, result: '{"ended":true}', endsCall: true };
  if (name === TRANSFER_CALL && transferTo !== null) {
    return { ok: true, result: '{"transferring":true}', endsCall: false, transferTo };
  }
  const result = `{"error":"there is no tool ${JSON.stringify(name).slice(1, -1)}"}`;
  return { ok: false, result, endsCall: false };
};
