import { Component, type ReactNode } from "react"
import { SpeechContext } from "../state/useTexts.js"

interface State {
  readonly broken: boolean
}

/** What stands where a fault of the page itself would leave it blank. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  static override contextType = SpeechContext
  declare context: React.ContextType<typeof SpeechContext>
  override state: State = { broken: false }

  static getDerivedStateFromError(): State {
    return { broken: true }
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    const { failure } = this.context.t
    return (
      <div className="notice notice-error" role="alert">
        <p>{failure.broken}</p>
        <button type="button" className="button button-plain" onClick={() => location.reload()}>
          <span>{failure.reload}</span>
        </button>
      </div>
    )
  }
}
