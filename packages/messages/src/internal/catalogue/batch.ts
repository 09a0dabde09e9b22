import { entry, placed } from "./entry.js"

/** An error the API reports for a whole batch. `line` is 1-based in the input file. */
type BatchError = { code: string; message: string; line: number | undefined }

/** `[code] message (line 3)`: the API's own words first, so that they can be searched for. */
const said = {
  ko: (p: BatchError): string =>
    `${p.code === "" ? "" : `[${p.code}] `}${p.message}${p.line === undefined ? "" : ` (${p.line}번째 줄)`}`.trim(),
  en: (p: BatchError): string =>
    `${p.code === "" ? "" : `[${p.code}] `}${p.message}${p.line === undefined ? "" : ` (line ${p.line})`}`.trim()
}

const told = (ko: string, en: string) =>
  entry<BatchError>({ ko: (p) => `${said.ko(p)}\n   ${ko}`, en: (p) => `${said.en(p)}\n   ${en}` })

/** The same with a remedy for the command and one for the page. */
const toldAt = (
  ko: { readonly command: string; readonly page: string },
  en: { readonly command: string; readonly page: string }
) => placed<BatchError>({ ko: (p) => ({ what: said.ko(p), ...ko }), en: (p) => ({ what: said.en(p), ...en }) })

/** What rebuilds the request file, after what is wrong with it. */
const rebuilt = (ko: string, en: string) =>
  toldAt(
    { command: `${ko} 파일을 다시 만드세요: batchlabel submit --new`, page: `${ko} 작업을 새로 만드세요.` },
    { command: `${en} Rebuild the file: batchlabel submit --new`, page: `${en} Create the job again.` }
  )

/** BL41xx: why a batch as a whole failed, and what to do about it. */
export const batch = {
  BL4101: entry<BatchError & { limit: number | undefined }>({
    ko: (p) =>
      `${said.ko(p)}\n   이 모델에 대기시킬 수 있는 토큰 한도${p.limit === undefined ? "" : `(${p.limit.toLocaleString("en-US")})`}에 도달했습니다. 비용은 들지 않았습니다.\n   진행 중인 배치가 끝나면 같은 파일로 다시 만듭니다. 한도: https://platform.openai.com/settings/organization/limits`,
    en: (p) =>
      `${said.en(p)}\n   The enqueued-token limit of this model${p.limit === undefined ? "" : ` (${p.limit.toLocaleString("en-US")})`} is reached. Nothing was charged.\n   The batch is created again from the same file once other batches end. Limits: https://platform.openai.com/settings/organization/limits`
  }),
  BL4102: rebuilt(
    "이 줄은 올바른 JSON이 아닙니다. CSV가 UTF-8인지 확인하세요.",
    "The line is not valid JSON. Check that the CSV is UTF-8."
  ),
  BL4103: rebuilt(
    "줄에 필요한 항목(custom_id, method, url, body, body.model)이 없습니다.",
    "The line lacks a required key (custom_id, method, url, body, body.model)."
  ),
  BL4104: rebuilt(
    "줄의 url이 배치의 엔드포인트와 다릅니다. 작업의 endpoint 설정을 확인하세요.",
    "The url of the line differs from the endpoint of the batch. Check the task's endpoint."
  ),
  BL4105: rebuilt(
    "같은 custom_id가 두 번 쓰였습니다. 파일을 이어 붙이지 마세요.",
    "A custom_id occurs twice. Do not concatenate request files."
  ),
  BL4106: toldAt(
    {
      command: "한 배치에는 한 모델만 쓸 수 있습니다. 모델마다 따로 submit하세요.",
      page: "한 배치에는 한 모델만 쓸 수 있습니다. 모델마다 작업을 따로 만드세요."
    },
    {
      command: "A batch takes one model. Run submit once per model.",
      page: "A batch takes one model. Create a job for each model."
    }
  ),
  BL4107: toldAt(
    {
      command:
        "이 모델이 없거나, 종료되었거나, 이 프로젝트에서 배치로 쓸 수 없습니다. 다른 모델로 새로 시작하세요: batchlabel submit --new --model NAME",
      page: "이 모델이 없거나, 종료되었거나, 이 프로젝트에서 배치로 쓸 수 없습니다. 다른 모델을 고르세요."
    },
    {
      command:
        "The model does not exist, was shut down, or is not available for batches in this project. Start again with another one: batchlabel submit --new --model NAME",
      page: "The model does not exist, was shut down, or is not available for batches in this project. Choose another model."
    }
  ),
  BL4108: told(
    "입력 파일에 요청이 없습니다. CSV에 행이 있는지 확인하세요.",
    "The input file has no requests. Check that the CSV has rows."
  ),
  BL4109: toldAt(
    {
      command: "한 배치의 요청 수 한도를 넘었습니다. 더 작은 조각으로 다시 보내세요: batchlabel submit --new --shard-rows N",
      page: "한 배치의 요청 수 한도를 넘었습니다. 배치를 더 작게 해서(shardRows) 새 작업을 만드세요."
    },
    {
      command: "The file has more requests than a batch takes. Send smaller batches: batchlabel submit --new --shard-rows N",
      page: "The file has more requests than a batch takes. Create a new job with smaller batches (shardRows)."
    }
  ),
  BL4110: toldAt(
    {
      command: "입력 파일이 한도(200 MB)보다 큽니다. 더 작은 조각으로 다시 보내세요: batchlabel submit --new --shard-bytes SIZE",
      page: "입력 파일이 한도(200 MB)보다 큽니다. 배치를 더 작게 해서(shardBytes) 새 작업을 만드세요."
    },
    {
      command: "The input file exceeds the limit of 200 MB. Send smaller batches: batchlabel submit --new --shard-bytes SIZE",
      page: "The input file exceeds the limit of 200 MB. Create a new job with smaller batches (shardBytes)."
    }
  ),
  BL4111: told(
    "방금 올린 파일을 OpenAI가 아직 찾지 못했습니다. 잠시 뒤에 같은 파일로 배치를 다시 만드세요.",
    "OpenAI does not find the uploaded file yet. Create the batch again from the same file in a moment."
  ),
  BL4112: told(
    "크레딧이 없거나 결제 한도에 도달했습니다. 결제 설정을 확인한 뒤 다시 실행하세요: https://platform.openai.com/settings/organization/billing",
    "No credit left, or a billing limit is reached. Check billing, then try again: https://platform.openai.com/settings/organization/billing"
  ),
  BL4113: toldAt(
    {
      command:
        "API 키나 프로젝트에 이 파일 또는 모델을 쓸 권한이 없습니다. 프로젝트와 키의 권한을 확인한 뒤 다시 보내세요: batchlabel submit --new",
      page: "API 키나 프로젝트에 이 파일 또는 모델을 쓸 권한이 없습니다. 서버 관리자가 키의 권한을 확인한 뒤 새 작업을 만드세요."
    },
    {
      command:
        "The API key or project has no access to this file or model. Check the project and the key's permissions, then send again: batchlabel submit --new",
      page: "The API key or project has no access to this file or model. Once the server's operator has corrected the key, create a new job."
    }
  ),
  BL4114: rebuilt(
    "요청의 형식을 OpenAI가 받아들이지 않았습니다. 작업 설정(모델, 매개변수, 엔드포인트)을 확인하세요.",
    "OpenAI rejects the form of the requests. Check the task (model, parameters, endpoint)."
  ),
  BL4115: told(
    "OpenAI 쪽의 오류입니다. 잠시 뒤에 다시 실행하세요. 서비스 상태: https://status.openai.com",
    "An error at OpenAI. Try again later. Service status: https://status.openai.com"
  ),
  BL4198: placed({
    ko: () => ({
      what: "배치가 실패했지만 OpenAI가 이유를 알려 주지 않았습니다.",
      command:
        "CSV가 UTF-8이고 text 열이 있는지, 대시보드에 크레딧이 있는지, batch_openai.jsonl의 내용이 올바른지 확인하세요: https://platform.openai.com/batches",
      page: "CSV가 UTF-8이고 글이 든 열을 골랐는지, 대시보드에 크레딧이 있는지 확인하세요: https://platform.openai.com/batches"
    }),
    en: () => ({
      what: "The batch failed, and OpenAI gave no reason.",
      command:
        "Check that the CSV is UTF-8 and has a text column, that you have credit, and that batch_openai.jsonl looks right: https://platform.openai.com/batches",
      page: "Check that the CSV is UTF-8, that the text column is the right one, and that you have credit: https://platform.openai.com/batches"
    })
  }),
  BL4199: toldAt(
    {
      command:
        "알려지지 않은 오류 코드입니다. CSV가 UTF-8이고 text 열이 있는지, 크레딧이 있는지, batch_openai.jsonl의 내용이 올바른지 확인하세요.",
      page: "알려지지 않은 오류 코드입니다. CSV가 UTF-8이고 글이 든 열을 골랐는지, 크레딧이 있는지 확인하세요."
    },
    {
      command:
        "Unknown error code. Check that the CSV is UTF-8 and has a text column, that you have credit, and that batch_openai.jsonl looks right.",
      page: "Unknown error code. Check that the CSV is UTF-8, that the text column is the right one, and that you have credit."
    }
  )
}
