/** Logs as JSON lines: a constant message, values as keys. */
import { pino } from "pino";

/** Values beside a message. An Error goes under the key `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines; the message is constant, so that it can be searched for and counted. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

/** How to log. */
export interface LoggerOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "text";
  /** Takes one line with its line feed; by default stdout, synchronously, so that nothing is lost at an exit. */
  readonly write?: (line: string) => void;
}

/** The part of pino that we use. */
interface Sink {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Sink;
}

/** A logger on pino. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = pino.destination({ dest: 1, sync: true });
  const write = options.write ?? ((line: string) => void destination.write(line));
  const sink: Sink = pino(
    {
      level: options.level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    { write: options.format === "json" ? write : (line) => write(toText(line)) },
  );
  return wrap(sink);
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silentLogger };

function nothing(): void {}

function wrap(sink: Sink): Logger {
  return {
    debug: (message, fields = {}) => sink.debug(fields, message),
    info: (message, fields = {}) => sink.info(fields, message),
    warn: (message, fields = {}) => sink.warn(fields, message),
    error: (message, fields = {}) => sink.error(fields, message),
    child: (fields) => wrap(sink.child(fields)),
  };
}

/** Name, message, code and the chain of causes; an error's other properties may hold whole objects and are left out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function toText(line: string): string {
  const { level, time, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(message)}${rest.join("")}\n`;
}
