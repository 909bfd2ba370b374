import { z } from 'zod';

/** A duration in milliseconds. */
export const ms = z.int().min(0);
/** On the call's own clock: milliseconds since it was received. */
export const atMs = ms;
/** 1, 2, 3 … within a call: which of its media streams. */
export const attempt = z.int().min(1);
/** An exchange: what the caller said and the agent's answer share the number. 0 is the greeting. */
export const turn = z.int().min(0);
export const count = z.int().min(0);
