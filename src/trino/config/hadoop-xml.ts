/** Hadoop's configuration format. Source: https://hadoop.apache.org/docs/stable/api/org/apache/hadoop/conf/Configuration.html */
import { sortedEntries } from "../hash.ts";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** The text of a configuration file, sorted by name. `${env.NAME}` in a value is replaced by Hadoop when it reads the value. */
export function renderHadoopXml(properties: Readonly<Record<string, string>>): string {
  const lines = sortedEntries(properties).map(
    ([name, value]) => `  <property>\n    <name>${escapeXml(name)}</name>\n    <value>${escapeXml(value)}</value>\n  </property>\n`,
  );
  return `<?xml version="1.0"?>\n<configuration>\n${lines.join("")}</configuration>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
