import { useEffect, useReducer, useState } from "react"
import * as Api from "../../api/Api.js"
import * as Drafts from "../../job/Draft.js"
import { Heading } from "../../parts/Heading.js"
import { Notice } from "../../parts/Notice.js"
import { recall, remember } from "../../state/Memory.js"
import { useMayWrite } from "../../state/useSession.js"
import { useTexts } from "../../state/useTexts.js"
import { EstimateSection } from "./EstimateSection.js"
import { FileSection } from "./FileSection.js"
import { PreviewSection } from "./PreviewSection.js"
import { TaskSection } from "./TaskSection.js"

const tab = (): Storage => sessionStorage

/** What was entered before the page was loaded anew; the upload itself still has to be there. */
const restored = (): Drafts.Draft => {
  try {
    const text = recall("draft", tab)
    return text === undefined ? Drafts.empty : { ...Drafts.empty, ...JSON.parse(text) }
  } catch {
    return Drafts.empty
  }
}

type Change = (draft: Drafts.Draft) => Drafts.Draft

const changed = (draft: Drafts.Draft, change: Change): Drafts.Draft => change(draft)

export const NewJob = () => {
  const { t } = useTexts()
  const mayWrite = useMayWrite()
  const [draft, change] = useReducer(changed, undefined, restored)
  const [restoredUpload] = useState(() => draft.upload?.id)

  useEffect(() => {
    remember("draft", draft === Drafts.empty ? undefined : JSON.stringify(draft), tab)
  }, [draft])

  useEffect(() => {
    if (restoredUpload === undefined) return
    const stop = new AbortController()
    Api.upload(restoredUpload, stop.signal).catch((thrown: unknown) => {
      if (!stop.signal.aborted && thrown instanceof Error && "status" in thrown && thrown.status === 404) {
        change((before) => (before.upload?.id === restoredUpload ? { ...before, upload: undefined } : before))
      }
    })
    return () => stop.abort()
  }, [restoredUpload])

  const heading = <Heading title={`${t.make.title} · ${t.name}`}>{t.make.title}</Heading>
  if (!mayWrite) {
    return (
      <>
        {heading}
        <Notice>{t.readOnly}</Notice>
      </>
    )
  }
  return (
    <>
      {heading}
      <div className="make">
        <FileSection draft={draft} change={change} />
        <TaskSection draft={draft} change={change} />
        <PreviewSection draft={draft} />
        <EstimateSection draft={draft} change={change} onMade={() => remember("draft", undefined, tab)} />
      </div>
    </>
  )
}
