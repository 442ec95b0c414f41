package dev.millrace.numa;

/** How well memory can be placed on this machine, best first. */
public enum Rung {
    /** Ranges are bound to nodes by libnuma, and where pages lie can be asked. */
    LIBNUMA,
    /** Nothing is placed. Everything works. */
    FLAT
}
