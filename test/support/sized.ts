/** How much of a trial is done: a share of it with every run of the suite, all of it where BATCHLABEL_TRIALS=full, as a step of CI. */
export const sized = (share: number, full: number): number => (process.env["BATCHLABEL_TRIALS"] === "full" ? full : share)
