import { type ApiCall, afterSpace, calling, inParentheses, saying, tail } from "./apiCall.js"
import { entry } from "./entry.js"

/** BL3xxx: configuration and access. */
export const config = {
  BL3001: entry({
    ko: () =>
      "OPENAI_API_KEY not found: OpenAI API 키가 없습니다.\n   .env 파일에 OPENAI_API_KEY=sk-proj-… 줄이 있는지 확인하거나 다음을 실행하세요.\n   export OPENAI_API_KEY=sk-proj-…",
    en: () =>
      "OPENAI_API_KEY not found: there is no OpenAI API key.\n   Look in `.env` for a line OPENAI_API_KEY=sk-proj-…, or run\n   export OPENAI_API_KEY=sk-proj-…"
  }),
  BL3002: entry({
    ko: () =>
      "OPENAI_API_KEY에 키에 쓰이지 않는 문자가 있습니다(공백, 따옴표, 줄바꿈, 전각 문자 등).\n   키를 다시 복사해 .env 또는 환경 변수에 넣으세요.",
    en: () =>
      "OPENAI_API_KEY holds a character that no key has (a space, a quote, a line break, a full-width letter).\n   Copy the key again into `.env` or the environment."
  }),
  BL3003: entry<{ name: string; detail: string }>({
    ko: (p) => `설정 ${p.name}의 값을 쓸 수 없습니다: ${p.detail}\n   .env 또는 환경 변수에서 ${p.name}을(를) 고치거나 지우세요.`,
    en: (p) =>
      `the value of ${p.name} cannot be used: ${p.detail}\n   Correct or remove ${p.name} in \`.env\` or the environment.`
  }),
  BL3004: entry<ApiCall>({
    ko: (p) =>
      `OpenAI가 API 키를 인정하지 않았습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   OPENAI_API_KEY가 유효한지, OPENAI_BASE_URL이 그 키의 서버인지 확인하세요: https://platform.openai.com/api-keys${tail.ko(p)}`,
    en: (p) =>
      `OpenAI does not accept the API key${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Check that OPENAI_API_KEY is valid and that OPENAI_BASE_URL is the server it belongs to: https://platform.openai.com/api-keys${tail.en(p)}`
  }),
  BL3005: entry<ApiCall>({
    ko: (p) =>
      `API 키에 권한이 없습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}\n   키의 권한(Files와 Batches의 쓰기), OPENAI_ORG_ID와 OPENAI_PROJECT_ID, 이용 가능 지역을 확인하세요.${tail.ko(p)}`,
    en: (p) =>
      `the API key may not do this${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}\n   Check the permissions of the key (write access to files and batches), OPENAI_ORG_ID and OPENAI_PROJECT_ID, and that your region is supported.${tail.en(p)}`
  }),
  BL3006: entry({
    ko: () =>
      "웹훅 비밀 값(OPENAI_WEBHOOK_SECRET)이 없거나 올바르지 않습니다.\n   OpenAI 프로젝트 설정의 Webhooks에서 whsec_로 시작하는 값을 복사하세요.",
    en: () =>
      "the webhook secret (OPENAI_WEBHOOK_SECRET) is missing or not valid.\n   Copy the value that begins with whsec_ from Webhooks in the settings of your OpenAI project."
  })
}
