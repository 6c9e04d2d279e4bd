/** Finds imports and words that break a wall. */
import { CLOSED_TO_TYPES, ROOMS, type Room } from "./rooms.ts";
import { type Import, importsOf, impureWord } from "./source.ts";

/** Every breach of a file, one line each; empty when it keeps to its room. */
export function breaches(path: string, text: string): string[] {
  const room = ROOMS.find(({ files }) => files.test(path));
  if (!room) return [];
  const imports = importsOf(path, text).filter((found) => isForbidden(path, room, found));
  const word = room.pure ? impureWord(text) : undefined;
  return [
    ...imports.map(({ target, typeOnly }) => `${path} imports ${typeOnly ? "types of " : ""}${target}: ${room.rule}`),
    ...(word === undefined ? [] : [`${path} says ${word}: this room takes time, environment and chance as arguments`]),
  ];
}

function isForbidden(path: string, room: Room, { target, ours, typeOnly }: Import): boolean {
  if (typeOnly) return ours && CLOSED_TO_TYPES.some((wall) => wall.files.test(path) && !wall.ours.test(target));
  if (ours) return !room.ours.test(target);
  return !room.packages.test(target) || (room.pure && target.startsWith("node:"));
}
