/** BL5xxx: jobs and datasets. */
export const job = {}
