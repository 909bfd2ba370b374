import type { Tool, ToolCall } from '../providers/language-model.js';

export interface ToolResult {
  readonly ok: boolean;
  readonly result: string;
  /** The call is over once the agent has finished speaking. */
  readonly endsCall: boolean;
}

const END_CALL = 'end_call';

/** What every agent can do. */
export const builtInTools: readonly Tool[] = [
  {
    name: END_CALL,
    description:
      'Hangs up. Say goodbye in the same answer; call it when the caller has said goodbye or is done.',
    parameters: { type: 'object', properties: {}, additionalProperties: false },
  },
];

/** Those that change something outside of the conversation: the next answer waits for them. */
export const sideEffectTools: readonly string[] = [END_CALL];

/** Runs a tool that the model called. A tool that doesn't exist is a result too: the model hears of it. */
export const runTool = ({ name }: ToolCall): ToolResult =>
  name === END_CALL
    ? { ok: true, result: '{"ended":true}', endsCall: true }
    : {
        ok: false,
        result: `{"error":"there is no tool ${JSON.stringify(name).slice(1, -1)}"}`,
        endsCall: false,
      };
