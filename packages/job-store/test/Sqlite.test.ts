import { sqliteFile, sqliteMemory } from "./backends.js"
import { suite } from "./suite.js"

suite(sqliteFile)
suite(sqliteMemory)
