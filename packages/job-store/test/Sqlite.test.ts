import { sqliteFile, sqliteMemory } from "./backends.js"
import { interleavings } from "./interleavings.js"
import { suite } from "./suite.js"

suite(sqliteFile)
suite(sqliteMemory)
interleavings(sqliteMemory, 40)
