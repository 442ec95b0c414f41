package dev.millrace.bench.peer;

import java.util.Arrays;
import java.util.List;

/** The engine's allocator and its peers. */
public enum PeerKind {
    /** The engine's. */
    MILLRACE("millrace"),
    /** {@code malloc} and {@code free}, as {@code sun.misc.Unsafe} calls them. */
    MALLOC("Unsafe"),
    /** Netty's pooled direct buffers. */
    NETTY_POOLED("Netty pooled"),
    /** Netty's adaptive direct buffers. */
    NETTY_ADAPTIVE("Netty adaptive"),
    /** The native stores of chronicle-bytes. */
    CHRONICLE("chronicle"),
    /** An arena of one thread for each block, in Java 22 and newer. */
    ARENA_CONFINED("Arena confined"),
    /** An arena of all threads for each block, in Java 22 and newer. */
    ARENA_SHARED("Arena shared");

    private static final int FIRST_JAVA_WITH_ARENAS = 22;

    private final String title;

    PeerKind(String title) {
        this.title = title;
    }

    /** What tables call it. */
    public String title() {
        return title;
    }

    /** Those that this JVM has. */
    public static List<PeerKind> available() {
        return Arrays.stream(values()).filter(PeerKind::isAvailable).toList();
    }

    /** Whether this JVM has it. */
    public boolean isAvailable() {
        return switch (this) {
            case MILLRACE, MALLOC, NETTY_POOLED, NETTY_ADAPTIVE, CHRONICLE -> true;
            case ARENA_CONFINED, ARENA_SHARED -> Runtime.version().feature() >= FIRST_JAVA_WITH_ARENAS;
        };
    }

    /** Whether one thread may give back what another took. */
    public boolean handsOver() {
        return this != ARENA_CONFINED;
    }

    /**
     * Opens one. Only its own class is loaded, so that the JIT sees one implementation in a JVM.
     *
     * @param slots how many blocks may be live at once
     */
    public Peer open(int sizeBytes, int slots) {
        if (!isAvailable()) {
            throw new IllegalStateException("this JVM does not have it: peer=" + this + ", java="
                    + Runtime.version().feature() + "; run it on Java " + FIRST_JAVA_WITH_ARENAS + " or newer");
        }
        return switch (this) {
            case MILLRACE -> new SlabPeer(sizeBytes, slots);
            case MALLOC -> new MallocPeer(sizeBytes, slots);
            case NETTY_POOLED -> NettyPeer.pooled(sizeBytes, slots);
            case NETTY_ADAPTIVE -> NettyPeer.adaptive(sizeBytes, slots);
            case CHRONICLE -> new ChroniclePeer(sizeBytes, slots);
            case ARENA_CONFINED -> ArenaPeer.confined(sizeBytes, slots);
            case ARENA_SHARED -> ArenaPeer.shared(sizeBytes, slots);
        };
    }
}
