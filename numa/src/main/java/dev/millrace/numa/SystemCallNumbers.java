package dev.millrace.numa;

import com.sun.jna.Platform;

/**
 * What an architecture of Linux calls the system calls that libnuma and the C library do not offer everywhere
 * ({@code asm/unistd_64.h} of x86, {@code asm-generic/unistd.h} of ARM).
 */
record SystemCallNumbers(int mbind, int getMempolicy, int movePages, int prctl) {
    static final SystemCallNumbers X86_64 = new SystemCallNumbers(237, 239, 279, 157);
    static final SystemCallNumbers AARCH64 = new SystemCallNumbers(235, 236, 239, 167);

    /**
     * Those of the machine that this JVM runs on.
     *
     * @throws UnsatisfiedLinkError if it is neither of the two
     */
    static SystemCallNumbers ofThisMachine() {
        if (Platform.is64Bit() && Platform.isIntel()) {
            return X86_64;
        }
        if (Platform.is64Bit() && Platform.isARM()) {
            return AARCH64;
        }
        throw new UnsatisfiedLinkError("no system call numbers for this architecture: architecture=" + Platform.ARCH
                + ", known=x86-64 aarch64");
    }
}
