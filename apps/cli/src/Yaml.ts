/** YAML, loaded when a file has to be read. */
export { parse } from "@batchlabel/core/YamlFile"
