// One instance for both kinds of modules, so that a process has the add-on once.
import library from './index.js';

export const { Recorder, ObservabilityError } = library;
export default library;
