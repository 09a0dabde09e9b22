/** BL2xxx: tasks, prompts and answers. */
export const task = {}
