package dev.millrace.engine.internal.epoch;

import dev.millrace.state.file.StorageFullException;
import java.util.function.BooleanSupplier;

/**
 * Does what needs room on the device; where there is none it is tried again until there is, while sources are held. Used by the epoch
 * thread; any thread may ask {@link #isMissing}.
 */
final class RoomOnDevice {
    private static final int TRIES_PER_COLLECTION = 50;

    private final BooleanSupplier isJobOver;
    private final Runnable whenMissing;
    private final Runnable pause;
    private final Runnable whenBack;

    private volatile boolean isMissing;
    private long missingCount;

    /**
     * @param isJobOver whether waiting makes no sense any more
     * @param whenMissing called when room is missing
     * @param pause called before each further attempt; may make room
     * @param whenBack called when it is there again
     */
    RoomOnDevice(BooleanSupplier isJobOver, Runnable whenMissing, Runnable pause, Runnable whenBack) {
        this.isJobOver = isJobOver;
        this.whenMissing = whenMissing;
        this.pause = pause;
        this.whenBack = whenBack;
    }

    /** Whether something waits for room. */
    boolean isMissing() {
        return isMissing;
    }

    /** How often there was none. */
    long missingCount() {
        return missingCount;
    }

    /** Counts that somebody else found no room. */
    void noteMissing() {
        missingCount++;
    }

    /**
     * Does it as soon as there is room.
     *
     * @param write changes nothing if there is none
     */
    void use(Runnable write) {
        for (int tries = 0; ; tries++) {
            try {
                write.run();
                break;
            } catch (StorageFullException e) {
                if (isJobOver.getAsBoolean()) {
                    throw e;
                }
                if (!isMissing) {
                    isMissing = true;
                    missingCount++;
                    whenMissing.run();
                }
                if (tries % TRIES_PER_COLLECTION == 0) {
                    // A store's image that was replaced has its room until the collector finds that nothing is mapped
                    // any more.
                    System.gc();
                }
                pause.run();
            }
        }
        if (isMissing) {
            isMissing = false;
            whenBack.run();
        }
    }
}
