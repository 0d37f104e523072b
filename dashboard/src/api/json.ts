/** The value of a jsonb column. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
