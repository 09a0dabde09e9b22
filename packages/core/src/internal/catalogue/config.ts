/** BL3xxx: configuration and access. */
export const config = {}
