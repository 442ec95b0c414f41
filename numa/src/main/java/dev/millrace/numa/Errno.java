package dev.millrace.numa;

/** The error numbers of Linux that a report should call by name; they are the same on every architecture used here. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ENOMEM = 12;
    static final int EFAULT = 14;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;

    private Errno() {}

    /** For example {@code errno=1 (EPERM)}. */
    static String describe(int errno) {
        String name =
                switch (errno) {
                    case EPERM -> "EPERM";
                    case ENOENT -> "ENOENT";
                    case ENOMEM -> "ENOMEM";
                    case EFAULT -> "EFAULT";
                    case EINVAL -> "EINVAL";
                    case ENOSYS -> "ENOSYS";
                    default -> "";
                };
        return name.isEmpty() ? "errno=" + errno : "errno=" + errno + " (" + name + ")";
    }
}
