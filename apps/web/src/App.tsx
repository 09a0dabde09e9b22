import { useEffect, useState } from "react"
import { setLang as setRequestLang } from "./api/Http.js"
import { Jobs } from "./pages/Jobs.js"
import { Job } from "./pages/job/Job.js"
import { Login } from "./pages/Login.js"
import { NewJob } from "./pages/make/NewJob.js"
import { Boundary } from "./parts/Boundary.js"
import { FailureNotice } from "./parts/FailureNotice.js"
import { Heading } from "./parts/Heading.js"
import { Loading } from "./parts/Loading.js"
import { Masthead } from "./parts/Masthead.js"
import type { Route } from "./Route.js"
import * as Routes from "./Route.js"
import { recall, remember } from "./state/Memory.js"
import { catchLinks, usePath } from "./state/Navigation.js"
import { useAction } from "./state/useAction.js"
import { useOnline } from "./state/useBrowser.js"
import { SessionContext, type SessionControl, useSessionControl } from "./state/useSession.js"
import { SpeechContext, speechOf, useTexts } from "./state/useTexts.js"
import { type Lang, preferred } from "./text/Lang.js"

const langNow = (): Lang => {
  const chosen = recall("lang")
  return chosen === "ko" || chosen === "en" ? chosen : preferred(navigator.languages)
}

const Unknown = () => {
  const { t } = useTexts()
  const texts = t.unknownPage
  return (
    <>
      <Heading title={`${texts.title} · ${t.name}`}>{texts.title}</Heading>
      <p>{texts.text}</p>
      <p>
        <a href={Routes.jobs}>{texts.link}</a>
      </p>
    </>
  )
}

const Page = ({ route }: { readonly route: Route }) => {
  switch (route.page) {
    case "jobs":
      return <Jobs />
    case "new":
      return <NewJob />
    case "job":
      return <Job key={route.id} id={route.id} />
    case "unknown":
      return <Unknown />
  }
}

const Main = ({ control, route }: { readonly control: SessionControl; readonly route: Route }) => {
  const { t } = useTexts()
  const { check, signedIn, state } = control
  switch (state.kind) {
    case "checking":
      return <Loading />
    case "failed":
      return <FailureNotice failure={state.failure} title={t.failure.heading} onRetry={check} />
    case "out":
      return <Login expired={state.expired} onSession={signedIn} />
    case "in":
      return <Page route={route} />
  }
}

const focusMain = (): void => document.getElementById("main")?.focus()

export const App = () => {
  const [lang, setLang] = useState(langNow)
  const route = Routes.parse(usePath())
  const online = useOnline()
  const control = useSessionControl()
  const speech = speechOf(lang, (chosen) => {
    remember("lang", chosen)
    setLang(chosen)
  })
  const { t } = speech
  setRequestLang(lang)
  useEffect(() => {
    document.documentElement.lang = lang
  }, [lang])
  useEffect(() => {
    document.addEventListener("click", catchLinks)
    return () => document.removeEventListener("click", catchLinks)
  }, [])
  const signingOut = useAction(control.signOut)
  const session = control.state.kind === "in" ? control.state.session : undefined
  return (
    <SpeechContext value={speech}>
      <SessionContext value={session}>
        <button type="button" className="skip" onClick={focusMain}>
          {t.skip}
        </button>
        <Masthead route={route} onSignOut={() => void signingOut.run()} />
        {!online && (
          <p className="offline" role="status">
            {t.offline}
          </p>
        )}
        {signingOut.failure !== undefined && <FailureNotice failure={signingOut.failure} urgent />}
        <main id="main" tabIndex={-1}>
          <Boundary key={JSON.stringify(route)}>
            <Main control={control} route={route} />
          </Boundary>
        </main>
      </SessionContext>
    </SpeechContext>
  )
}
