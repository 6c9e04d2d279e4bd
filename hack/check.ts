/** `npm run check`: types, lint, walls, generated files, bundle, unit and golden tests. Needs no cluster. */
import { CHECK_STEPS } from "./check-steps.ts";
import { runSteps } from "./steps.ts";

runSteps(CHECK_STEPS);
