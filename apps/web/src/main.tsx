import { createRoot } from "react-dom/client"
import { App } from "./App.js"
import "./styles/tokens.css"
import "./styles/base.css"
import "./styles/controls.css"
import "./styles/tables.css"
import "./styles/pages.css"
import "./styles/job.css"

const root = document.getElementById("root")
if (root !== null) createRoot(root).render(<App />)
