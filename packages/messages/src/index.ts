/**
 * Every text that a person reads, by code, in Korean and English, for the command line and for the page.
 *
 * @since 0.1.0
 */
export * as Details from "./Details.js"
export * as Message from "./Message.js"
export * as Place from "./Place.js"
export * as Words from "./Words.js"
