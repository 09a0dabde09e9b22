/** The one spelling of an owner's name: composed characters, no blanks around it. Those that look alike are one. */
export const canonical = (name: string): string => name.normalize("NFC").trim()
