/** BL4xxx: the API. */
export const api = {}
