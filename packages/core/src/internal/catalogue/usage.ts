/** BL6xxx: usage of the command line. */
export const usage = {}
