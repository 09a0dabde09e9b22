import { entry, placed } from "./entry.js"

/** How a damaged job is rebuilt. */
const rebuild = {
  ko: (job: string) => ({
    command: `다른 batchlabel 프로세스를 모두 끝내고 저장소의 사본을 남긴 뒤, batchlabel recover 로 작업 ${job}을(를) OpenAI의 배치 목록에서 다시 만드세요.`,
    page: "서버 관리자가 저장소를 고쳐야 합니다."
  }),
  en: (job: string) => ({
    command: `End all other batchlabel processes and copy the store, then rebuild job ${job} from OpenAI's batch list with batchlabel recover.`,
    page: "The server's operator must repair the store."
  })
}

const operator = { ko: "계속되면 서버 관리자에게 알리세요.", en: "If this continues, tell the server's operator." }

/** BL51xx: the job store. From BL5120 on: faults that a check of the store finds. */
export const store = {
  BL5101: entry<{ location: string; found: number; supported: number }>({
    ko: (p) =>
      `작업 저장소가 더 새로운 batchlabel로 쓰였습니다: ${p.location} (형식 ${p.found}, 이 버전은 ${p.supported}까지)\n   아무것도 바꾸지 않았습니다. 프로그램을 업데이트하세요.`,
    en: (p) =>
      `The job store was written by a newer version: ${p.location} (format ${p.found}, this version supports up to ${p.supported})\n   Nothing was changed. Update this program.`
  }),
  BL5102: placed<{ location: string; detail: string }>({
    ko: (p) => ({
      what: `다른 프로세스가 작업 저장소를 계속 쓰고 있습니다: ${p.location}\n   ${p.detail}`,
      command: "잠시 뒤에 같은 명령을 다시 실행하세요. 계속되면 저장소를 열어 둔 프로그램을 닫으세요.",
      page: `잠시 뒤에 다시 시도하세요. ${operator.ko}`
    }),
    en: (p) => ({
      what: `Another process keeps the job store busy: ${p.location}\n   ${p.detail}`,
      command: "Run the same command again later. If this continues, close the program that holds the store open.",
      page: `Try again later. ${operator.en}`
    })
  }),
  BL5103: placed<{ location: string; detail: string }>({
    ko: (p) => ({
      what: `작업 저장소가 손상되었습니다: ${p.location}\n   ${p.detail}`,
      command:
        "batchlabel store check 로 확인하세요. 저장소를 다른 이름으로 옮겨 두면 batchlabel recover 가 작업을 OpenAI의 배치 목록에서 다시 만듭니다.",
      page: "서버 관리자가 저장소를 고쳐야 합니다."
    }),
    en: (p) => ({
      what: `The job store is damaged: ${p.location}\n   ${p.detail}`,
      command:
        "Inspect it with batchlabel store check. After you move it away, batchlabel recover rebuilds the jobs from OpenAI's batch list.",
      page: "The server's operator must repair the store."
    })
  }),
  BL5104: placed<{ location: string; detail: string }>({
    ko: (p) => ({
      what: `작업 저장소를 쓸 수 없습니다: ${p.location}\n   ${p.detail}`,
      command: "경로와 권한(PostgreSQL이면 주소, 계정, 서버 상태)을 확인한 뒤 같은 명령을 다시 실행하세요.",
      page: `잠시 뒤에 다시 시도하세요. ${operator.ko}`
    }),
    en: (p) => ({
      what: `The job store is not available: ${p.location}\n   ${p.detail}`,
      command: "Check path and permissions (for PostgreSQL: address, account and server), then run the same command again.",
      page: `Try again later. ${operator.en}`
    })
  }),
  BL5140: entry<{ location: string; node: string; detail: string }>({
    ko: (p) =>
      `SQLite를 불러올 수 없어 작업 저장소를 열지 못했습니다: ${p.location}\n   ${p.detail}\n   Node ${p.node}에는 SQLite가 들어 있지 않습니다. 둘 중 하나면 됩니다.\n   - Node 22.13 이상을 설치하세요(https://nodejs.org). 다른 것은 필요 없습니다.\n   - C++ 컴파일러, make, Python 3을 설치하고(Debian, Ubuntu: apt-get install -y build-essential python3) 이 프로그램을 다시 설치하세요.`,
    en: (p) =>
      `Cannot open the job store without SQLite: ${p.location}\n   ${p.detail}\n   Node ${p.node} does not include SQLite. Do one of these:\n   - Install Node 22.13 or newer (https://nodejs.org). Nothing else is needed.\n   - Install a C++ compiler, make and Python 3 (Debian, Ubuntu: apt-get install -y build-essential python3), then reinstall this program.`
  }),
  BL5105: placed<{ name: string }>({
    ko: (p) => ({
      what: `'${p.name}' 작업권을 잃어 멈췄습니다. 이 컴퓨터가 오래 멈췄거나 저장소에 닿지 못한 사이에 다른 프로세스가 이어받았을 수 있습니다.`,
      command: "batchlabel check 로 상태를 확인하세요. 저장된 것은 잃지 않습니다.",
      page: "저장된 것은 잃지 않습니다."
    }),
    en: (p) => ({
      what: `Stopped: the lease '${p.name}' was lost. This machine was suspended or could not reach the store for too long, and another process may have taken over.`,
      command: "See the state with batchlabel check. Stored results are safe.",
      page: "Stored results are safe."
    })
  }),
  BL5106: placed<{ location: string; detail: string }>({
    ko: (p) => ({
      what: `작업 저장소의 디스크가 가득 찼습니다: ${p.location}\n   ${p.detail}`,
      command: "공간을 비운 뒤 같은 명령을 다시 실행하면 이어집니다.",
      page: "서버 관리자가 공간을 비우면 이어집니다."
    }),
    en: (p) => ({
      what: `The disk of the job store is full: ${p.location}\n   ${p.detail}`,
      command: "Free some space, then run the same command again to continue.",
      page: "Work continues when the server's operator frees some space."
    })
  }),
  BL5107: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `다른 프로세스가 같은 것을 동시에 바꿨습니다: ${p.location}\n   ${p.detail}\n   이번 변경은 저장하지 않았습니다. 다시 시도하세요.`,
    en: (p) =>
      `Another process made a conflicting change: ${p.location}\n   ${p.detail}\n   This change was not stored. Try again.`
  }),
  BL5120: placed<{ location: string; detail: string }>({
    ko: (p) => ({
      what: `저장소 파일이 온전하지 않습니다: ${p.location}: ${p.detail}`,
      command: "파일을 다른 이름으로 옮겨 두고 백업을 되돌리거나, batchlabel recover 로 작업을 다시 만드세요.",
      page: "서버 관리자가 저장소를 고쳐야 합니다."
    }),
    en: (p) => ({
      what: `The store file is damaged: ${p.location}: ${p.detail}`,
      command: "Move it away, then restore a backup or rebuild the jobs with batchlabel recover.",
      page: "The server's operator must repair the store."
    })
  }),
  BL5121: placed<{ job: string; shard: number; live: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard}은(는) 실행 중인데 진행 중인 시도가 ${p.live}개입니다 (1개여야 합니다).`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Shard ${p.shard} of job ${p.job} is running with ${p.live} live attempts instead of one.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5122: placed<{ job: string; shard: number; state: string; live: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard}은(는) '${p.state}' 상태인데 진행 중인 시도가 ${p.live}개 있습니다.`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Shard ${p.shard} of job ${p.job} is ${p.state} but has ${p.live} live attempt(s).`,
      ...rebuild.en(p.job)
    })
  }),
  BL5123: placed<{ job: string; shard: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard}은(는) 끝난 것으로 되어 있지만 받은 결과도 후속 샤드도 없습니다.`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Shard ${p.shard} of job ${p.job} is settled but has neither a collected attempt nor a follow-up.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5124: placed<{ job: string; state: string; shards: number; live: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}은(는) '${p.state}'인데 끝나지 않은 샤드 ${p.shards}개, 진행 중인 시도 ${p.live}개가 있습니다.`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Job ${p.job} is ${p.state} but has ${p.shards} unsettled shard(s) and ${p.live} live attempt(s).`,
      ...rebuild.en(p.job)
    })
  }),
  BL5125: placed<{ row: string; detail: string; job: string }>({
    ko: (p) => ({ what: `저장소의 값이 잘못되었습니다: ${p.row}: ${p.detail}`, ...rebuild.ko(p.job) }),
    en: (p) => ({ what: `A stored value is not valid: ${p.row}: ${p.detail}`, ...rebuild.en(p.job) })
  }),
  BL5126: placed<{ job: string; shard: number; attempt: number; state: string; missing: string }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard} 시도 ${p.attempt}은(는) '${p.state}' 상태인데 ${p.missing} 값이 없습니다.`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Attempt ${p.attempt} of shard ${p.shard} of job ${p.job} is ${p.state} without ${p.missing}.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5127: placed<{ job: string; batch: string; shards: ReadonlyArray<string> }>({
    ko: (p) => ({
      what: `작업 ${p.job}에서 배치 ${p.batch}을(를) 여러 시도가 가리킵니다: 샤드 ${p.shards.join(", ")}`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Several attempts of job ${p.job} point at batch ${p.batch}: shards ${p.shards.join(", ")}.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5128: placed<{ table: string; rows: number; parent: string }>({
    ko: (p) => ({
      what: `${p.table} 표의 ${p.rows}개 행이 ${p.parent}에 없는 것을 가리킵니다.`,
      command: "저장소의 사본을 남긴 뒤 백업을 되돌리거나, 저장소를 옮겨 두고 batchlabel recover 로 작업을 다시 만드세요.",
      page: "서버 관리자가 저장소를 고쳐야 합니다."
    }),
    en: (p) => ({
      what: `${p.rows} row(s) of table ${p.table} refer to rows that ${p.parent} does not have.`,
      command: "Copy the store, then restore a backup, or move the store away and rebuild the jobs with batchlabel recover.",
      page: "The server's operator must repair the store."
    })
  }),
  BL5129: placed<{ job: string; shard: number; parent: number; state: string }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard}은(는) 샤드 ${p.parent}을(를) 잇는데, 그 샤드가 '${p.state}' 상태입니다 (settled여야 합니다).`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `Shard ${p.shard} of job ${p.job} follows shard ${p.parent}, which is ${p.state} instead of settled.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5130: placed<{ job: string; rows: number; sum: number }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 행 수가 맞지 않습니다: 전체 ${p.rows}행, 부분의 합 ${p.sum}행.`,
      ...rebuild.ko(p.job)
    }),
    en: (p) => ({
      what: `The rows of job ${p.job} do not add up: ${p.rows} in total, ${p.sum} in its parts.`,
      ...rebuild.en(p.job)
    })
  }),
  BL5131: placed<{ job: string; shard: number; followUps: ReadonlyArray<string> }>({
    ko: (p) => ({
      what: `작업 ${p.job}의 샤드 ${p.shard}에 후속 샤드가 여럿입니다 (${p.followUps.join(", ")}). 같은 요청을 두 번 보낼 수 있습니다.`,
      command: `batchlabel cancel ${p.job} 로 멈춰 두세요.\n   ${rebuild.ko(p.job).command}`,
      page: rebuild.ko(p.job).page
    }),
    en: (p) => ({
      what: `Shard ${p.shard} of job ${p.job} has several follow-ups (${p.followUps.join(", ")}), which may send the same requests twice.`,
      command: `Stop it with batchlabel cancel ${p.job}.\n   ${rebuild.en(p.job).command}`,
      page: rebuild.en(p.job).page
    })
  })
}
