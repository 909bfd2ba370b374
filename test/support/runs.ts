/** How often a property is tried, or something crashes: so often, times `PROPERTY_SCALE`, for long runs by hand. */
export const runs = (usually: number): number => Math.ceil(usually * Number(process.env.PROPERTY_SCALE ?? 1));
