import { entry } from "./entry.js"

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

/** BL41xx: why a batch as a whole failed, and what to do about it. */
export const batch = {
  BL4101: entry<BatchError & { limit: number | undefined }>({
    ko: (p) =>
      `${said.ko(p)}\n   이 모델에 대기시킬 수 있는 토큰 한도${p.limit === undefined ? "" : `(${p.limit.toLocaleString("en-US")})`}에 도달했습니다. 비용은 들지 않았습니다.\n   진행 중인 배치가 끝나면 같은 파일로 다시 만듭니다. 한도: https://platform.openai.com/settings/organization/limits`,
    en: (p) =>
      `${said.en(p)}\n   The limit of enqueued tokens for this model${p.limit === undefined ? "" : ` (${p.limit.toLocaleString("en-US")})`} is reached. Nothing was charged.\n   The same file is used again once other batches have ended. Limits: https://platform.openai.com/settings/organization/limits`
  }),
  BL4102: told(
    "이 줄은 올바른 JSON이 아닙니다. CSV가 UTF-8인지 확인하고 파일을 다시 만드세요(batchlabel submit --new). 직접 고쳤다면 batch_openai.jsonl의 이 줄을 확인하세요.",
    "The line is not valid JSON. Check that the CSV is UTF-8 and make the file again: batchlabel submit --new. If you edited batch_openai.jsonl, look at this line."
  ),
  BL4103: told(
    "줄에 필요한 항목(custom_id, method, url, body, body.model)이 없습니다. 파일을 다시 만드세요(batchlabel submit --new).",
    "The line lacks a key it needs (custom_id, method, url, body, body.model). Make the file again: batchlabel submit --new."
  ),
  BL4104: told(
    "줄의 url이 배치의 엔드포인트와 다릅니다. 작업의 endpoint 설정을 확인하고 파일을 다시 만드세요(batchlabel submit --new).",
    "The url of the line is not the endpoint of the batch. Check the endpoint of the task and make the file again: batchlabel submit --new."
  ),
  BL4105: told(
    "같은 custom_id가 두 번 쓰였습니다. 파일을 이어 붙이지 말고 입력 CSV에서 다시 만드세요(batchlabel submit --new).",
    "A custom_id is used twice. Do not join files; make the file again from the input CSV: batchlabel submit --new."
  ),
  BL4106: told(
    "한 배치에는 한 모델만 쓸 수 있습니다. 모델마다 따로 submit하세요.",
    "A batch takes one model only. Submit once for each model."
  ),
  BL4107: told(
    "이 모델이 없거나, 종료되었거나, 이 프로젝트에서 배치로 쓸 수 없습니다. 다른 모델로 새로 시작하세요: batchlabel submit --new --model NAME",
    "The model does not exist, was shut down, or cannot be used in batches of this project. Start again with another one: batchlabel submit --new --model NAME"
  ),
  BL4108: told(
    "입력 파일에 요청이 없습니다. CSV에 행이 있는지 확인하세요.",
    "The input file holds no request. Check that the CSV has rows."
  ),
  BL4109: told(
    "한 배치의 요청 수 한도를 넘었습니다. 더 작은 조각으로 다시 보내세요: batchlabel submit --new --shard-rows N",
    "There are more requests than a batch takes. Send smaller ones: batchlabel submit --new --shard-rows N"
  ),
  BL4110: told(
    "입력 파일이 한도(200 MB)보다 큽니다. 더 작은 조각으로 다시 보내세요: batchlabel submit --new --shard-bytes SIZE",
    "The input file is larger than the limit (200 MB). Send smaller ones: batchlabel submit --new --shard-bytes SIZE"
  ),
  BL4111: told(
    "방금 올린 파일을 OpenAI가 아직 찾지 못했습니다. 잠시 뒤에 같은 파일로 배치를 다시 만드세요.",
    "OpenAI does not find the file that was just uploaded. Create the batch again from the same file in a moment."
  ),
  BL4112: told(
    "크레딧이 없거나 결제 한도에 도달했습니다. 결제 설정을 확인한 뒤 다시 실행하세요: https://platform.openai.com/settings/organization/billing",
    "There is no credit left, or a billing limit is reached. Check billing, then run again: https://platform.openai.com/settings/organization/billing"
  ),
  BL4113: told(
    "API 키나 프로젝트에 이 파일 또는 모델을 쓸 권한이 없습니다. 프로젝트와 키의 권한을 확인한 뒤 다시 보내세요: batchlabel submit --new",
    "The API key or project may not use this file or model. Check the project and the permissions of the key, then send again: batchlabel submit --new"
  ),
  BL4114: told(
    "요청의 형식을 OpenAI가 받아들이지 않았습니다. 작업 설정(모델, 매개변수, 엔드포인트)을 확인하고 파일을 다시 만드세요(batchlabel submit --new).",
    "OpenAI does not accept the form of the requests. Check the task (model, parameters, endpoint) and make the file again: batchlabel submit --new."
  ),
  BL4115: told(
    "OpenAI 쪽의 오류입니다. 잠시 뒤에 다시 실행하세요. 서비스 상태: https://status.openai.com",
    "The fault is on OpenAI's side. Run again in a while. Service status: https://status.openai.com"
  ),
  BL4198: entry({
    ko: () =>
      "배치가 실패했지만 OpenAI가 이유를 알려 주지 않았습니다.\n   CSV가 UTF-8이고 text 열이 있는지, 대시보드에 크레딧이 있는지, batch_openai.jsonl의 내용이 올바른지 확인하세요: https://platform.openai.com/batches",
    en: () =>
      "the batch failed and OpenAI gives no reason.\n   Check that the CSV is UTF-8 and has a text column, that there is credit on the dashboard, and that batch_openai.jsonl looks right: https://platform.openai.com/batches"
  }),
  BL4199: told(
    "알려지지 않은 오류 코드입니다. CSV가 UTF-8이고 text 열이 있는지, 크레딧이 있는지, batch_openai.jsonl의 내용이 올바른지 확인하세요.",
    "The code is not known to this version. Check that the CSV is UTF-8 and has a text column, that there is credit, and that batch_openai.jsonl looks right."
  )
}
