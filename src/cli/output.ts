/** What a command prints for its caller; stdout carries nothing else. */
export function print(text: string): void {
  write(process.stdout, text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** What is said to the person beside it. */
export function complain(text: string): void {
  write(process.stderr, text.endsWith('\n') ? text : `${text}\n`);
}

const forgiving = new WeakSet<NodeJS.WriteStream>();

/** A reader that has seen enough (`| head`) is no fault: what it leaves unread is dropped. */
export function write(stream: NodeJS.WriteStream, text: string): void {
  if (!forgiving.has(stream)) {
    forgiving.add(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        throw error;
      }
    });
  }
  stream.write(text);
}
