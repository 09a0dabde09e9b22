import { type ApiCall, afterSpace, calling, inParentheses, saying, tail } from "./apiCall.js"
import { batch } from "./batch.js"
import { entry, placed } from "./entry.js"

const status = "https://status.openai.com"
const billing = "https://platform.openai.com/settings/organization/billing"
const dashboard = "https://platform.openai.com/batches"

/** BL4xxx: the API. BL40xx calls, BL41xx batches (see batch.ts), BL42xx webhooks. */
export const api = {
  ...batch,
  BL4001: entry<ApiCall & { seconds: number | undefined }>({
    ko: (p) =>
      `요청이 너무 많아 OpenAI가 거절했습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   ${p.seconds === undefined ? "잠시" : `${p.seconds}초`} 뒤에 다시 시도하세요.${tail.ko(p)}`,
    en: (p) =>
      `Too many requests for OpenAI${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Try again ${p.seconds === undefined ? "later" : `in ${p.seconds} s`}.${tail.en(p)}`
  }),
  BL4002: entry<ApiCall>({
    ko: (p) =>
      `OpenAI 크레딧이 없거나 결제 한도에 도달했습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   크레딧과 한도를 확인한 뒤 다시 시도하세요: ${billing}\n   이미 만든 배치는 그대로 진행됩니다.${tail.ko(p)}`,
    en: (p) =>
      `No OpenAI credit left, or a billing limit is reached${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Check credit and limits, then try again: ${billing}\n   Existing batches keep running.${tail.en(p)}`
  }),
  BL4003: entry<ApiCall>({
    ko: (p) =>
      `OpenAI에서 찾을 수 없습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   ID를 확인하세요. 배치와 파일은 API 키의 프로젝트에서만 보이고, 결과 파일은 30일 뒤에 사라집니다.\n   ${dashboard}${tail.ko(p)}`,
    en: (p) =>
      `Not found at OpenAI${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Check the ID. Batches and files are visible only in the API key's project, and result files are deleted after 30 days.\n   ${dashboard}${tail.en(p)}`
  }),
  BL4004: entry<ApiCall & { code: string | undefined; param: string | undefined }>({
    ko: (p) =>
      `OpenAI가 요청을 받아들이지 않았습니다${inParentheses(p.status, p.code, p.param)}: ${calling.ko(p)}${saying(p)}\n   위 내용에 따라 설정이나 입력을 고치세요. 그대로 다시 보내도 결과는 같습니다.${tail.ko(p)}`,
    en: (p) =>
      `OpenAI rejected the request${afterSpace(p.status, p.code, p.param)}: ${calling.en(p)}${saying(p)}\n   Correct the setting or input it names. Sending the same request again fails again.${tail.en(p)}`
  }),
  BL4005: entry<ApiCall>({
    ko: (p) =>
      `파일이 OpenAI의 한도보다 큽니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   배치 입력 파일은 200 MB까지입니다. 더 작은 조각으로 나누어 보내세요.${tail.ko(p)}`,
    en: (p) =>
      `The file is too large for OpenAI${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   A batch input file can have 200 MB. Send smaller parts.${tail.en(p)}`
  }),
  BL4006: entry<ApiCall>({
    ko: (p) =>
      `지금 상태에서는 할 수 없는 요청입니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   상태를 확인한 뒤 다시 시도하세요.${tail.ko(p)}`,
    en: (p) =>
      `Not possible in the current state${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Check the status, then try again.${tail.en(p)}`
  }),
  BL4007: entry<ApiCall>({
    ko: (p) =>
      `OpenAI 서버 오류${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   잠시 뒤에 다시 시도하세요. 서비스 상태: ${status}${tail.ko(p)}`,
    en: (p) =>
      `OpenAI server error${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Try again later. Service status: ${status}${tail.en(p)}`
  }),
  BL4008: placed<ApiCall & { code: string | undefined }>({
    ko: (p) => ({
      what: `OpenAI에 연결하지 못했거나 연결이 끊어졌습니다${inParentheses(p.code)}: ${calling.ko(p)}${saying(p)}`,
      command: `네트워크, 프록시, OPENAI_BASE_URL을 확인한 뒤 같은 명령을 다시 실행하세요.${tail.ko(p)}`,
      page: `잠시 뒤에 다시 시도하세요. 계속되면 서버 관리자가 네트워크와 프록시를 확인해야 합니다.${tail.ko(p)}`
    }),
    en: (p) => ({
      what: `Connection to OpenAI failed or broke${afterSpace(p.code)}: ${calling.en(p)}${saying(p)}`,
      command: `Check the network, the proxy and OPENAI_BASE_URL, then run the same command again.${tail.en(p)}`,
      page: `Try again later. If this continues, the server's operator must check the network and the proxy.${tail.en(p)}`
    })
  }),
  BL4009: entry<ApiCall & { seconds: number | undefined }>({
    ko: (p) =>
      `OpenAI가 제때 응답하지 않았습니다${inParentheses(p.seconds === undefined ? undefined : `${p.seconds}초`)}: ${calling.ko(p)}${saying(p)}\n   잠시 뒤에 다시 시도하세요.${tail.ko(p)}`,
    en: (p) =>
      `OpenAI did not answer in time${afterSpace(p.seconds === undefined ? undefined : `${p.seconds} s`)}: ${calling.en(p)}${saying(p)}\n   Try again later.${tail.en(p)}`
  }),
  BL4010: entry<ApiCall & { received: number; expected: number | undefined }>({
    ko: (p) =>
      `다운로드가 완전하지 않습니다: ${calling.ko(p)}\n   ${p.received}바이트${p.expected === undefined ? "" : ` / ${p.expected}바이트`}: ${p.detail}\n   불완전한 파일은 지웠습니다. 결과는 OpenAI에 남아 있으니 다시 시도하세요.${tail.ko(p)}`,
    en: (p) =>
      `Incomplete download: ${calling.en(p)}\n   ${p.received}${p.expected === undefined ? "" : ` of ${p.expected}`} bytes: ${p.detail}\n   The incomplete file was removed. The results are still at OpenAI: try again.${tail.en(p)}`
  }),
  BL4011: entry<{ path: string; access: string; detail: string }>({
    ko: (p) =>
      `파일을 ${p.access === "read" ? "읽을" : "쓸"} 수 없습니다: ${p.path}\n   ${p.detail}\n   경로, 권한, 디스크 공간을 확인한 뒤 다시 시도하세요.`,
    en: (p) => `Cannot ${p.access}: ${p.path}\n   ${p.detail}\n   Check the path, permissions and disk space, then try again.`
  }),
  BL4012: placed<ApiCall>({
    ko: (p) => ({
      what: `서버의 응답을 이해할 수 없습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}`,
      command: `OPENAI_BASE_URL이 OpenAI API(또는 호환 서버)의 주소인지, 중간에 프록시가 있는지 확인하세요.${tail.ko(p)}`,
      page: `서버 관리자가 API 주소와 프록시를 확인해야 합니다.${tail.ko(p)}`
    }),
    en: (p) => ({
      what: `Unexpected reply from the API${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}`,
      command: `Check that OPENAI_BASE_URL is the address of OpenAI's API or a compatible server, and that no proxy answers instead.${tail.en(p)}`,
      page: `The server's operator must check the API address and the proxy.${tail.en(p)}`
    })
  }),
  BL4201: entry<{ header: string }>({
    ko: (p) => `웹훅 요청에 ${p.header} 헤더가 없습니다.\n   OpenAI가 보낸 요청이 아니거나 프록시가 헤더를 지웠습니다.`,
    en: (p) => `The webhook request has no ${p.header} header.\n   It is not from OpenAI, or a proxy removed the header.`
  }),
  BL4202: entry({
    ko: () =>
      "웹훅 서명이 맞지 않습니다.\n   OPENAI_WEBHOOK_SECRET이 이 웹훅의 것인지, 프록시가 본문을 바꾸지 않는지 확인하세요.",
    en: () =>
      "The webhook signature does not match.\n   Check that OPENAI_WEBHOOK_SECRET belongs to this webhook and that no proxy changes the body."
  }),
  BL4203: entry<{ seconds: number; tolerance: number }>({
    ko: (p) =>
      `웹훅 시각이 ${p.seconds}초 어긋났습니다(허용 ${p.tolerance}초).\n   다시 보낸 옛 요청이거나 서버의 시계가 맞지 않습니다.`,
    en: (p) =>
      `The webhook timestamp is off by ${p.seconds} s (${p.tolerance} s are allowed).\n   It is a replayed request, or this server's clock is wrong.`
  }),
  BL4204: entry<{ detail: string }>({
    ko: (p) => `웹훅 본문을 이해할 수 없습니다: ${p.detail}`,
    en: (p) => `The webhook body is not a known event: ${p.detail}`
  })
}
