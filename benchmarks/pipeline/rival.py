"""The guide's way in plain Python (csv + json), doing the same work: `prepare` writes the request lines, `merge` joins labels to rows."""
import csv
import glob
import hashlib
import json
import resource
import sys
import time

csv.field_size_limit(1 << 30)
step, source, work, target = sys.argv[1:5]


def custom_id(row, prompt):
    return "r%d-%s" % (row, hashlib.sha256(prompt.encode()).hexdigest()[:24])


def prompt_of(template, row):
    return template.format(
        title=row.get("title") or "N/A", source=row.get("source") or "N/A", date=row.get("date") or "N/A", text=row["text"]
    )


def prepare():
    constant = json.load(open(work + "/constant.json", encoding="utf-8"))
    seen = set()
    with open(source, encoding="utf-8-sig", newline="") as rows, open(target, "w", encoding="utf-8") as out:
        for number, row in enumerate(csv.DictReader(rows)):
            prompt = prompt_of(constant["template"], row)
            identity = custom_id(number, prompt)
            digest = identity.split("-")[1]
            if digest in seen or not row["text"].strip():
                continue
            seen.add(digest)
            messages = constant["messages"] + [{"role": "user", "content": prompt}]
            body = {"model": "gpt-4o-mini", "messages": messages, "temperature": 0, "max_completion_tokens": 16}
            line = {"custom_id": identity, "method": "POST", "url": "/v1/chat/completions", "body": body}
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def merge():
    constant = json.load(open(work + "/constant.json", encoding="utf-8"))
    labels = {}
    for path in glob.glob(work + "/jobs/*/results/*.jsonl"):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                result = json.loads(line)
                if result["response"] and result["response"]["status_code"] == 200:
                    answer = result["response"]["body"]["choices"][0]["message"]["content"].strip()
                    labels[int(result["custom_id"].split("-")[0][1:], 36)] = answer
    names = {"0": "옹호 (Support)", "1": "중립 (Neutral)", "2": "비판 (Oppose)"}
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    with open(source, encoding="utf-8-sig", newline="") as rows, open(target, "w", encoding="utf-8", newline="") as out:
        reader = csv.DictReader(rows)
        writer = csv.DictWriter(out, reader.fieldnames + ["label", "label_name", "labeled", "labeled_at"], lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(reader):
            label = labels.get(number, "")
            row.update(label=label, label_name=names.get(label, ""), labeled=label != "", labeled_at=now if label else "")
            writer.writerow(row)


began = time.perf_counter()
{"prepare": prepare, "merge": merge}[step]()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {"seconds": time.perf_counter() - began, "cpu": usage.ru_utime + usage.ru_stime, "peakMB": usage.ru_maxrss / 1024}
    )
)
