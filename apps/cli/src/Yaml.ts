/** YAML, loaded when a file has to be read: a bundle gives a dynamic import of the package itself no names. */
export { parse } from "yaml"
