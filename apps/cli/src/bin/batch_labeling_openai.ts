#!/usr/bin/env node
import { guide } from "../Main.js"

await guide(process.argv.slice(2))
