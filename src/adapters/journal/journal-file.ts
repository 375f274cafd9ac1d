// One file of the journal: opened, appended to, put aside. What a crash or a full disk cuts short
// never runs into the next line.

import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const LINE_FEED = 10;

export class JournalFile {
  readonly #handle: FileHandle;
  #bytes: number;
  #cut: boolean;

  private constructor(handle: FileHandle, bytes: number, cut: boolean) {
    this.#handle = handle;
    this.#bytes = bytes;
    this.#cut = cut;
  }

  static async open(path: string): Promise<JournalFile> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+', 0o640);
    try {
      const { size } = await handle.stat();
      return new JournalFile(handle, size, !(await endsWithLine(handle, size)));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** A text that is longer than a whole file still gets one. */
  isFullFor(text: string, bytesMax: number): boolean {
    return this.#bytes > 0 && this.#bytes + Buffer.byteLength(text) > bytesMax;
  }

  /** Appends all of it or leaves the file as it was, as far as the disk allows. */
  async append(text: string, urgent: boolean): Promise<void> {
    const bytes = Buffer.from(this.#cut ? `\n${text}` : text);
    try {
      await this.#handle.appendFile(bytes);
      if (urgent) {
        await this.#handle.datasync();
      }
    } catch (error) {
      await this.#handle.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += bytes.length;
    this.#cut = false;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Moves every file one number up; the oldest is replaced. */
export async function putAside(path: string, filesMax: number): Promise<void> {
  for (let number = filesMax - 1; number > 0; number -= 1) {
    await renameIfThere(asideName(path, number - 1), asideName(path, number));
  }
}

/** The file that is written has number 0 and no suffix. */
export function asideName(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw error;
    }
  }
}

async function endsWithLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) {
    return true;
  }
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === LINE_FEED;
}
