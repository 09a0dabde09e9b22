/** What the browser remembers for the page; nothing where it is not allowed to. */

export const remember = (key: string, value: string | undefined, where: () => Storage = () => localStorage): void => {
  try {
    if (value === undefined) where().removeItem(`batchlabel.${key}`)
    else where().setItem(`batchlabel.${key}`, value)
  } catch {
    // Forbidden or full: the page works without.
  }
}

export const recall = (key: string, where: () => Storage = () => localStorage): string | undefined => {
  try {
    return where().getItem(`batchlabel.${key}`) ?? undefined
  } catch {
    return undefined
  }
}
