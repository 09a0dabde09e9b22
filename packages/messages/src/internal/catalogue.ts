/** All texts by code: those of the libraries' codes, and those of the apps' own. */
import { api } from "./catalogue/api.js"
import { config } from "./catalogue/config.js"
import { cost } from "./catalogue/cost.js"
import { csv } from "./catalogue/csv.js"
import { http, limits } from "./catalogue/http.js"
import { job } from "./catalogue/job.js"
import { store } from "./catalogue/store.js"
import { task } from "./catalogue/task.js"
import { usage } from "./catalogue/usage.js"

export const libraries = { ...csv, ...task, ...config, ...api, ...job, ...store, ...cost, ...limits }

export const apps = { ...usage, ...http }
