// Copies what tsc leaves behind (interface files read at run time) into build/.
import { cpSync } from 'node:fs';

cpSync('src', 'build/src', { recursive: true, filter: (path) => !path.endsWith('.ts') });
