/** Why the command could not run, in words for the user. Exit code 2. */
export class CannotRun extends Error {}
