/** Each deliberate mistake is told by whom the table says, by its field and with a cure. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Admitter, objectOf, startAdmitter } from "./admission.ts";
import { judge } from "./judgement.ts";
import { refusedLate } from "./late-refusal.ts";
import { GOOD, MISOPERATIONS, type Misoperation } from "./misoperations.ts";

const NAMESPACE = "misoperations";

let admitter: Admitter;
beforeAll(async () => {
  admitter = await startAdmitter();
  await admitter.settle(NAMESPACE, GOOD);
});
afterAll(() => admitter.stop());

it.each(MISOPERATIONS)("$name is told by $told", async (mistake) => {
  const { told, field, text } = await tellingOf(mistake);
  expect({ told, field }).toEqual({ told: mistake.told, field: mistake.field });
  expect(text).toContain(mistake.words);
});

/** Who tells it, which of the fields that are named is the mistake's, and all that is said. */
async function tellingOf({
  spec,
  objectName = "other",
  field,
}: Misoperation): Promise<{ told: string; field: string | undefined; text: string }> {
  const judgement = judge(await admitter.create(objectOf(spec, NAMESPACE, objectName), NAMESPACE));
  if (judgement.kind === "refused") {
    return { told: "admission", field: judgement.message.includes(field) ? field : undefined, text: judgement.message };
  }
  const violations = judgement.kind === "invalid" ? judgement.violations : await refusedLate(admitter, judgement.manifests);
  if (violations === undefined || violations instanceof Error) return { told: "nobody", field: undefined, text: String(violations) };
  return { told: judgement.kind === "invalid" ? "status" : "Kubernetes", field: violations[0]?.field, text: JSON.stringify(violations) };
}
