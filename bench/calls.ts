export const benchCalls = async (): Promise<object> => ({});
