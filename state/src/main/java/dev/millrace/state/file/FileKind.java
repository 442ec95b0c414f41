package dev.millrace.state.file;

/** What a path names. */
public enum FileKind {
    /** Nothing is there. */
    ABSENT,
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link, wherever it leads: never followed. */
    LINK,
    /** Something else: a device, a pipe. */
    OTHER
}
