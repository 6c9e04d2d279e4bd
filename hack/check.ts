/** `npm run check`: types, lint, walls, generated files, bundle, unit and golden tests. Needs no cluster. */
import { CHECK_STEPS } from "./check-steps.ts";
import { tell, totalOf } from "./outcome.ts";
import { runSteps } from "./steps.ts";

const outcome = runSteps(CHECK_STEPS);
console.log(`${tell(outcome)}${totalOf(outcome)}`);
process.exitCode = outcome.failures.length === 0 ? 0 : 1;
