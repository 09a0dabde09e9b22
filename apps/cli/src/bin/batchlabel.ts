#!/usr/bin/env node
import { batchlabel } from "../Main.js"

await batchlabel(process.argv.slice(2))
