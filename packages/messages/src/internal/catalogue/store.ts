import { entry } from "./entry.js"

const rebuild = {
  ko: (job: string) =>
    `\n   다른 batchlabel 프로세스를 모두 끝내고 저장소의 사본을 남긴 뒤, batchlabel recover 로 작업 ${job}을(를) OpenAI의 배치 목록에서 다시 만드세요.`,
  en: (job: string) =>
    `\n   End all other batchlabel processes, keep a copy of the store, then rebuild job ${job} from OpenAI's list of batches with \`batchlabel recover\`.`
}

/** BL51xx: the store of jobs. BL5120 and up: faults that `batchlabel store check` finds. */
export const store = {
  BL5101: entry<{ location: string; found: number; supported: number }>({
    ko: (p) =>
      `작업 저장소가 더 새로운 batchlabel로 쓰였습니다: ${p.location} (형식 ${p.found}, 이 버전은 ${p.supported}까지)\n   아무것도 바꾸지 않았습니다. batchlabel을 업데이트하세요.`,
    en: (p) =>
      `the job store was written by a newer batchlabel: ${p.location} (format ${p.found}, this version knows up to ${p.supported})\n   Nothing was changed. Update batchlabel.`
  }),
  BL5102: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `다른 프로세스가 작업 저장소를 계속 쓰고 있습니다: ${p.location}\n   ${p.detail}\n   잠시 뒤에 같은 명령을 다시 실행하세요. 계속되면 저장소를 열어 둔 프로그램을 닫으세요.`,
    en: (p) =>
      `another process keeps the job store busy: ${p.location}\n   ${p.detail}\n   Run the same command again in a while. If it stays so, close the program that holds the store open.`
  }),
  BL5103: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `작업 저장소가 손상되었습니다: ${p.location}\n   ${p.detail}\n   batchlabel store check 로 확인하세요. 저장소를 다른 이름으로 옮겨 두면 batchlabel recover 가 작업을 OpenAI의 배치 목록에서 다시 만듭니다.`,
    en: (p) =>
      `the job store is damaged: ${p.location}\n   ${p.detail}\n   Look at it with \`batchlabel store check\`. Once it is moved aside, \`batchlabel recover\` rebuilds the jobs from OpenAI's list of batches.`
  }),
  BL5104: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `작업 저장소를 쓸 수 없습니다: ${p.location}\n   ${p.detail}\n   경로와 권한(PostgreSQL이면 주소, 계정, 서버 상태)을 확인한 뒤 같은 명령을 다시 실행하세요.`,
    en: (p) =>
      `the job store cannot be used: ${p.location}\n   ${p.detail}\n   Check path and permissions (for PostgreSQL: address, account and server), then run the same command again.`
  }),
  BL5140: entry<{ location: string; node: string; detail: string }>({
    ko: (p) =>
      `SQLite를 불러올 수 없어 작업 저장소를 열지 못했습니다: ${p.location}\n   ${p.detail}\n   Node ${p.node}에는 SQLite가 들어 있지 않습니다. 둘 중 하나면 됩니다.\n   - Node 22.13 이상을 설치하세요(https://nodejs.org). 다른 것은 필요 없습니다.\n   - C++ 컴파일러, make, Python 3을 설치하고(Debian, Ubuntu: apt-get install -y build-essential python3) 이 프로그램을 다시 설치하세요.`,
    en: (p) =>
      `the job store cannot be opened, because there is no SQLite: ${p.location}\n   ${p.detail}\n   Node ${p.node} has none of its own. Do one of these:\n   - Install Node 22.13 or newer (https://nodejs.org); nothing else is needed.\n   - Install a C++ compiler, make and Python 3 (Debian, Ubuntu: apt-get install -y build-essential python3), then install this program again.`
  }),
  BL5105: entry<{ name: string }>({
    ko: (p) =>
      `'${p.name}' 작업권을 잃어 멈췄습니다. 이 컴퓨터가 오래 멈췄거나 저장소에 닿지 못한 사이에 다른 프로세스가 이어받았을 수 있습니다.\n   batchlabel check 로 상태를 확인하세요. 저장된 것은 잃지 않습니다.`,
    en: (p) =>
      `stopped, because the lease '${p.name}' was lost: this machine stood still or could not reach the store for too long, so another process may have taken over.\n   Look with \`batchlabel check\`. Nothing that was stored is lost.`
  }),
  BL5106: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `작업 저장소의 디스크가 가득 찼습니다: ${p.location}\n   ${p.detail}\n   공간을 비운 뒤 같은 명령을 다시 실행하면 이어집니다.`,
    en: (p) =>
      `the disk of the job store is full: ${p.location}\n   ${p.detail}\n   Free some space, then run the same command again to go on.`
  }),
  BL5107: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `다른 프로세스가 같은 것을 동시에 바꿨습니다: ${p.location}\n   ${p.detail}\n   이번 변경은 저장하지 않았습니다. 같은 명령을 다시 실행하세요.`,
    en: (p) =>
      `another process changed the same thing at the same time: ${p.location}\n   ${p.detail}\n   This change was not stored. Run the same command again.`
  }),
  BL5120: entry<{ location: string; detail: string }>({
    ko: (p) =>
      `저장소 파일이 온전하지 않습니다: ${p.location}: ${p.detail}\n   파일을 다른 이름으로 옮겨 두고 백업을 되돌리거나, batchlabel recover 로 작업을 다시 만드세요.`,
    en: (p) =>
      `the file of the store is not sound: ${p.location}: ${p.detail}\n   Move it aside, then restore a backup or rebuild the jobs with \`batchlabel recover\`.`
  }),
  BL5121: entry<{ job: string; shard: number; live: number }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard}은(는) 실행 중인데 진행 중인 시도가 ${p.live}개입니다 (1개여야 합니다).${rebuild.ko(p.job)}`,
    en: (p) => `shard ${p.shard} of job ${p.job} is running with ${p.live} live attempts instead of one.${rebuild.en(p.job)}`
  }),
  BL5122: entry<{ job: string; shard: number; state: string; live: number }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard}은(는) '${p.state}' 상태인데 진행 중인 시도가 ${p.live}개 있습니다.${rebuild.ko(p.job)}`,
    en: (p) => `shard ${p.shard} of job ${p.job} is ${p.state}, yet it has ${p.live} live attempt(s).${rebuild.en(p.job)}`
  }),
  BL5123: entry<{ job: string; shard: number }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard}은(는) 끝난 것으로 되어 있지만 받은 결과도 후속 샤드도 없습니다.${rebuild.ko(p.job)}`,
    en: (p) =>
      `shard ${p.shard} of job ${p.job} is settled, yet neither was an attempt of it collected nor has it a follow-up.${rebuild.en(p.job)}`
  }),
  BL5124: entry<{ job: string; state: string; shards: number; live: number }>({
    ko: (p) =>
      `작업 ${p.job}은(는) '${p.state}'인데 끝나지 않은 샤드 ${p.shards}개, 진행 중인 시도 ${p.live}개가 있습니다.${rebuild.ko(p.job)}`,
    en: (p) =>
      `job ${p.job} is ${p.state}, yet ${p.shards} shard(s) are not settled and ${p.live} attempt(s) are live.${rebuild.en(p.job)}`
  }),
  BL5125: entry<{ row: string; detail: string; job: string }>({
    ko: (p) => `저장소의 값이 잘못되었습니다: ${p.row}: ${p.detail}${rebuild.ko(p.job)}`,
    en: (p) => `a value of the store is not valid: ${p.row}: ${p.detail}${rebuild.en(p.job)}`
  }),
  BL5126: entry<{ job: string; shard: number; attempt: number; state: string; missing: string }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard} 시도 ${p.attempt}은(는) '${p.state}' 상태인데 ${p.missing} 값이 없습니다.${rebuild.ko(p.job)}`,
    en: (p) => `attempt ${p.attempt} of shard ${p.shard} of job ${p.job} is ${p.state} without ${p.missing}.${rebuild.en(p.job)}`
  }),
  BL5127: entry<{ job: string; batch: string; shards: ReadonlyArray<string> }>({
    ko: (p) => `작업 ${p.job}에서 배치 ${p.batch}을(를) 여러 시도가 가리킵니다: 샤드 ${p.shards.join(", ")}${rebuild.ko(p.job)}`,
    en: (p) => `several attempts of job ${p.job} point at batch ${p.batch}: shards ${p.shards.join(", ")}.${rebuild.en(p.job)}`
  }),
  BL5128: entry<{ table: string; rows: number; parent: string }>({
    ko: (p) =>
      `${p.table} 표의 ${p.rows}개 행이 ${p.parent}에 없는 것을 가리킵니다.\n   저장소의 사본을 남긴 뒤 백업을 되돌리거나, 저장소를 옮겨 두고 batchlabel recover 로 작업을 다시 만드세요.`,
    en: (p) =>
      `${p.rows} row(s) of table ${p.table} point at nothing in ${p.parent}.\n   Keep a copy of the store, then restore a backup, or move the store aside and rebuild the jobs with \`batchlabel recover\`.`
  }),
  BL5129: entry<{ job: string; shard: number; parent: number; state: string }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard}은(는) 샤드 ${p.parent}을(를) 잇는데, 그 샤드가 '${p.state}' 상태입니다 (settled여야 합니다).${rebuild.ko(p.job)}`,
    en: (p) =>
      `shard ${p.shard} of job ${p.job} goes on with shard ${p.parent}, which is ${p.state} instead of settled.${rebuild.en(p.job)}`
  }),
  BL5130: entry<{ job: string; rows: number; sum: number }>({
    ko: (p) => `작업 ${p.job}의 행 수가 맞지 않습니다: 전체 ${p.rows}행, 부분의 합 ${p.sum}행.${rebuild.ko(p.job)}`,
    en: (p) => `the rows of job ${p.job} do not add up: ${p.rows} in all, ${p.sum} in its parts.${rebuild.en(p.job)}`
  }),
  BL5131: entry<{ job: string; shard: number; followUps: ReadonlyArray<string> }>({
    ko: (p) =>
      `작업 ${p.job}의 샤드 ${p.shard}에 후속 샤드가 여럿입니다 (${p.followUps.join(", ")}). 같은 요청을 두 번 보낼 수 있습니다.\n   batchlabel cancel ${p.job} 로 멈춰 두세요.${rebuild.ko(p.job)}`,
    en: (p) =>
      `shard ${p.shard} of job ${p.job} has several follow-ups (${p.followUps.join(", ")}), which would ask the same again.\n   Stop it with \`batchlabel cancel ${p.job}\`.${rebuild.en(p.job)}`
  })
}
