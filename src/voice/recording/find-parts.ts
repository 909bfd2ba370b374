import type { ObjectStore } from '../../objects/object-store.js';
import {
  describePart,
  isListName,
  type PartList,
  parseList,
  partIndex,
  partObject,
  type RecordingPart,
} from './recording-object.js';
import { FRAME_BYTES } from './stereo-window.js';

/**
 * What a worker left of a recording that it didn't come to finish: its list where it had written that, else the parts that
 * are there. Throws `UNAVAILABLE` when the object store can't be read.
 */
export const findParts = async (objects: ObjectStore, folder: string): Promise<PartList> => {
  const names = await objects.list(folder);
  const listName = names.find(isListName);
  const list = listName === undefined ? null : await objects.get(`${folder}/${listName}`);
  if (list) return parseList(list);
  const parts: RecordingPart[] = [];
  let keyId: string | null = null;
  for (const name of names) {
    const index = partIndex(name);
    const content = index === null ? null : await objects.get(partObject(folder, index));
    if (index === null || content === null) continue;
    const described = describePart(index, content);
    parts.push(described.part);
    keyId = described.keyId;
  }
  return { format: 1, keyId, audioBytes: lengthOf(parts.at(-1)), complete: false, parts };
};

/** All frames but the last are whole. */
const lengthOf = (last: RecordingPart | undefined): number =>
  last ? last.index * FRAME_BYTES + last.audioBytes : 0;
