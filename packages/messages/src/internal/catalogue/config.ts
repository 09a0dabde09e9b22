import { type ApiCall, afterSpace, calling, inParentheses, saying, tail } from "./apiCall.js"
import { entry, placed } from "./entry.js"

/** BL3xxx: configuration and access. */
export const config = {
  BL3001: placed({
    ko: () => ({
      what: "OPENAI_API_KEY not found: OpenAI API 키가 없습니다.",
      command:
        ".env 파일에 OPENAI_API_KEY=sk-proj-… 줄이 있는지 확인하거나 다음을 실행하세요.\n   export OPENAI_API_KEY=sk-proj-…",
      page: "서버 관리자가 키를 설정해야 합니다."
    }),
    en: () => ({
      what: "OPENAI_API_KEY not found: there is no OpenAI API key.",
      command: "Add the line OPENAI_API_KEY=sk-proj-… to .env, or run\n   export OPENAI_API_KEY=sk-proj-…",
      page: "The server's operator must set the key."
    })
  }),
  BL3002: placed({
    ko: () => ({
      what: "OPENAI_API_KEY에 키에 쓰이지 않는 문자가 있습니다(공백, 따옴표, 줄바꿈, 전각 문자 등).",
      command: "키를 다시 복사해 .env 또는 환경 변수에 넣으세요.",
      page: "서버 관리자가 키를 다시 설정해야 합니다."
    }),
    en: () => ({
      what: "OPENAI_API_KEY contains a character that no key has (a space, a quote, a line break, a full-width letter).",
      command: "Copy the key again into .env or the environment.",
      page: "The server's operator must set the key again."
    })
  }),
  BL3003: placed<{ name: string; detail: string }>({
    ko: (p) => ({
      what: `설정 ${p.name}의 값을 쓸 수 없습니다: ${p.detail}`,
      command: `.env 또는 환경 변수에서 ${p.name}을(를) 고치거나 지우세요.`,
      page: "서버 관리자가 이 설정을 고쳐야 합니다."
    }),
    en: (p) => ({
      what: `The value of ${p.name} is not valid: ${p.detail}`,
      command: `Correct or remove ${p.name} in .env or the environment.`,
      page: "The server's operator must correct this setting."
    })
  }),
  BL3004: placed<ApiCall>({
    ko: (p) => ({
      what: `OpenAI가 API 키를 인정하지 않았습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}`,
      command: `OPENAI_API_KEY가 유효한지, OPENAI_BASE_URL이 그 키의 서버인지 확인하세요: https://platform.openai.com/api-keys${tail.ko(p)}`,
      page: `서버 관리자가 키와 서버 주소를 확인해야 합니다: https://platform.openai.com/api-keys${tail.ko(p)}`
    }),
    en: (p) => ({
      what: `OpenAI does not accept the API key${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}`,
      command: `Check that OPENAI_API_KEY is valid and belongs to the server at OPENAI_BASE_URL: https://platform.openai.com/api-keys${tail.en(p)}`,
      page: `The server's operator must check the key and the API address: https://platform.openai.com/api-keys${tail.en(p)}`
    })
  }),
  BL3005: placed<ApiCall>({
    ko: (p) => ({
      what: `API 키에 권한이 없습니다${inParentheses(p.status)}: ${calling.ko(p)}${saying(p)}`,
      command: `키의 권한(Files와 Batches의 쓰기), OPENAI_ORG_ID와 OPENAI_PROJECT_ID, 이용 가능 지역을 확인하세요.${tail.ko(p)}`,
      page: `서버 관리자가 키의 권한(Files와 Batches의 쓰기), 조직과 프로젝트, 이용 가능 지역을 확인해야 합니다.${tail.ko(p)}`
    }),
    en: (p) => ({
      what: `The API key lacks permission${afterSpace(p.status)}: ${calling.en(p)}${saying(p)}`,
      command: `Check the key's permissions (write access to files and batches), OPENAI_ORG_ID and OPENAI_PROJECT_ID, and that your region is supported.${tail.en(p)}`,
      page: `The server's operator must check the key's permissions (write access to files and batches), organization, project and region.${tail.en(p)}`
    })
  }),
  BL3006: entry({
    ko: () =>
      "웹훅 비밀 값(OPENAI_WEBHOOK_SECRET)이 없거나 올바르지 않습니다.\n   OpenAI 프로젝트 설정의 Webhooks에서 whsec_로 시작하는 값을 복사하세요.",
    en: () =>
      "The webhook secret (OPENAI_WEBHOOK_SECRET) is missing or not valid.\n   Copy the value that starts with whsec_ from Webhooks in your OpenAI project settings."
  })
}
