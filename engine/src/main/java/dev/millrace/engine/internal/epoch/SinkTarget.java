package dev.millrace.engine.internal.epoch;

import java.nio.ByteBuffer;
import java.util.Map;

/** Where the committed bytes of a sink go. Used by the epoch thread. */
interface SinkTarget extends AutoCloseable {
    String name();

    /** How many bytes it has, or would have were it a file. */
    long lengthBytes();

    /** Up to here a crash cannot take anything away. */
    long durableBytes();

    /** Appends committed bytes of an epoch. */
    void append(long epoch, ByteBuffer bytes);

    /** Says that everything was appended which was committed by now. */
    default void applied() {}

    /** Cuts off what lies behind the committed bytes. */
    default void cutTail() {}

    /** Puts what was appended on the device. */
    void force();

    /** Notes in a commit what the next life must know beside the lengths. */
    default void note(Map<String, Long> counters) {}

    @Override
    void close();
}
