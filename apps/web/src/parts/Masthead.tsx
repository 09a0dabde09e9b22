import { useContext, useState } from "react"
import type { Route } from "../Route.js"
import * as Routes from "../Route.js"
import { recall, remember } from "../state/Memory.js"
import { SessionContext } from "../state/useSession.js"
import { useTexts } from "../state/useTexts.js"
import { langs } from "../text/Lang.js"

type Theme = "system" | "light" | "dark"

const themes: ReadonlyArray<Theme> = ["system", "light", "dark"]

const themeNow = (): Theme => {
  const theme = recall("theme")
  return theme === "light" || theme === "dark" ? theme : "system"
}

const show = (theme: Theme): void => {
  if (theme === "system") delete document.documentElement.dataset["theme"]
  else document.documentElement.dataset["theme"] = theme
  remember("theme", theme === "system" ? undefined : theme)
}

const ThemeChoice = () => {
  const { t } = useTexts()
  const [theme, setTheme] = useState(themeNow)
  return (
    <label className="choice">
      <span className="visually-hidden">{t.theme.label}</span>
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find((one) => one === target.value) ?? "system"
          setTheme(chosen)
          show(chosen)
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {t.theme[one]}
          </option>
        ))}
      </select>
    </label>
  )
}

const LangChoice = () => {
  const { lang, setLang, t } = useTexts()
  return (
    <fieldset className="segmented">
      <legend className="visually-hidden">{t.lang.label}</legend>
      {langs.map((one) => (
        <label key={one} lang={one}>
          <input type="radio" name="lang" value={one} checked={one === lang} onChange={() => setLang(one)} />
          <span>{t.lang[one]}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface Props {
  readonly route: Route
  readonly onSignOut: () => void
}

export const Masthead = ({ onSignOut, route }: Props) => {
  const { t } = useTexts()
  const session = useContext(SessionContext)
  const link = (page: Route["page"], href: string, text: string) => (
    <a href={href} aria-current={route.page === page ? "page" : undefined}>
      {text}
    </a>
  )
  return (
    <header className="masthead">
      <div className="masthead-top">
        <a className="wordmark" href={Routes.jobs}>
          {t.name}
        </a>
        <div className="masthead-choices">
          <LangChoice />
          <ThemeChoice />
        </div>
      </div>
      {session !== undefined && (
        <div className="masthead-bar">
          <nav aria-label={t.nav.label}>
            {link("jobs", Routes.jobs, t.nav.jobs)}
            {link("new", Routes.newJob, t.nav.newJob)}
            <a href="/docs">{t.nav.api}</a>
          </nav>
          <div className="who">
            <span>{t.scope(session.token.name, session.token.scope)}</span>
            <button type="button" className="link-button" onClick={onSignOut}>
              {t.nav.signOut}
            </button>
          </div>
        </div>
      )}
    </header>
  )
}
