package dev.millrace.numa;

/** What a thread may do with the bytes of a range. Anything else ends the process. */
public enum Protection {
    /** Nothing: every access is an error of the program. */
    NONE,
    /** Read. */
    READ_ONLY,
    /** Read and write. */
    READ_WRITE
}
