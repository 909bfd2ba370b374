import type { Capability, ProviderSet, Providers } from '../providers/registry.js';

/** What does something for an agent: its first choice, and its fallbacks in their order. */
export type Choices<T> = readonly [T, ...T[]];

type Choice<C extends Capability, S> = Omit<S, 'provider'> & { readonly provider: ProviderSet[C] };

/**
 * An agent's choices, with the providers themselves. One that isn't configured here is left out: a key that was taken
 * away doesn't end calls that can do without it. Throws `BAD_USER_INPUT` where none is left.
 */
export const choicesOf = <C extends Capability, S extends { readonly provider: string }>(
  providers: Providers,
  capability: C,
  first: S,
  fallbacks: readonly S[],
): Choices<Choice<C, S>> => {
  const found = [first, ...fallbacks].flatMap((choice) => {
    const provider = providers.find(capability, choice.provider);
    return provider ? [{ ...choice, provider }] : [];
  });
  const [head, ...rest] = found;
  return head ? [head, ...rest] : [{ ...first, provider: providers.get(capability, first.provider) }];
};

export const mapChoices = <T, U>([first, ...rest]: Choices<T>, to: (choice: T) => U): Choices<U> => [
  to(first),
  ...rest.map(to),
];

export const fallbackNames = ([, ...rest]: Choices<{ readonly provider: { readonly name: string } }>) =>
  rest.map(({ provider }) => provider.name);
